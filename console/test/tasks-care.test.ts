import { beforeAll, expect, test, vi } from 'vitest'
import {
  customerPage,
  createSeries,
  demoCoupons,
  demoCustomer,
  startConsole,
  tillCall,
  type Console,
} from './console-harness.ts'

// Browsers share the machine with the other tests.
vi.setConfig({ testTimeout: 90_000 })

let site: Console
beforeAll(async () => {
  site = await startConsole()
}, 90_000)

const [code, secondCode] = demoCoupons
/** Used once, at DocStore, for a bill. */
const usedCode = '3ELN50QRLCKGW5S6'

test('the search waits for the answer to what is typed, and opens what is found alone', async () => {
  const page = await site.open('care')
  await page.goto('/console')
  await page.getByRole('heading', { name: 'Customers' }).waitFor()
  const search = page.getByRole('combobox', { name: 'Search' })
  // It is where one begins, and the key that leads to it is not typed into it.
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Search')
  await page.keyboard.press('/')
  await page.keyboard.type('asha')
  await page.getByRole('option', { name: demoCustomer.name }).waitFor()
  // As a scanner does it: the list still shows who was found before.
  await search.fill(code)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Check a coupon' }).waitFor()
  expect(page.url()).toContain(`code=${code}`)
  expect(await page.title()).toBe('Check a coupon · Counterfoil')
  await page.getByText('Works now.').waitFor()
})

test('what was opened lately is a click away, and what works is told first', async () => {
  const page = await site.open('care')
  await page.goto(customerPage)
  await page.getByRole('button', { name: '2 work now' }).click()
  await page.getByText('2 coupons').waitFor()
  expect(page.url()).toContain('status=REDEEMABLE')
  await page.getByRole('link', { name: 'Customers' }).click()
  await page.getByRole('link', { name: demoCustomer.name }).click()
  await page.getByText('23 coupons').waitFor()
  await page.getByLabel('Bill that it was issued with').fill('nothing was')
  await page.getByText('None of these').waitFor()
  expect(page.url()).toContain('bill=nothing')
})

test('arrow keys lead from coupon to coupon, and back leads from a coupon to the list', async () => {
  const page = await site.open('care')
  await page.goto(customerPage)
  const table = page.getByRole('table', { name: 'Coupons' })
  await table.getByRole('row').nth(2).waitFor()
  const codes = () => page.evaluate(() => document.activeElement?.textContent)
  await table.getByRole('button').nth(1).focus()
  await page.keyboard.press('Tab')
  const first = await codes()
  for (let presses = 0; presses < 18; presses += 1) await page.keyboard.press('ArrowDown')
  expect(await codes()).not.toBe(first)
  for (let presses = 0; presses < 18; presses += 1) await page.keyboard.press('ArrowUp')
  const top = await table.locator('[data-index="0"] button').first().textContent()
  expect(await codes()).toBe(top)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByText('Series').first().waitFor()
  expect(page.url()).toContain('coupon=')
  await page.goBack()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  expect(page.url()).toBe(site.url + customerPage)
  // The keyboard goes on where it was, after a menu and its dialog too.
  await page.waitForFunction((text) => document.activeElement?.textContent === text, top)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Extend…' }).press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.waitForFunction(
    (name) => document.activeElement?.getAttribute('aria-label') === name,
    `Actions for ${top}`,
  )
})

test('a code leads to where it was used, for which bill, and the reversal says which redemption it is', async () => {
  const page = await site.open('care')
  await page.goto(`/console/check?code=${usedCode}&at=2026-06-20T10:00`)
  await page.getByText('Would be refused at 20 Jun 2026, 10:00.').waitFor()
  // Of another moment the clock is asked, not the history.
  await page.getByText('Uses and reversals are counted as of now.').waitFor()
  await expect.poll(() => page.getByRole('button', { name: 'Redeem…' }).count()).toBe(0)
  await page.getByRole('link', { name: demoCustomer.name }).click()
  const drawer = page.getByRole('dialog', { name: usedCode })
  await drawer.getByText('bill numbr9435064964').waitFor()
  // It is used up: what helps is a reversal.
  await expect.poll(() => drawer.getByRole('button', { name: 'Redeem', exact: true }).count()).toBe(0)
  await drawer.getByRole('button', { name: 'Reverse…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Reverse a redemption' })
  await dialog.getByText('DocStore · bill numbr9435064964').waitFor()
  await dialog.getByText('The coupon ends on 16 Jun 2032.').waitFor()
  await dialog.getByLabel('Reason').fill('the sale was cancelled')
  // A click beside the dialog loses nothing.
  await page.mouse.click(5, 5)
  await expect.poll(() => dialog.getByLabel('Reason').inputValue()).toBe('the sale was cancelled')
  await dialog.getByRole('button', { name: 'Reverse', exact: true }).click()
  await page.getByText(`The redemption of ${usedCode} is reversed.`).waitFor()
  await page.getByRole('button', { name: usedCode, exact: true }).click()
  await drawer.getByText('Works now.').waitFor()
  await drawer.getByText('bill numbr9435064964').waitFor()
  await drawer.getByText(/^Reversed /).waitFor()
})

test('a coupon that another agent changes meanwhile is shown as it is now', async () => {
  const page = await site.open('care')
  await page.goto(`${customerPage}?coupon=${secondCode}`)
  const drawer = page.getByRole('dialog', { name: secondCode })
  await drawer.getByText('Works now.').waitFor()
  await drawer.getByRole('button', { name: 'Redeem', exact: true }).click()
  await tillCall(site, 'POST', '/v2/coupon/redeem', {
    redemptionRequestList: [{ code: secondCode }],
    user: { id: demoCustomer.id },
    transactionNumber: 'bill-of-the-other',
  })
  await page
    .getByRole('dialog', { name: `Redeem ${secondCode}` })
    .getByRole('button', { name: 'Cancel' })
    .click()
  await drawer.getByText('The coupon is good for one use, and was used.').waitFor()
  await drawer.getByText('bill bill-of-the-other').waitFor()
})

test('an extension and an issue can be undone, and what is held already is told before', async () => {
  await createSeries(site, 'Sorry', 'DISC_CODE')
  const page = await site.open('care')
  await page.goto(`${customerPage}?coupon=${code}`)
  await page.getByRole('button', { name: 'Extend', exact: true }).click()
  const extend = page.getByRole('dialog', { name: `Extend ${code}` })
  await extend.getByLabel('New last day').fill('2031-01-31')
  await extend.getByRole('button', { name: 'Shorten' }).waitFor()
  await extend.getByLabel('Reason').fill('test')
  await page.keyboard.press('Enter')
  await page.getByText(`${code} now ends on 31 Jan 2031.`).waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => extend.getByLabel('New last day').inputValue()).toBe('2032-06-16')
  await extend.getByRole('button', { name: '30 days more' }).click()
  await expect.poll(() => extend.getByLabel('New last day').inputValue()).toBe('2031-03-02')
  await extend.getByRole('button', { name: 'As long as the series' }).click()
  await extend.getByLabel('Reason').fill('was a mistake')
  await extend.getByRole('button', { name: 'Extend' }).click()
  await page.getByText(`${code} now ends on 16 Jun 2032.`).waitFor()

  await page.getByRole('button', { name: 'Issue coupon' }).click()
  const issue = page.getByRole('dialog', { name: /^Issue a coupon/ })
  await issue.getByRole('combobox', { name: 'Series' }).fill('DOC_COUPON')
  await page.getByRole('option', { name: /^DOC_COUPON/ }).click()
  await issue.getByText('The existing coupon is returned again; nothing new is issued.').waitFor()
  await issue.getByRole('combobox', { name: 'Series' }).fill('Sorry')
  await page.getByRole('option', { name: /^Sorry/ }).click()
  await issue.getByLabel('Reason').fill('test')
  await issue.getByRole('button', { name: 'Issue', exact: true }).click()
  const notice = await page.getByText(/ is issued to Asha Menon/).innerText()
  const issued = notice.split(' ', 1)[0] ?? ''
  await issue.waitFor({ state: 'hidden' })
  await page.keyboard.press('Control+z')
  const revoke = page.getByRole('dialog', { name: `Revoke ${issued}` })
  await revoke.getByLabel('Reason').fill('was a mistake')
  await revoke.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText(`${issued} is revoked.`).waitFor()
  await page.goto(`/console/check?code=${issued}`)
  await page.getByText('The coupon was revoked and cannot be used again.').waitFor()
  await page.getByRole('link', { name: 'Sorry' }).waitFor()
})

test('nothing is issued to a customer who is blocked, and the dialog says so before', async () => {
  const { createdId: id } = await tillCall<{ createdId: number }>(
    site,
    'POST',
    '/v2/customers?source=INSTORE',
    {
      profiles: [{ firstName: 'Blocked', identifiers: [{ type: 'mobile', value: '9400488266' }] }],
    },
  )
  const page = await site.open('admin')
  await page.goto(`/console/customers/${id}`)
  await page.getByRole('button', { name: /^More actions for/ }).click()
  await page.getByRole('menuitem', { name: 'Block…' }).click()
  await page.getByLabel('Reason').fill('a test')
  await page.keyboard.press('Enter')
  await page.getByText('Blocked is blocked.').waitFor()
  await page.getByRole('button', { name: 'Issue coupon' }).click()
  const dialog = page.getByRole('dialog', { name: /^Issue a coupon/ })
  await dialog.getByText('The customer is blocked: nothing is issued to or redeemed by them.').waitFor()
  expect(await dialog.getByRole('button', { name: 'Issue', exact: true }).isDisabled()).toBe(true)
})

test('a number moves from one account of a customer to the other', async () => {
  const second = await tillCall<{ createdId: number }>(site, 'POST', '/v2/customers?source=INSTORE', {
    profiles: [
      {
        firstName: 'Ravi',
        lastName: 'Iyer',
        identifiers: [
          { type: 'mobile', value: '9400488277' },
          { type: 'email', value: 'ravi@example.com' },
        ],
      },
    ],
  })
  const page = await site.open('care')
  const change = async (id: number, label: string, value: string) => {
    await page.goto(`/console/customers/${id}`)
    await page.getByRole('button', { name: /^More actions for/ }).click()
    await expect
      .poll(() => page.getByRole('menuitem').allInnerTexts())
      .toEqual(['Change details…', 'Merge with another customer…'])
    await page.getByRole('menuitem', { name: 'Change details…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Change details' })
    await dialog.getByLabel(label).fill(value)
    await dialog.getByLabel('Reason').fill('two accounts')
    await dialog.getByRole('button', { name: 'Change' }).click()
    return dialog
  }
  const refused = await change(345_635_529, 'Mobile number', '9400488277')
  await refused.getByText('Another customer has this number, address or external id.').waitFor()
  const cleared = await change(second.createdId, 'Mobile number', '')
  await page.getByText('The details are changed.').waitFor()
  await cleared.waitFor({ state: 'hidden' })
  const moved = await change(345_635_529, 'Mobile number', '9400488277')
  await moved.waitFor({ state: 'hidden' })
  await page.getByText('+919400488277').waitFor()
  const named = await change(345_635_529, 'Last name', 'Iyer-Rao')
  await named.waitFor({ state: 'hidden' })
  await page.getByRole('heading', { name: 'Ravi Iyer-Rao' }).waitFor()
})

test('while no answer comes the page stays, says how old it is, and reads again when asked to', async () => {
  const page = await site.open('care')
  await page.goto(`${customerPage}?coupon=${code}`)
  const drawer = page.getByRole('dialog', { name: code })
  await drawer.getByRole('button', { name: 'Revoke' }).click()
  await page.route(/\/(v2|admin)\//, (route) => route.abort('connectionrefused'))
  const dialog = page.getByRole('dialog', { name: `Revoke ${code}` })
  await dialog.getByLabel('Reason').fill('test')
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await dialog.getByText('No answer came').waitFor()
  // The key closes what is in front alone.
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await drawer.getByText('Works now.').waitFor()
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'hidden' })
  await page.getByText('The server does not answer; this is what it said before.').waitFor()
  await expect.poll(() => page.getByRole('heading', { name: demoCustomer.name }).count()).toBe(1)
  await page.unrouteAll()
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText(/^2\d coupons$/).waitFor()
})

test('what is asked in the check is filled in where the coupon is redeemed', async () => {
  const page = await site.open('care')
  await page.goto(`/console/check?code=${code}&store=doc123&amount=3500&bill=B-7`)
  await page.getByRole('button', { name: 'Redeem…' }).click()
  const dialog = page.getByRole('dialog', { name: `Redeem ${code}` })
  await expect.poll(() => dialog.getByLabel('Bill amount').inputValue()).toBe('3500')
  await expect.poll(() => dialog.getByLabel('Bill number').inputValue()).toBe('B-7')
  await dialog.getByText('Works:').waitFor()
})

test('a person who tries too often sees how long to wait, and can sign in afterwards', async () => {
  const page = await site.open(null)
  await page.goto('/console')
  await page.getByLabel('E-mail').fill('campaign@example.com')
  const password = page.getByLabel('Password', { exact: true })
  // The first wait is a second long, which a busy machine looks past: the page itself notes what the button has said.
  await page.evaluate(() => {
    const noted = document.documentElement.dataset
    new MutationObserver(() => {
      const button = document.querySelector<HTMLButtonElement>('main button[type=submit]')
      if (button?.disabled) noted['disabled'] = `${noted['disabled'] ?? ''}${button.textContent};`
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
  })
  let status = 0
  for (let tries = 0; tries < 10 && status !== 429; tries += 1) {
    await password.fill(`not it ${tries}`)
    const [answer] = await Promise.all([
      page.waitForResponse(/\/admin\/v1\/session$/),
      page.keyboard.press('Enter'),
    ])
    status = answer.status()
    expect([401, 429]).toContain(status)
    await page
      .getByRole('button', { name: /^(Sign in|Wait)/ })
      .and(page.locator(':not([data-loading])'))
      .waitFor()
  }
  expect(status).toBe(429)
  await page.getByText('Too many attempts.').waitFor()
  await page.waitForFunction(() => /Wait 0:\d\d;/.test(document.documentElement.dataset['disabled'] ?? ''))
  await password.fill('demo')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
})

test('no script failed and the policy refused nothing', () => {
  expect(site.faults).toEqual([])
})
