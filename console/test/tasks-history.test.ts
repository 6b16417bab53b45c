import { join } from 'node:path'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test, vi } from 'vitest'
import {
  createSeries,
  customerPage,
  demoCoupons,
  demoCustomer,
  laptop,
  pictures,
  startConsole,
  tablet,
  tillCall,
  type Console,
} from './console-harness.ts'

// Browsers share the machine with the other tests.
vi.setConfig({ testTimeout: 120_000 })

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const phone = { width: 390, height: 844 }

let site: Console
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  site = await startConsole()
}, 90_000)

const [code] = demoCoupons

/** Draws a page light, dark, on a tablet and on a phone. @returns what axe finds, and by how much it is too wide. */
async function look(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  await page.evaluate(axeSource)
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)))
    await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) })
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
    })
    found.push(...violations)
  }
  for (const [device, size] of [
    ['tablet', tablet],
    ['phone', phone],
  ] as const) {
    await page.setViewportSize(size)
    await page.screenshot({ path: join(pictures, `${name}-light-${device}.png`) })
    const tooWidePx = await page.evaluate(() => {
      const main = document.querySelector('main')
      return main === null ? 0 : main.scrollWidth - main.clientWidth
    })
    if (tooWidePx > 0) found.push(`too wide for a ${device} by ${tooWidePx} px`)
  }
  await page.setViewportSize(laptop)
  return found
}

test('the bill of a sale leads to all its coupons, and cancels the whole sale in one step', async () => {
  const seriesId = await createSeries(site, 'Two on one bill', 'DISC_CODE')
  const codes: string[] = []
  for (let n = 0; n < 2; n += 1) {
    const issued = await tillCall<{ code: string }>(site, 'POST', '/v2/coupon/issue', {
      seriesId,
      customer: { id: demoCustomer.id },
    })
    codes.push(issued.code)
  }
  await tillCall(site, 'POST', '/v2/coupon/redeem', {
    redemptionRequestList: codes.map((one) => ({ code: one })),
    user: { id: demoCustomer.id },
    billAmount: 100,
    transactionNumber: 'SALE-1',
  })
  const page = await site.open('care')
  await page.goto('/console/customers')
  await page.getByRole('heading', { name: 'Customers' }).waitFor()
  await page.getByLabel('Search', { exact: true }).fill('SALE-1')
  await page.getByRole('option', { name: 'Search for bill SALE-1' }).click()
  await page.getByRole('option', { name: 'The whole bill SALE-1' }).click()
  await page.getByRole('heading', { name: /^Bill SALE-1/ }).waitFor()
  for (const one of codes) await page.getByRole('link', { name: one }).waitFor()
  expect(await look(page, 'bill')).toEqual([])
  await page.getByRole('button', { name: 'Cancel whole sale…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Cancel the sale on bill SALE-1' })
  await dialog.getByText('All 2 redemptions of this sale no longer count').waitFor()
  expect(await look(page, 'cancel-sale')).toEqual([])
  await dialog.getByLabel('Reason').fill('everything came back')
  await dialog.getByRole('button', { name: 'Cancel sale' }).click()
  await page.getByText('The sale on bill SALE-1 is cancelled: 2 coupons got the use back.').waitFor()
  await page.getByText('Nothing left to cancel').waitFor()
  await expect.poll(() => page.getByText('Reversed', { exact: true }).count()).toBe(2)
  // The history says who cancelled it and why.
  const [first = ''] = codes
  await page.getByRole('link', { name: first }).click()
  const drawer = page.getByRole('dialog', { name: first })
  await drawer.getByRole('button', { name: 'Show history' }).click()
  await drawer.getByText('“everything came back”').waitFor()
})

test('notes are added and stand in the history beside what happened, by whom and why', async () => {
  const page = await site.open('care')
  await page.goto(customerPage)
  await page.getByText('No notes yet.').waitFor()
  await page.getByRole('button', { name: 'Add note' }).click()
  const adding = page.getByRole('dialog', { name: 'Add a note' })
  await adding.getByLabel('Note', { exact: true }).fill('Rather writes than calls.')
  await adding.getByRole('button', { name: 'Add note' }).click()
  await page.getByText('Rather writes than calls.').waitFor()
  await page.goto(`${customerPage}?coupon=${code}`)
  await page.getByRole('button', { name: 'Extend', exact: true }).click()
  const extend = page.getByRole('dialog', { name: `Extend ${code}` })
  await extend.getByLabel('New last day').fill('2031-01-31')
  await extend.getByLabel('Reason').fill('as a favour')
  await page.keyboard.press('Enter')
  await page.getByText(`${code} now ends on 31 Jan 2031.`).waitFor()
  await page.goto(`${customerPage}?view=history`)
  const history = page.getByRole('list', { name: 'History' })
  await history.getByText('Rather writes than calls.').waitFor()
  const extension = history.getByRole('listitem').filter({ hasText: 'as a favour' })
  await extension.getByText('Last day changed').waitFor()
  await extension.getByText('before: 16 Jun 2032').waitFor()
  expect(await look(page, 'customer-history')).toEqual([])
  await extension.getByRole('button', { name: code }).click()
  const drawer = page.getByRole('dialog', { name: code })
  await drawer.getByRole('button', { name: 'Show history' }).click()
  await drawer.getByRole('list', { name: 'History' }).getByText('“as a favour”').waitFor()
  expect(await look(page, 'coupon-history')).toEqual([])
})

test('within the coupons of a customer one is found by its code, and a used one is called used', async () => {
  const page = await site.open('care')
  await page.goto(customerPage)
  await page.getByText(/^\d\d coupons$/).waitFor()
  await page.getByLabel('Whole code').fill('3eln50qr lckgw5s6')
  await page.getByText('1 coupon', { exact: true }).waitFor()
  await page.getByRole('table', { name: 'Coupons' }).getByText('Used', { exact: true }).waitFor()
  await page.getByLabel('Whole code').fill('NOSUCHCODE')
  await page.getByText('None of these').waitFor()
  await page.getByLabel('Whole code').fill('')
  await page.getByText(/^\d\d coupons$/).waitFor()
})

test('a series, a till, a client and a person have a history of their changes', async () => {
  const seriesId = await createSeries(site, 'Paused later', 'DISC_CODE')
  const page = await site.open('admin')
  await page.context().request.post(`/admin/v1/series/${seriesId}/pause`, {
    headers: { 'x-counterfoil-console': '1', 'x-counterfoil-reason': 'stock%20is%20late' },
  })
  await page.goto(`/console/series/${seriesId}`)
  await page.getByRole('button', { name: 'Show history' }).click()
  await page.getByRole('list', { name: 'History' }).getByText('“stock is late”').waitFor()
  for (const path of ['/console/stores', '/console/clients', '/console/users']) {
    await page.goto(path)
    await page
      .getByRole('button', { name: /^History of / })
      .first()
      .click()
    await page.getByRole('dialog').getByRole('list', { name: 'History' }).waitFor()
    await page.keyboard.press('Escape')
  }
  expect(await look(page, 'people-history')).toEqual([])
})

test('no script failed and the policy refused nothing', () => {
  expect(site.faults).toEqual([])
})
