import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { workOnOpenUploads } from '../../src/bulk/uploads/work-on-open-uploads.ts'
import { basic } from '../../test/support/harness.ts'
import {
  createSeries,
  demoCoupons,
  demoCustomer,
  laptop,
  pictures,
  startConsole,
  tablet,
  tillCall,
  type Console,
} from './console-harness.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let site: Console
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  site = await startConsole()
  await prepare()
}, 90_000)

/**
 * Adds what the demo lacks: a redemption with a discount, an uploaded file, a batch in progress, a webhook with
 * messages.
 */
const prepared = { seriesId: 0, webhookId: 0, pausedId: 0 }
async function prepare(): Promise<void> {
  const seriesId = await createSeries(site, 'From the printer', 'DISC_CODE_PIN')
  const form = new FormData()
  form.append('customerIdentifier', 'MOBILE')
  form.append('couponCodeColumn', '1')
  const rows = [
    'mobile,code',
    '9500000001,PRINT1',
    '919440000000,',
    '9500000002,PRINT3',
    '919440000000,PRINT2',
  ]
  form.append('file', new Blob([rows.join('\n')]), 'codes from the printer.csv')
  const authorization = basic('demo.till', 'demo')
  const path = `/coupon/api/v1/upload/file/${seriesId}`
  await fetch(site.url + path, { method: 'POST', headers: { authorization }, body: form })
  while (await workOnOpenUploads(site.context));
  await tillCall(site, 'POST', '/v2/coupon/redeem', {
    redemptionRequestList: [{ code: 'PRINT2', discountAmount: '37.5' }],
    user: { mobile: '919440000000' },
    billAmount: 250,
    transactionNumber: 'B-77',
  })
  await tillCall(site, 'POST', `/admin/v1/series/${seriesId}/codes`, { count: 500 })
  await tillCall(site, 'PUT', `/admin/v1/series/${seriesId}/budget`, {
    total: 1000,
    perCustomer: 100,
    periods: [{ per: 'day', amount: 70, uses: 9, usesPerCustomer: 2 }],
  })
  await tillCall(site, 'POST', '/till/v1/holds', {
    reference: 'cart-77',
    codes: [demoCoupons[1]],
    customer: { mobile: demoCustomer.mobile },
    bill: { amount: 250 },
    ttlSeconds: 86_400,
  })
  const { id } = await tillCall<{ id: number }>(site, 'POST', '/admin/v1/webhooks', {
    name: 'shop',
    url: 'https://hooks.example.com/coupons',
    eventNames: ['CouponIssue', 'CouponRedeem', 'CouponReversal'],
  })
  await tillCall(site, 'POST', `/admin/v1/webhooks/${id}/test`, {})
  const admin = await site.open('admin')
  await admin.context().request.post('/admin/v1/zones', {
    headers: { 'x-counterfoil-console': '1' },
    data: { code: 'south', name: 'The South' },
  })
  const pausedId = await createSeries(site, 'Paused for the weekend', 'DISC_CODE')
  await fetch(`${site.url}/admin/v1/series/${pausedId}/pause`, {
    method: 'POST',
    headers: { authorization, 'x-counterfoil-reason': 'stock%20is%20late' },
  })
  Object.assign(prepared, { seriesId, webhookId: id, pausedId })
}

interface Shown {
  readonly name: string
  readonly path: string | (() => string)
  /** Is there when the page is. */
  readonly text: string
  readonly open?: (page: Page) => Promise<void>
}

const customer = `/console/customers/${demoCustomer.id}`
const [code] = demoCoupons
const uploadsPage = (): string => `/console/series/${prepared.seriesId}`
const pages: readonly Shown[] = [
  { name: 'customers', path: '/console/customers', text: 'What the search finds' },
  {
    name: 'register',
    path: '/console/customers',
    text: 'What the search finds',
    open: async (page) => {
      await page.getByRole('button', { name: 'Register customer' }).click()
      await page.getByRole('dialog').getByText('Reason').waitFor()
    },
  },
  {
    name: 'erase',
    path: customer,
    text: '23 coupons',
    open: async (page) => {
      await page.getByRole('button', { name: /^More actions for/ }).click()
      await page.getByRole('menuitem', { name: 'Erase person…' }).click()
      await page.getByRole('dialog').getByText('Erase for good').waitFor()
    },
  },
  { name: 'customer', path: customer, text: '23 coupons' },
  { name: 'timeline', path: `${customer}?view=timeline`, text: 'All 23 coupons' },
  {
    name: 'coupon',
    path: `${customer}?status=REDEEMABLE`,
    text: code,
    open: async (page) => {
      await page.getByRole('button', { name: code, exact: true }).click()
      await page.getByText('Works now.').waitFor()
    },
  },
  {
    name: 'redeem',
    path: `${customer}?status=REDEEMABLE`,
    text: code,
    open: async (page) => {
      await page.getByRole('button', { name: `Actions for ${code}` }).click()
      await page.getByRole('menuitem', { name: 'Redeem…' }).click()
      await page.getByRole('dialog').getByText('Reason').waitFor()
    },
  },
  {
    name: 'extend',
    path: `${customer}?coupon=${code}`,
    text: '23 coupons',
    open: async (page) => {
      await page.getByRole('button', { name: 'Extend' }).click()
      await page.getByText('It lasts as long as its series already.').waitFor()
      await page.getByLabel('New last day').fill('2031-01-31')
    },
  },
  {
    name: 'reverse',
    path: `${customer}?coupon=3ELN50QRLCKGW5S6`,
    text: '23 coupons',
    open: async (page) => {
      await page.getByRole('button', { name: 'Reverse…' }).click()
      await page.getByRole('dialog').getByText('A reversal cannot be undone.').waitFor()
    },
  },
  {
    name: 'no-answer',
    path: `${customer}?coupon=${code}`,
    text: '23 coupons',
    open: async (page) => {
      await page.getByRole('button', { name: 'Revoke' }).click()
      await page.getByLabel('Reason').fill('a test')
      await page.route('**/v2/coupon/revoke', (route) => route.abort())
      await page.getByRole('button', { name: 'Revoke', exact: true }).last().click()
      await page.getByText('No answer came').waitFor()
      await page.unrouteAll()
    },
  },
  {
    name: 'change-details',
    path: customer,
    text: '23 coupons',
    open: async (page) => {
      await page.getByRole('button', { name: /^More actions for/ }).click()
      await page.getByRole('menuitem', { name: 'Change details…' }).click()
      await page.getByRole('dialog').getByLabel('Last name').fill('Nair')
    },
  },
  {
    name: 'search',
    path: '/console/customers',
    text: 'What the search finds',
    open: async (page) => {
      await page.getByRole('searchbox', { name: 'Search' }).or(page.getByLabel('Search')).first().fill('asha')
      await page.getByRole('option').first().waitFor()
    },
  },
  { name: 'check', path: `/console/check?code=${code}&store=doc123&amount=100`, text: 'Works now.' },
  { name: 'check-refused', path: '/console/check?code=0211706970002385', text: 'Would be refused' },
  {
    name: 'overview',
    path: '/console/overview',
    text: 'Last 14 days',
    open: (page) => page.locator('.u-legend').first().waitFor(),
  },
  { name: 'series-list', path: '/console/series', text: '23 series' },
  {
    name: 'series-paused',
    path: () => `/console/series/${prepared.pausedId}`,
    text: 'stock is late',
  },
  {
    name: 'series-stop',
    path: '/console/series/850003',
    text: 'Most refused',
    open: async (page) => {
      await page.getByRole('button', { name: 'Stop or pause…' }).click()
      await page.getByRole('dialog').getByText('Tills refuse the coupons from this moment').waitFor()
    },
  },
  { name: 'series', path: '/console/series/794088', text: 'Each coupon gets its code' },
  { name: 'series-running', path: '/console/series/850003', text: 'Most refused' },
  {
    name: 'series-upload',
    path: uploadsPage,
    text: 'Uploaded files',
    open: async (page) => {
      await page.getByRole('button', { name: 'Upload a file' }).click()
      await page.getByLabel('CSV file').setInputFiles({
        name: 'codes.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('name,mobile,code\n"Menon, Asha",919400488244,PRINT9\nRavi,,PRINT8\n'),
      })
      await page.getByRole('dialog').getByText('Menon, Asha').waitFor()
    },
  },
  {
    name: 'series-uploads',
    path: uploadsPage,
    text: 'codes from the printer.csv',
    open: (page) => page.getByText('Uploaded files').scrollIntoViewIfNeeded(),
  },
  {
    name: 'series-refused',
    path: uploadsPage,
    text: 'codes from the printer.csv',
    open: async (page) => {
      await page.getByRole('button', { name: 'Refused rows…' }).click()
      await page.getByRole('dialog').getByText('PRINT1').waitFor()
    },
  },
  {
    name: 'series-budget',
    path: uploadsPage,
    text: 'Left by day',
    open: (page) => page.locator('.u-legend').first().waitFor(),
  },
  {
    name: 'budget-form',
    path: uploadsPage,
    text: 'Left by day',
    open: async (page) => {
      await page.getByRole('button', { name: 'Change budget…' }).click()
      await page.getByRole('dialog').getByText('Reason').waitFor()
    },
  },
  { name: 'holds', path: '/console/holds', text: 'cart-77' },
  {
    name: 'hold-release',
    path: '/console/holds',
    text: 'cart-77',
    open: async (page) => {
      await page.getByRole('button', { name: 'Release cart-77' }).click()
      await page.getByRole('dialog').getByText('Reason').waitFor()
    },
  },
  {
    name: 'return',
    path: '/console/check?code=PRINT2',
    text: 'bill B-77 · gave 37.5',
    open: async (page) => {
      await page.getByRole('button', { name: 'Return…' }).click()
      await page.getByRole('dialog').getByLabel('An amount').check()
      await page.getByRole('dialog').getByText('At most 37.5').waitFor()
    },
  },
  { name: 'series-new', path: '/console/series/new', text: 'What it is' },
  { name: 'series-edit', path: '/console/series/794088/edit', text: 'What it is' },
  { name: 'jobs', path: '/console/jobs', text: 'Being made' },
  { name: 'access-groups', path: '/console/access-groups', text: 'Webhooks' },
  {
    name: 'access-group',
    path: '/console/access-groups',
    text: 'Webhooks',
    open: async (page) => {
      await page.getByRole('button', { name: 'Add group' }).click()
      await page.getByRole('dialog').getByText('Administration').waitFor()
    },
  },
  { name: 'webhooks', path: '/console/webhooks', text: 'hooks.example.com' },
  {
    name: 'webhook-new',
    path: '/console/webhooks',
    text: 'hooks.example.com',
    open: async (page) => {
      await page.getByRole('button', { name: 'Add webhook' }).click()
      await page.getByRole('dialog').getByText('Ends soon').waitFor()
    },
  },
  { name: 'webhook', path: () => `/console/webhooks/${prepared.webhookId}`, text: 'Messages' },
  { name: 'bills', path: '/console/bills', text: 'Which bill?' },
  { name: 'stores', path: '/console/stores', text: 'demo.till' },
  { name: 'clients', path: '/console/clients', text: 'demo-key' },
  { name: 'users', path: '/console/users', text: 'care@example.com' },
  { name: 'settings', path: '/console/settings', text: 'Time zone' },
  { name: 'audit', path: '/console/audit', text: 'Signed in' },
  { name: 'account', path: '/console/account', text: 'Change password' },
  { name: 'nowhere', path: '/console/nowhere', text: 'There is no such page' },
]

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** What axe finds serious on a page; in the second colours only what depends on them. */
async function findings(page: Page, colorScheme: 'light' | 'dark'): Promise<string[]> {
  // A colour that is still changing has a contrast that nobody reads.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .map(({ finished }) => finished),
    ),
  )
  const { violations } = await page.evaluate(
    (options) =>
      (
        globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: Finding[] }> } }
      ).axe.run(options),
    colorScheme === 'light' ? {} : { runOnly: ['color-contrast', 'link-in-text-block'] },
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
    )
}

/** Another page without loading the console anew, as a link does it. */
const goTo = (page: Page, path: string): Promise<void> =>
  page.evaluate((to) => history.pushState(null, '', to), path)

test('every page is drawn light and dark, fits a tablet, and axe finds nothing serious on it', async () => {
  const page = await site.open('admin', { colorScheme: 'light', reducedMotion: 'reduce' })
  const found: Record<string, string[]> = {}
  const note = (name: string, ...faults: string[]): void => {
    if (faults.length > 0) found[name] = [...(found[name] ?? []), ...faults]
  }
  /** The page follows the colours of the system while it stands. */
  const look = async (name: string): Promise<void> => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) })
      note(name, ...(await findings(page, colorScheme)))
    }
  }
  const lookOnTablet = async (name: string): Promise<void> => {
    await page.setViewportSize(tablet)
    await page.screenshot({ path: join(pictures, `${name}-light-tablet.png`) })
    const tooWidePx = await page.evaluate(() => {
      const main = document.querySelector('main')
      return main === null ? 0 : main.scrollWidth - main.clientWidth
    })
    if (tooWidePx > 0) note(name, `too wide for a tablet by ${tooWidePx} px`)
    await page.setViewportSize(laptop)
  }
  await page.goto('/console/account')
  await page.evaluate(axeSource)
  for (const { name, path, text, open } of pages) {
    await goTo(page, '/console/account')
    await page.getByText('Change password').first().waitFor()
    await goTo(page, typeof path === 'string' ? path : path())
    await page.locator('main').getByText(text).first().waitFor()
    await open?.(page)
    await look(name)
    if (open === undefined) await lookOnTablet(name)
    else await page.keyboard.press('Escape')
  }
  await page.context().clearCookies()
  await page.goto('/console')
  await page.getByRole('heading', { name: 'Sign in to Counterfoil' }).waitFor()
  await page.evaluate(axeSource)
  await look('sign-in')
  expect(found).toEqual({})
  expect(site.faults).toEqual([])
}, 480_000)
