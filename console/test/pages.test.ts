import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import {
  demoCoupons,
  demoCustomer,
  laptop,
  pictures,
  startConsole,
  tablet,
  type Console,
} from './console-harness.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let site: Console
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  site = await startConsole()
}, 90_000)

interface Shown {
  readonly name: string
  readonly path: string
  /** Is there when the page is. */
  readonly text: string
  readonly open?: (page: Page) => Promise<void>
}

const customer = `/console/customers/${demoCustomer.id}`
const [code] = demoCoupons
const pages: readonly Shown[] = [
  { name: 'customers', path: '/console/customers', text: 'What the search finds' },
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
  { name: 'series-list', path: '/console/series', text: '18 series' },
  { name: 'series', path: '/console/series/794088', text: 'Codes made beforehand' },
  { name: 'series-new', path: '/console/series/new', text: 'What it is' },
  { name: 'series-edit', path: '/console/series/794088/edit', text: 'What it is' },
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

test.each(['light', 'dark'] as const)(
  'every page is drawn %s, and axe finds nothing serious on it',
  async (colorScheme) => {
    const page = await site.open('admin', { colorScheme, reducedMotion: 'reduce' })
    const found: Record<string, string[]> = {}
    const look = async (name: string): Promise<void> => {
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) })
      const serious = await findings(page, colorScheme)
      if (serious.length > 0) found[name] = serious
    }
    /** Fits it too. */
    const lookOnTablet = async (name: string): Promise<void> => {
      await page.setViewportSize(tablet)
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-tablet.png`) })
      const tooWidePx = await page.evaluate(() => {
        const main = document.querySelector('main')
        return main === null ? 0 : main.scrollWidth - main.clientWidth
      })
      if (tooWidePx > 0) found[name] = [...(found[name] ?? []), `too wide for a tablet by ${tooWidePx} px`]
      await page.setViewportSize(laptop)
    }
    await page.goto('/console/account')
    await page.evaluate(axeSource)
    for (const { name, path, text, open } of pages) {
      await goTo(page, '/console/account')
      await page.getByText('Change password').first().waitFor()
      await goTo(page, path)
      await page.locator('main').getByText(text).first().waitFor()
      await open?.(page)
      await look(name)
      if (open !== undefined) await page.keyboard.press('Escape')
      else if (colorScheme === 'light') await lookOnTablet(name)
    }
    await page.context().clearCookies()
    await page.goto('/console')
    await page.getByRole('heading', { name: 'Sign in to Counterfoil' }).waitFor()
    await page.evaluate(axeSource)
    await look('sign-in')
    expect(found).toEqual({})
    expect(site.faults).toEqual([])
  },
  120_000,
)
