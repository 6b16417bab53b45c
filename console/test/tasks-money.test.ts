import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test, vi } from 'vitest'
import {
  customerPage,
  demoCoupons,
  demoCustomer,
  laptop,
  pictures,
  startConsole,
  tillCall,
  type Console,
} from './console-harness.ts'

// Browsers share the machine with the other tests.
vi.setConfig({ testTimeout: 120_000 })

const phone = { width: 390, height: 844 }

let site: Console
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  site = await startConsole()
}, 90_000)

/** A series with a code that everybody may use, worth an amount. */
async function campaign(code: string, worth: number): Promise<number> {
  const { id } = await tillCall<{ id: number }>(site, 'POST', '/v2/coupon/series', {
    CouponSeriesV2: {
      seriesCode: code,
      description: `${worth} off with ${code}`,
      discountCode: code,
      discountType: 'ABS',
      discountValue: worth,
      validTillDate: '2099-12-31',
      anyUser: true,
      isMultipleUseAllowed: true,
      sameUserMultipleRedeem: true,
      clientHandlingType: 'GENERIC',
      genericCode: code,
      expiryStrategyType: 'SERIES_EXPIRY',
      smsTemplate: '{{voucher}}',
    },
  })
  await tillCall(site, 'POST', '/v2/coupon/issue', {
    seriesId: id,
    customer: { mobile: demoCustomer.mobile },
  })
  return id
}

const redeem = (code: string, amount: number) =>
  tillCall<{ redemptions: { id: number }[] }>(site, 'POST', '/till/v1/redemptions', {
    codes: [code],
    customer: { mobile: demoCustomer.mobile },
    bill: { amount },
  })

/** Pictures of a page in both colours and on a phone. */
async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
    await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), fullPage: false })
  }
  await page.setViewportSize(phone)
  await page.screenshot({ path: join(pictures, `${name}-phone.png`) })
  const tooWide = await page.evaluate(() => {
    const main = document.querySelector('main')
    if (main === null || main.scrollWidth <= main.clientWidth) return []
    const { right } = main.getBoundingClientRect()
    return [...main.querySelectorAll('*')]
      .filter((one) => one.getBoundingClientRect().right > right && one.closest('.scroll-x, .grid') === null)
      .map((one) => one.outerHTML.slice(0, 120))
  })
  expect(tooWide, `${name} is too wide for a phone`).toEqual([])
  await page.setViewportSize(laptop)
}

test('a campaign manager sets a budget, sees it burn down, and changes and removes it', async () => {
  const id = await campaign('BURN', 40)
  const page = await site.open('campaign', { reducedMotion: 'reduce' })
  await page.goto(`/console/series/${id}`)
  await page.getByText('The discounts of this series are not limited.').waitFor()
  await page.getByRole('button', { name: 'Set budget…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Set a budget' })
  const field = (name: string) => dialog.getByRole('textbox', { name, exact: true })
  expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await field('In all').fill('1,000')
  await field('Each customer').fill('a lot')
  await field('Amount a day').fill('500')
  await field('Uses of a customer a week').fill('0')
  await dialog.getByLabel('Reason').fill('agreed with finance')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('An amount such as 5000 or 99.50').waitFor()
  await dialog.getByText('A whole number of 1 or more').waitFor()
  await look(page, 'budget-errors')
  await field('Each customer').fill('')
  await field('Uses of a customer a week').fill('')
  await field('Announce at, in percent').fill('8, 50')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })

  const first = await redeem('BURN', 200)
  await redeem('BURN', 200)
  await page.reload()
  const panel = page.locator('section.panel', {
    has: page.getByRole('heading', { name: 'Budget', exact: true }),
  })
  await panel.getByText('of 1,000').waitFor()
  await panel.getByText('8 % of the total').waitFor()
  await panel.locator('.u-legend').waitFor()
  const figures = async () => (await panel.locator('dl.figures').innerText()).replaceAll(/\s+/g, ' ')
  expect(await figures()).toMatch(/Given 80 of 1,000 Held 0 By no checkout Left 920 .*Runs out in 2 months/)
  await look(page, 'budget')
  await panel.locator('.u-legend').scrollIntoViewIfNeeded()
  await look(page, 'budget-days')
  await panel.getByRole('button', { name: 'Budget as table' }).click()
  const today = panel.getByRole('table', { name: 'Left by day' }).getByRole('row').nth(1)
  expect((await today.getByRole('cell').allInnerTexts()).slice(1)).toEqual(['80', '0', '80', '920'])

  // The same figures as the API.
  const shown = await tillCall<{ days: { left: string }[] }>(
    site,
    'GET',
    `/admin/v1/series/${id}/budget/days?days=30`,
  )
  expect(shown.days.at(-1)?.left).toBe('920.00')
  await tillCall(site, 'POST', '/v2/coupon/reactivate', { redemptionIds: [first.redemptions[0]?.id] })

  await page.reload()
  await panel.getByText('960').first().waitFor()
  await page.getByRole('button', { name: 'Change budget…' }).click()
  const change = page.getByRole('dialog', { name: 'Change the budget' })
  await change.getByRole('textbox', { name: 'In all', exact: true }).fill('30')
  await change.getByText('40 has been given already, so nothing more is given.').waitFor()
  // Somebody else changes the series meanwhile.
  const admin = await site.open('admin')
  await admin.context().request.put(`/admin/v1/series/${id}/item-rules`, {
    headers: { 'x-counterfoil-console': '1' },
    data: { minQuantity: 2 },
  })
  await change.getByLabel('Reason').fill('to stop it')
  await change.getByRole('button', { name: 'Save' }).click()
  await change.getByText('Another person has changed this since you opened it').waitFor()
  await change.getByRole('button', { name: 'Overwrite' }).click()
  await change.waitFor({ state: 'detached' })
  await panel.getByText('Nothing more is given').waitFor()
  await page.getByText('2 items of them').waitFor()

  await page.getByRole('button', { name: 'Remove…' }).click()
  const remove = page.getByRole('dialog', { name: 'Remove the budget' })
  await remove.getByLabel('Reason').fill('over')
  await remove.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('The discounts of this series are not limited.').waitFor()
  expect(site.faults).toEqual([])
})

test('an amount that the currency does not have is refused beside its field', async () => {
  const id = await campaign('CENTS', 5)
  const page = await site.open('campaign')
  await page.goto(`/console/series/${id}`)
  await page.getByRole('button', { name: 'Set budget…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Set a budget' })
  await dialog.getByRole('textbox', { name: 'Amount a month' }).fill('10.005')
  await dialog.getByLabel('Reason').fill('a test')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Allowed: an amount of at least 0.01, in steps of 0.01').waitFor()
  await expect
    .poll(() => dialog.getByRole('textbox', { name: 'Amount a month' }).getAttribute('aria-invalid'))
    .toBe('true')
})

test('exclusions and a minimum quantity are set, and what the series applies to is edited with it', async () => {
  const id = await campaign('SHOES', 5)
  const page = await site.open('campaign', { reducedMotion: 'reduce' })
  await page.goto(`/console/series/${id}`)
  await page.getByText('Everything on the bill').waitFor()
  await page.getByRole('button', { name: 'Change exclusions…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Exclusions and minimum' })
  await dialog.getByLabel('SKUs that it does not apply to').fill('SH-1\nSH-2, SH-3')
  await dialog.getByLabel('At least so many items').fill('2')
  await dialog.getByLabel('Reason').fill('sold below cost')
  await look(page, 'exclusions')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('SKUs SH-1, SH-2, SH-3').waitFor()
  await page.getByText('2 items of them').waitFor()
  await page.getByRole('link', { name: 'Edit' }).click()
  await page.getByLabel('Categories').fill('Shoes')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Categories Shoes').waitFor()
  await page.getByText('SKUs SH-1, SH-2, SH-3').waitFor()
})

test('a care agent sees what a checkout holds, on every page where it matters, and releases it', async () => {
  const [code] = demoCoupons
  const held = await tillCall<{ id: number }>(site, 'POST', '/till/v1/holds', {
    reference: 'cart-4711',
    codes: [code],
    customer: { mobile: demoCustomer.mobile },
    bill: { amount: 1000 },
    ttlSeconds: 3600,
  })
  await tillCall(site, 'POST', '/till/v1/holds', {
    reference: 'order-1',
    codes: [demoCoupons[1]],
    customer: { mobile: demoCustomer.mobile },
    bill: { amount: 1000 },
  })
  const page = await site.open('care', { reducedMotion: 'reduce' })
  await page.goto('/console/customers')
  await page.getByRole('link', { name: 'Holds' }).click()
  await page.getByText('order-1').waitFor()
  await look(page, 'holds')
  await page.getByLabel('Checkout').fill('CART')
  await page.getByText('order-1').waitFor({ state: 'detached' })
  const row = page.getByRole('row', { name: /cart-4711/ })
  expect((await row.getByRole('cell').allInnerTexts()).join(' ')).toMatch(
    /cart-4711\s+Till demo\.till, .* Asha Menon .*in \d+ minutes/s,
  )
  // A coupon and its customer lead to the same hold.
  await row.getByRole('link', { name: code }).click()
  const drawer = page.getByRole('dialog')
  await drawer.getByText('checkout cart-4711').waitFor()
  await drawer.getByText('A checkout holds the coupon until it is paid.').waitFor()
  await look(page, 'coupon-held')
  await drawer.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('heading', { name: 'Held at checkouts' }).waitFor()
  await look(page, 'customer-held')
  await page.getByRole('button', { name: 'Release cart-4711' }).click()
  const dialog = page.getByRole('dialog', { name: 'Release a hold' })
  await dialog.getByText(code).waitFor()
  await dialog.getByLabel('Reason').fill('the till crashed')
  await look(page, 'release')
  await dialog.getByRole('button', { name: 'Release', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('cart-4711').waitFor({ state: 'detached' })
  await page.goto('/console/holds?status=ended')
  await page
    .getByRole('row', { name: /cart-4711/ })
    .getByText('Released')
    .waitFor()
  const log = await site.open('admin')
  await log.goto(`/console/audit?subject=hold:${held.id}`)
  await log.getByText('the till crashed').waitFor()
  expect(site.faults).toEqual([])
})

/** Opens the coupon of the demo customer, and the dialog that returns the discount of its only redemption. */
async function openReturn(page: Page, code: string) {
  await page.getByRole('button', { name: code, exact: true }).click()
  const drawer = page.getByRole('dialog', { name: code })
  await drawer.getByRole('button', { name: 'Return…' }).click()
  return { drawer, dialog: page.getByRole('dialog', { name: 'Return a discount' }) }
}

test('a care agent returns items, an amount with the use, and the rest, and the budget has it again', async () => {
  const id = await campaign('BACK', 40)
  await tillCall(site, 'PUT', `/admin/v1/series/${id}/budget`, { total: 100 })
  const sold = await tillCall<{ redemptions: { id: number }[] }>(site, 'POST', '/till/v1/redemptions', {
    codes: ['BACK'],
    customer: { mobile: demoCustomer.mobile },
    bill: {
      amount: 500,
      transactionNumber: 'B-4711',
      items: [
        { id: '1', sku: 'SHOES', quantity: 1, price: 300 },
        { id: '2', sku: 'SOCKS', quantity: 2, price: 100 },
      ],
    },
  })
  const page = await site.open('care', { reducedMotion: 'reduce' })
  await page.goto(customerPage)
  const { drawer, dialog } = await openReturn(page, 'BACK')
  await dialog.getByText('bill B-4711 · gave 40').waitFor()
  await dialog.getByLabel('All that is left, 40').waitFor()
  await dialog.getByLabel('Items of the bill').check()
  const button = dialog.getByRole('button', { name: 'Return', exact: true })
  expect(await button.isDisabled()).toBe(true)
  const socks = dialog.getByRole('textbox', { name: 'SOCKS, line 2' })
  await socks.fill('3')
  await dialog.getByLabel('Reason').fill('one sock had a hole')
  await button.click()
  await dialog.getByText('Only 2 left').waitFor()
  await look(page, 'return-items')
  await socks.fill('1')
  await dialog.getByText('The coupon stays used').waitFor()
  await button.click()
  await page.getByText('8 of BACK is returned.').waitFor()

  // Meanwhile a till returns more than the agent has seen.
  await openReturn(page, 'BACK')
  await drawer.getByText('gave 40 · 8 returned · 32 kept').waitFor()
  await dialog.getByText('one sock had a hole').waitFor()
  await dialog.getByLabel('An amount').check()
  const field = dialog.getByRole('textbox', { name: 'Amount' })
  await field.fill('32.01')
  await dialog.getByLabel('Reason').fill('they did not fit')
  await button.click()
  await dialog.getByText('Only 32 is left to return').waitFor()
  const path = `/till/v1/redemptions/${sold.redemptions[0]?.id}/returns`
  await tillCall(site, 'POST', path, { amount: '22.00', reason: 'at the till' })
  await field.fill('20')
  await button.click()
  await dialog.getByText('Only 10 is left to return').waitFor()
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true')
  await dialog.getByText('at the till').waitFor()
  await look(page, 'return')
  await field.fill('4')
  await dialog.getByLabel('Give the use back too').check()
  await dialog.getByText('The coupon ends on 31 Dec 2099.').waitFor()
  await button.click()
  await page.getByText('4 of BACK is returned, and the use is given back.').waitFor()

  await openReturn(page, 'BACK')
  await drawer.getByText('gave 40 · 34 returned · 6 kept').waitFor()
  await drawer.getByText(/^Use given back /).waitFor()
  await expect.poll(() => drawer.getByRole('button', { name: 'Reverse…' }).count()).toBe(0)
  await dialog.getByText('The use was given back before.').waitFor()
  await dialog.getByLabel('Reason').fill('all of it came back')
  await dialog.getByLabel('Reason').press('Enter')
  await page.getByText('6 of BACK is returned.').waitFor()
  await page.goto(`${customerPage}?coupon=BACK`)
  await drawer.getByText('gave 40 · 40 returned · 0 kept').waitFor()
  await drawer.getByText(/^All returned /).waitFor()
  await expect.poll(() => drawer.getByRole('button', { name: 'Return…' }).count()).toBe(0)
  await look(page, 'coupon-returned')
  await page.goto(`${customerPage}?view=timeline`)
  await page.getByText('Discount returned').waitFor()

  const returned = await tillCall<{ left: string; returns: { amount: string; reason: string }[] }>(
    site,
    'GET',
    path,
  )
  expect(returned).toMatchObject({ left: '0.00' })
  expect(returned.returns.map(({ amount, reason }) => [amount, reason])).toEqual([
    ['8.00', 'one sock had a hole'],
    ['22.00', 'at the till'],
    ['4.00', 'they did not fit'],
    ['6.00', 'all of it came back'],
  ])
  const admin = await site.open('admin')
  await admin.goto(`/console/series/${id}`)
  await admin.getByText('of 100', { exact: true }).waitFor()
  const figures = admin.locator('section.panel', {
    has: admin.getByRole('heading', { name: 'Budget', exact: true }),
  })
  expect((await figures.locator('dl.figures').innerText()).replaceAll(/\s+/g, ' ')).toMatch(/Given 0 of 100/)
  await admin.goto('/console/audit')
  const entry = admin.getByRole('row', { name: /they did not fit/ }).filter({ hasText: 'Coupon: returned' })
  await entry.getByText('BACK').waitFor()
  expect(site.faults).toEqual([])
})

test('an auditor sees what was returned, and returns nothing', async () => {
  await campaign('SEEN', 40)
  const { redemptions } = await redeem('SEEN', 200)
  await tillCall(site, 'POST', `/till/v1/redemptions/${redemptions[0]?.id}/returns`, { amount: '15.50' })
  const page = await site.open('auditor')
  await page.goto(`${customerPage}?coupon=SEEN`)
  const drawer = page.getByRole('dialog', { name: 'SEEN' })
  await drawer.getByText('gave 40 · 15.5 returned · 24.5 kept').waitFor()
  await expect.poll(() => drawer.getByRole('button', { name: 'Return…' }).count()).toBe(0)
})
