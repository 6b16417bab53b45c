import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test, vi } from 'vitest'
import {
  createSeries,
  demoCustomer,
  pictures,
  startConsole,
  tillCall,
  type Console,
} from './console-harness.ts'

// Browsers share the machine with the other tests.
vi.setConfig({ testTimeout: 120_000 })

let site: Console
beforeAll(async () => {
  site = await startConsole()
}, 180_000)

/** In light and dark, on a laptop and on a phone. */
async function picture(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of [
    ['', { width: 1366, height: 768 }],
    ['-phone', { width: 390, height: 844 }],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(pictures, `${name}${size}-${colorScheme}.png`) })
    }
  await page.setViewportSize({ width: 1366, height: 768 })
  await page.emulateMedia({ colorScheme: 'light' })
}

async function issue(seriesId: number): Promise<string> {
  const { code } = await tillCall<{ code: string }>(site, 'POST', '/v2/coupon/issue', {
    seriesId,
    customer: { id: demoCustomer.id },
  })
  return code
}

test('a campaign is stopped at once with a reason, seen as stopped everywhere, and the stop is undone', async () => {
  const id = await createSeries(site, 'Wrong price', 'DISC_CODE')
  const code = await issue(id)
  const page = await site.open('campaign')
  await page.goto(`/console/series/${id}`)
  await page.getByRole('button', { name: 'Stop or pause…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Stop or pause Wrong price' })
  await dialog.getByText('1 customer holds 1 working coupon.').waitFor()
  await picture(page, 'control-stop-dialog')
  // A reason is required.
  await dialog.getByRole('button', { name: 'Stop now' }).click()
  await expect.poll(() => dialog.isVisible()).toBe(true)
  await dialog.getByLabel('Reason').fill('100 % instead of 10 %')
  await dialog.getByRole('button', { name: 'Stop now' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('100 % instead of 10 %').waitFor()
  await page.getByText(/^Stopped since .* by /).waitFor()
  await picture(page, 'control-stopped')

  const care = await site.open('care')
  await care.goto(`/console/customers/${demoCustomer.id}?coupon=${code}`)
  await care.getByText('The series has been stopped: no coupon of it works.').waitFor()
  await care.close()

  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Wrong price is resumed again.').waitFor()
  await page.getByText(/^Stopped since/).waitFor({ state: 'detached' })
  const redeemed = await tillCall<{ redemptionStatus: { code: number } }>(site, 'POST', '/v2/coupon/redeem', {
    redemptionRequestList: [{ code }],
    user: { id: demoCustomer.id },
    billAmount: 100,
  })
  expect(redeemed.redemptionStatus.code).toBe(700)
})

test('a paused campaign is found among those that are paused, and resumed', async () => {
  const id = await createSeries(site, 'Paused for the weekend', 'DISC_CODE')
  const page = await site.open('campaign')
  await page.goto(`/console/series/${id}`)
  await page.getByRole('button', { name: 'Stop or pause…' }).click()
  const dialog = page.getByRole('dialog', { name: /Stop or pause/ })
  await dialog.getByLabel('Pause').check()
  await dialog.getByLabel('Reason').fill('stock is late')
  await dialog.getByRole('button', { name: 'Pause now' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.goto('/console/series?q=weekend')
  await page.getByText(/^Paused or stopped 1$/).click()
  const row = page.getByRole('row', { name: /Paused for the weekend/ })
  await row.getByText('Paused', { exact: true }).waitFor()
  await picture(page, 'control-list')
  await page.goto('/console/overview')
  await page.getByRole('table', { name: 'Paused or stopped' }).getByText('stock is late').waitFor()
  await page.goto(`/console/series/${id}`)
  await page.getByRole('button', { name: 'Resume…' }).click()
  const resume = page.getByRole('dialog', { name: /^Resume/ })
  await resume.getByLabel('Reason').fill('stock is here')
  await resume.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('stock is late').waitFor({ state: 'detached' })
})

test('a series begins and ends at a time of day, and is issued from an instant', async () => {
  const page = await site.open('campaign')
  await page.goto('/console/series/new')
  await page.getByLabel('Description').fill('Evening offer')
  await page.locator('input[name="discountValue"]').fill('50')
  await page.getByLabel('Discount code').fill('EVENING')
  await page.getByLabel('Tags').fill('evening, north')
  await page.getByLabel('Last day').fill('2098-12-15')
  await page.getByLabel('Last time on that day').fill('21:00')
  await page.getByLabel('First day of redemption').fill('2098-12-10')
  await page.getByLabel('First time on that day').fill('18:00')
  await page.getByLabel('First day of issue').fill('2098-12-01')
  await page.getByLabel('First time of issue').fill('09:30')
  await page.getByRole('button', { name: 'Create series' }).click()
  await page.getByRole('heading', { name: 'Evening offer' }).waitFor()
  await page.getByText('1 Dec 2098, 09:30').waitFor()
  await page.getByText('10 Dec 2098, 18:00', { exact: true }).waitFor()
  await page.locator('dd', { hasText: '15 Dec 2098, 21:00' }).waitFor()
  await page.getByText('evening, north').waitFor()
  await page.getByText('Not begun').waitFor()
})

test('two people who save one form see both versions, and their changes are combined', async () => {
  const id = await createSeries(site, 'Edited twice', 'DISC_CODE')
  const [one, other] = [await site.open('campaign'), await site.open('admin')]
  for (const page of [one, other]) {
    await page.goto(`/console/series/${id}/edit`)
    await page.getByLabel('Description').waitFor()
  }
  await other.getByLabel('Redemptions in all').fill('500')
  await other.getByRole('button', { name: 'Save' }).click()
  await other.getByRole('heading', { name: 'Edited twice', exact: true }).waitFor()
  await one.getByLabel('Details').fill('Not on Sundays')
  await one.getByRole('button', { name: 'Save' }).click()
  const versions = one.getByRole('table', { name: 'Both versions' })
  await versions.getByRole('row', { name: 'Redemptions in all 500 none' }).waitFor()
  await versions.getByRole('row', { name: 'Details none Not on Sundays' }).waitFor()
  await versions.scrollIntoViewIfNeeded()
  await picture(one, 'control-versions')
  await one.getByRole('button', { name: /^Combine/ }).click()
  await expect.poll(() => one.getByLabel('Redemptions in all').inputValue()).toBe('500')
  await one.getByRole('button', { name: 'Save' }).click()
  await one.getByRole('heading', { name: 'Edited twice', exact: true }).waitFor()
  const { entity } = await tillCall<{ entity: { maxRedeem: number; info: string }[] }>(
    site,
    'GET',
    `/v2/coupon/series?ids=${id}`,
  )
  expect(entity[0]).toMatchObject({ maxRedeem: 500, info: 'Not on Sundays' })
})

test('what is typed survives the end of the session, leaving, a reload and a sign-out', async () => {
  const id = await createSeries(site, 'Typed at length', 'DISC_CODE')
  const page = await site.open('campaign')
  await page.goto(`/console/series/${id}/edit`)
  await page.getByLabel('Details').fill('A long text')
  // The session ends: the password is asked for over the page, and the save goes on by itself.
  await page.context().clearCookies()
  await page.getByRole('button', { name: 'Save' }).click()
  const over = page.getByRole('dialog', { name: 'Your session has ended' })
  await over.locator('input[name="password"]').fill('wrong')
  await over.getByRole('button', { name: 'Carry on' }).click()
  await over.getByText('The password is wrong.').waitFor()
  await picture(page, 'control-session-ended')
  await over.locator('input[name="password"]').fill('demo')
  await over.getByRole('button', { name: 'Carry on' }).click()
  await page.getByRole('heading', { name: 'Typed at length', exact: true }).waitFor()
  await page.getByRole('link', { name: 'Edit' }).click()
  await expect.poll(() => page.getByLabel('Details').inputValue()).toBe('A long text')

  await page.getByLabel('Details').fill('A longer text')
  await page.getByRole('link', { name: 'Overview' }).click()
  const leave = page.getByRole('dialog', { name: 'Leave without saving?' })
  await leave.getByRole('button', { name: 'Stay' }).click()
  await expect.poll(() => page.getByLabel('Details').inputValue()).toBe('A longer text')
  await page.getByRole('link', { name: 'Overview' }).click()
  await leave.getByRole('button', { name: 'Leave' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()

  await page.getByRole('button', { name: /account and sign out/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByLabel('E-mail').fill('campaign@example.com')
  await page.locator('input[name="password"]').fill('demo')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Overview' }).waitFor()
  await page.goto(`/console/series/${id}/edit`)
  await page.getByText(/did not save has been restored/).waitFor()
  await expect.poll(() => page.getByLabel('Details').inputValue()).toBe('A longer text')
  await page.getByRole('button', { name: 'Discard it' }).click()
  await expect.poll(() => page.getByLabel('Details').inputValue()).toBe('A long text')
})

test('two thousand series are found by words and scrolled in pages', async () => {
  const { pool } = site.context.database
  const id = await createSeries(site, 'One of many', 'DISC_CODE')
  await pool.query(
    `with made as (
       insert into series select (jsonb_populate_record(s, jsonb_build_object('id', nextval('series_id_seq'), 'code', 'MANY' || n,
         'description', 'Campaign ' || n, 'tag', case when n % 10 = 0 then 'tenth' else 'Campaign ' || n end))).*
       from series s, generate_series(1, 2000) n where s.org_id = 1 and s.id = $1 returning org_id, id)
     insert into series_usage (org_id, series_id) select org_id, id from made`,
    [id],
  )
  const page = await site.open('campaign')
  await page.goto('/console/series?q=campaign')
  await page.getByText(/^2,000 series/).waitFor()
  const grid = page.getByRole('table', { name: 'Series' })
  await grid.evaluate((element) => element.scrollTo({ top: element.scrollHeight }))
  await page.getByRole('link', { name: 'Campaign 1', exact: true }).waitFor()
  await page.getByLabel('Filter series').fill('campaign many1234')
  await page.getByText(/^1 series/).waitFor()
  await page.getByRole('link', { name: 'Campaign 1234', exact: true }).waitFor()
  await page.getByLabel('Filter series').fill('')
  await page.getByRole('combobox', { name: 'Tag' }).click()
  await page.getByRole('option', { name: 'tenth' }).click()
  await page.getByText(/^200 series/).waitFor()
  expect(site.faults).toEqual([])
})

test('one search finds a customer by last digits and turned names, and the coupons of a bill', async () => {
  const id = await createSeries(site, 'Searched for', 'DISC_CODE')
  const code = await issue(id)
  await tillCall(site, 'POST', '/v2/coupon/redeem', {
    redemptionRequestList: [{ code }],
    user: { id: demoCustomer.id },
    billAmount: 100,
    transactionNumber: 'BILL-4711',
  })
  const page = await site.open('care')
  await page.goto('/console/customers')
  await page.getByRole('heading', { name: 'Customers' }).waitFor()
  const box = page.getByLabel('Search', { exact: true })
  await box.fill('Menon Asha')
  await page.getByRole('option', { name: /Asha Menon/ }).waitFor()
  await box.fill(demoCustomer.mobile.slice(-5))
  await page.getByRole('option', { name: /Asha Menon/ }).waitFor()
  await box.fill(`${code.slice(0, 4)} ${code.slice(4, 9)} ${code.slice(9)}`)
  await page.getByRole('option', { name: new RegExp(code) }).waitFor()
  await box.fill('BILL-4711')
  await page.getByRole('option', { name: 'Search for bill BILL-4711' }).click()
  await page.getByRole('option', { name: new RegExp(`${code}.*Asha Menon`) }).waitFor()
  await picture(page, 'control-search')
  await page.getByRole('option', { name: new RegExp(code) }).click()
  await page.getByRole('heading', { name: 'Asha Menon' }).waitFor()
})
