import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test, vi } from 'vitest'
import { writeLastUses } from '../../src/identity/credentials/keep-last-uses.ts'
import { hashPassword } from '../../src/identity/credentials/secrets.ts'
import { createOrganisation } from '../../src/identity/organisations/create-organisation.ts'
import { createUser } from '../../src/identity/people/create-user.ts'
import { basic } from '../../test/support/harness.ts'
import { laptop, pictures, startConsole, tablet, tillCall, type Console } from './console-harness.ts'

/** What an administrator does: sets an organisation up, helps people back in, and looks things up in the log. */

vi.setConfig({ testTimeout: 90_000 })

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const phone = { width: 390, height: 844 }
const newcomer = { email: 'nisha@example.com', password: 'a brand new beginning' }

let site: Console
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  site = await startConsole()
}, 90_000)

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

/** Pictures of a page in light, dark, on a tablet and on a phone; nothing may be wrong or too wide in any of them. */
async function look(page: Page, name: string): Promise<void> {
  const faults: string[] = []
  await page.evaluate(axeSource)
  for (const scheme of ['light', 'dark'] as const)
    for (const [size, viewport] of Object.entries({ laptop, tablet, phone })) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor()
      await page.setViewportSize(viewport)
      // A colour that is still changing has a contrast that nobody reads.
      await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)))
      await page.screenshot({ path: join(pictures, `office-${name}-${scheme}-${size}.png`) })
      const tooWidePx = await page.evaluate(() => {
        const main = document.querySelector('main')
        return main === null ? 0 : main.scrollWidth - main.clientWidth
      })
      if (tooWidePx > 0) faults.push(`${scheme} ${size} too wide by ${tooWidePx} px`)
      // Colours do not depend on the size, nor the structure on the colours.
      if (size === 'tablet' || (scheme === 'dark' && size === 'phone')) continue
      const { violations } = await page.evaluate(
        async () =>
          (await (globalThis as unknown as { axe: { run: () => Promise<unknown> } }).axe.run()) as AxeResult,
      )
      for (const { id, nodes } of violations)
        faults.push(`${scheme} ${size} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`)
    }
  await page.setViewportSize(laptop)
  expect(faults, name).toEqual([])
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

test('the page on which people sign in names the only organisation, and says what to do about a forgotten password', async () => {
  const page = await site.open(null)
  await page.goto('/')
  await page.getByRole('heading', { name: 'Sign in to Counterfoil' }).waitFor()
  await page.getByText('Demo', { exact: true }).waitFor()
  await page.getByText('Forgot your password?').click()
  await page.getByText(/Ask an administrator of your organisation/).waitFor()
  await look(page, 'sign-in')
})

test('a person who forgot the password gets a link from an administrator and chooses another one', async () => {
  const admin = await site.open('admin')
  await admin.goto('/console/users')
  await admin.getByRole('button', { name: 'Actions for Demo campaign' }).click()
  await admin.getByRole('menuitem', { name: 'Link for a new password…' }).click()
  const dialog = admin.getByRole('dialog', { name: 'Link for a new password of Demo campaign' })
  // A reason is asked for, and a blank one does not count.
  await dialog.getByLabel('Reason').fill('   ')
  await dialog.getByRole('button', { name: 'Make link' }).click()
  await dialog.getByText('Say why: blanks are no reason').waitFor()
  await dialog.getByLabel('Reason').fill('forgot it, called from the office')
  await dialog.getByRole('button', { name: 'Make link' }).click()
  const link = await admin.getByRole('textbox', { name: 'Link' }).inputValue()
  expect(link).toMatch(new RegExp(`^${site.url}/console/password#\\d+\\.[\\w-]{43}$`))
  await look(admin, 'password-link')
  await admin.getByRole('button', { name: 'I have passed it on' }).click()

  const page = await site.open(null)
  await page.goto(link)
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor()
  await page.getByText('campaign@example.com').waitFor()
  await look(page, 'choose-password')
  await page.getByLabel('New password', { exact: true }).fill('short')
  await page.getByLabel('New password again').fill('short')
  await page.getByRole('button', { name: 'Set password and sign in' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('New password', { exact: true }).fill('seven green kites fly')
  await page.getByText('The two passwords differ').waitFor()
  await page.getByLabel('New password again').fill('seven green kites fly')
  await page.getByRole('button', { name: 'Set password and sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  expect(page.url()).not.toContain('#')

  const again = await site.open(null)
  await again.goto(link)
  await again.getByText('This link does not work').waitFor()
  await look(again, 'password-used')
  await again.getByRole('link', { name: 'Sign in' }).click()
  await signIn(again, 'campaign@example.com', 'seven green kites fly')
  await again.getByRole('heading', { name: 'Overview' }).waitFor()

  await admin.goto('/console/audit')
  const log = admin.getByRole('table', { name: 'Audit log' })
  await log.getByText('Person: link for a new password made').waitFor()
  await log.getByText('Person: link for a new password used or withdrawn').waitFor()
  await log.getByText('Person: password replaced').waitFor()
})

test('the log is searched, narrowed to a thing, leads to things and back, and is saved as a file', async () => {
  const page = await site.open('admin')
  await page.goto('/console/clients')
  await page.getByRole('button', { name: 'Add client' }).click()
  await page.getByLabel('Name').fill('Web shop')
  await page.getByRole('combobox', { name: 'Acts as till' }).click()
  await page.getByRole('option', { name: /demo\.till/ }).click()
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('button', { name: 'I have kept it' }).click()
  const row = page.getByRole('row', { name: /Web shop/ })
  await row.getByRole('button', { name: 'New secret…' }).click()
  await page.getByLabel('Reason').fill('Ticket 4711: the laptop was stolen')
  await page.getByRole('button', { name: 'Make new secret' }).click()
  await page.getByRole('button', { name: 'I have kept it' }).click()

  // From the thing to its entries.
  await page.getByRole('button', { name: 'History of Web shop' }).click()
  await page.getByRole('link', { name: 'Changes of Web shop' }).click()
  const log = page.getByRole('table', { name: 'Audit log' })
  await log.getByText('Client: secret rotated').waitFor()
  await log.getByText('Client: created').waitFor()
  await expect.poll(() => log.getByRole('row').count()).toBe(3)
  await log.getByRole('button', { name: 'Details of Client: secret rotated' }).click()
  await log.getByText('replaced; neither value is recorded').waitFor()
  // Ids are names.
  await log.getByRole('button', { name: 'Details of Client: created' }).click()
  await log.getByRole('definition').filter({ hasText: 'demo.till' }).waitFor()
  await look(page, 'audit')

  // From the entry to the thing.
  await log.getByRole('link', { name: 'Client: secret rotated' }).click()
  await page.waitForURL(/\/console\/clients$/)

  await page.goto('/console/audit')
  await page.getByLabel('Search the log').fill('4711 STOLEN')
  await page.waitForURL(/q=4711/)
  await expect.poll(() => log.getByRole('row').count()).toBe(2)
  await log.getByText('Client: secret rotated').waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('audit-log.csv')
  const lines = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\r\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain('Ticket 4711: the laptop was stolen')

  // A search goes on by itself through years of entries, of which the server reads a share at a time.
  await site.context.database.pool.query(
    `insert into audit_log (org_id, at, actor_kind, actor_id, action, subject_kind, subject_id, reason)
     select 1, now() - make_interval(hours => n), 'user', 1, 'coupon.issued', 'coupon', n,
       case n when 10100 then 'the needle' else 'bulk' end from generate_series(1, 10100) n`,
  )
  await page.getByLabel('Search the log').fill('needle')
  await log.getByText('the needle').waitFor()
  await page.getByLabel('Search the log').fill('no such words')
  await page.getByText('Nothing in the log fits the filter.').waitFor()
  await page.goto('/console/audit')
  await page.getByRole('combobox', { name: 'What' }).click()
  await page.getByRole('option', { name: 'Store', exact: true }).click()
  await page.getByRole('combobox', { name: 'Which' }).click()
  await page.getByRole('option', { name: 'DocStore' }).click()
  await page.waitForURL(/subject=store%3A\d+/)
  // By whom: the link of a name shows everything by that person.
  await page.goto('/console/audit')
  await log.getByRole('link', { name: 'Demo admin' }).first().click()
  await page.waitForURL(/actor=user%3A\d+/)
})

test('the lists say when tills, clients and people were last seen', async () => {
  await tillCall(site, 'GET', '/v2/coupon/series')
  await writeLastUses(site.context)
  const page = await site.open('admin')
  await page.goto('/console/stores')
  const till = page.getByRole('row', { name: /demo\.till/ })
  await till.getByText(/just now|minute/).waitFor()
  await page
    .getByRole('row', { name: /demo\.reader/ })
    .getByText('Never')
    .waitFor()
  await page.goto('/console/clients')
  await page
    .getByRole('row', { name: /demo-key/ })
    .getByText('Never')
    .waitFor()
  await page.goto('/console/users')
  await page
    .getByRole('row', { name: /admin@example\.com/ })
    .getByText('just now')
    .waitFor()
  await look(page, 'people')
})

test('country and currency are chosen by name', async () => {
  const page = await site.open('admin')
  await page.goto('/console/settings')
  await page.getByRole('combobox', { name: 'Currency' }).click()
  await page.getByRole('combobox', { name: 'Currency' }).fill('rupee')
  await page.getByRole('option', { name: 'Indian Rupee (INR)' }).click()
  await page.getByRole('combobox', { name: 'Country' }).fill('kingd')
  await page.getByRole('option', { name: 'United Kingdom (GB)' }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Settings saved.').waitFor()
  await page.reload()
  await expect
    .poll(() => page.getByRole('combobox', { name: 'Currency' }).inputValue())
    .toBe('Indian Rupee (INR)')
  await look(page, 'settings')
  await page.getByRole('combobox', { name: 'Country' }).fill('india')
  await page.getByRole('option', { name: 'India (IN)', exact: true }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Settings saved.').waitFor()
})

test('among 300 stores one is found by its name, its till or its zone', async () => {
  const { pool } = site.context.database
  await pool.query(
    `with zone as (
       insert into zones (org_id, code, name) values (1, 'north', 'The North') returning id
     ), made as (
       insert into stores (org_id, code, name, zone_id)
       select 1, 'shop-' || n, 'Shop ' || lpad(n::text, 3, '0'), case when n % 100 = 7 then (select id from zone) end
       from generate_series(1, 300) n returning id, code
     )
     insert into tills (org_id, store_id, access_group_id, code, password_hash)
     select 1, made.id, (select min(id) from access_groups where org_id = 1), 'till.' || made.code || '.' || n, 'x'
     from made, generate_series(1, 2) n`,
  )
  const page = await site.open('admin')
  await page.goto('/console/stores')
  await page.getByText(/^30\d stores, 6\d\d tills$/).waitFor()
  await expect.poll(() => page.getByRole('heading', { name: /^Shop \d/ }).count()).toBeLessThanOrEqual(50)
  await page.getByRole('button', { name: '2 tills of Shop 001' }).click()
  await page.getByRole('table', { name: 'Tills of Shop 001' }).getByText('till.shop-1.2').waitFor()
  await look(page, 'stores')
  await page.getByRole('button', { name: 'Show 50 more' }).click()
  await page.getByRole('heading', { name: /^Shop 080/ }).waitFor()
  const filter = page.getByRole('searchbox', { name: 'Filter stores' })
  await filter.fill('till.shop-299.1')
  await page.getByRole('heading', { name: /^Shop 299/ }).waitFor()
  // A few stores show their tills at once.
  await page.getByRole('table', { name: 'Tills of Shop 299' }).waitFor()
  await filter.fill('north 107')
  await page.getByText(/^1 of 30\d stores, 2 tills$/).waitFor()
  await filter.fill('no such store')
  await page.getByText('No store fits the filter.').waitFor()
})

test('an empty organisation is led from its first store to its first redemption', async () => {
  const { queries } = site.context.database
  const orgId = await createOrganisation(queries, {
    name: 'Fresh Start',
    timeZone: 'UTC',
    country: 'IN',
    currency: 'INR',
  })
  const passwordHash = await hashPassword(newcomer.password)
  await createUser(queries, { orgId, email: newcomer.email, name: 'Nisha', role: 'admin', passwordHash })
  const page = await site.open(null)
  await page.goto('/')
  // Of several organisations none is named to strangers.
  await page.getByRole('heading', { name: 'Sign in to Counterfoil' }).waitFor()
  await expect.poll(() => page.getByText('Demo', { exact: true }).count()).toBe(0)
  await signIn(page, newcomer.email, newcomer.password)
  await page.getByRole('heading', { name: 'First steps' }).waitFor()
  const step = (name: RegExp) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) })
  await look(page, 'first-steps')

  await page.getByRole('button', { name: 'Add store' }).click()
  await page.getByLabel('Code').fill('main')
  await page.getByLabel('Name').fill('Main Street')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await step(/^Add a store Done/).waitFor()
  await page.getByRole('button', { name: 'Add till' }).click()
  await page.getByLabel('Code').fill('main.till.1')
  await page.getByLabel('Password', { exact: true }).fill('four blue paper boats')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await step(/^Add a till Done/).waitFor()

  await page.getByRole('link', { name: /^Goodwill/ }).click()
  await page.getByRole('heading', { name: 'New series' }).waitFor()
  await expect.poll(() => page.getByLabel('Description').first().inputValue()).toBe('Goodwill voucher')
  await page.getByRole('button', { name: /^(Create|Save)/ }).click()
  await page.getByRole('heading', { name: 'Goodwill voucher' }).waitFor()

  await page.goto('/console/settings')
  await page.getByRole('link', { name: 'First steps' }).click()
  await step(/^Begin a campaign Done/).waitFor()
  await page.getByRole('button', { name: 'Issue test coupon' }).click()
  const dialog = page.getByRole('dialog', { name: 'Issue a test coupon' })
  await dialog.getByRole('button', { name: 'Issue' }).click()
  await step(/^Issue a test coupon Done/).waitFor()
  const command = await page.getByLabel('The call of a till').innerText()
  await look(page, 'first-coupon')

  // As the till does it, from the command that the page shows.
  const body = /-d '(\{.*\})'/.exec(command)?.[1] ?? ''
  const answer = await fetch(`${site.url}/v2/coupon/redeem`, {
    method: 'POST',
    headers: {
      authorization: basic('main.till.1', 'four blue paper boats'),
      'content-type': 'application/json',
    },
    body,
  })
  expect(answer.status).toBe(200)
  await page.getByText('The first coupon is redeemed.').waitFor()
  // The next sign-in begins with the work.
  await page.goto('/console/')
  await page.getByRole('heading', { name: 'Customers' }).waitFor()
  // This browser knows now whose console it is.
  await page.getByRole('button', { name: /account and sign out/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByText('Fresh Start', { exact: true }).waitFor()
})

test('each template makes a series as it stands', async () => {
  const page = await site.open(null)
  await page.context().request.post('/admin/v1/session', {
    headers: { 'x-counterfoil-console': '1' },
    data: newcomer,
  })
  for (const [name, title] of [
    ['welcome', 'Welcome: 10 % off'],
    ['birthday', 'Birthday: 15 % off'],
    ['promotion', 'Spring: 20 % off'],
    ['printed', 'Printed vouchers'],
  ] as const) {
    await page.goto(`/console/series/new?template=${name}`)
    await expect.poll(() => page.getByLabel('Description').first().inputValue()).toBe(title)
    await page.getByRole('button', { name: /^(Create|Save)/ }).click()
    await page.getByRole('heading', { name: title }).waitFor()
  }
})

test('no script failed and the policy refused nothing', () => {
  expect(site.faults).toEqual([])
})
