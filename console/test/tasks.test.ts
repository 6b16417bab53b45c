import type { Page } from 'playwright-core'
import { beforeAll, expect, test, vi } from 'vitest'
import { workOnOpenBatches } from '../../src/bulk/codes/work-on-open-batches.ts'
import { basic } from '../../test/support/harness.ts'
import { customerPage, demoCoupons, demoCustomer, startConsole, type Console } from './console-harness.ts'

// Browsers share the machine with the other tests.
vi.setConfig({ testTimeout: 90_000 })

let site: Console
beforeAll(async () => {
  site = await startConsole()
}, 90_000)

const till = { authorization: basic('demo.till', 'demo') }

interface History {
  readonly entity: {
    readonly customers: readonly {
      readonly coupons: readonly {
        readonly code: string
        readonly redemptions: readonly { readonly transactionNumber: string }[]
        readonly reversedRedemptions: readonly unknown[]
      }[]
    }[]
  }
}

/** What the ledger says of a coupon, asked as a till asks. */
async function ledgerOf(code: string) {
  const answer = await fetch(`${site.url}/v2/customers/coupons?id=${demoCustomer.id}&limit=1000`, {
    headers: till,
  })
  const history = (await answer.json()) as History
  const coupon = history.entity.customers[0]?.coupons.find((one) => one.code === code)
  return { redemptions: coupon?.redemptions ?? [], reversed: coupon?.reversedRedemptions.length ?? 0 }
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Fills the dialog in which a coupon is redeemed, and waits until it says that it works. */
async function fillRedemption(page: Page, code: string, bill: string): Promise<void> {
  await page.goto(`${customerPage}?status=REDEEMABLE`)
  await page.getByRole('button', { name: code, exact: true }).click()
  await page.getByRole('button', { name: 'Redeem', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: `Redeem ${code}` })
  await dialog.getByRole('combobox', { name: 'Store' }).click()
  await page.getByRole('option', { name: 'DocStore' }).click()
  await dialog.getByLabel('Bill number').fill(bill)
  await dialog.getByLabel('Reason').fill('asked for it on the phone')
  await dialog.getByText('Works:').waitFor()
}

test('a person signs in and is led to the page that was asked for', async () => {
  const page = await site.open(null)
  await page.goto(customerPage)
  await signIn(page, 'care@example.com', 'demo')
  await page.getByRole('heading', { name: demoCustomer.name }).waitFor()
  expect(page.url()).toBe(site.url + customerPage)
})

test('a wrong password is reported, and nobody is signed in', async () => {
  const page = await site.open(null)
  await page.goto('/console')
  await signIn(page, 'care@example.com', 'not it')
  await page.getByText('The e-mail address or the password is wrong.').waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Sign in to Counterfoil' }).waitFor()
})

test('a session that ends asks for the password over the page, which then goes on', async () => {
  const page = await site.open('care')
  await page.goto(`${customerPage}?view=timeline`)
  await page.getByRole('heading', { name: demoCustomer.name }).waitFor()
  await page.context().clearCookies()
  await page.getByText('Table', { exact: true }).click()
  const over = page.getByRole('dialog', { name: 'Your session has ended' })
  await over.locator('input[name="password"]').fill('demo')
  await over.getByRole('button', { name: 'Carry on' }).click()
  await over.waitFor({ state: 'detached' })
  await page.getByRole('table', { name: 'Coupons' }).waitFor()
  expect(page.url()).toBe(site.url + customerPage)

  // Whoever signs out instead leaves nothing on the page.
  await page.context().clearCookies()
  await page.getByText('Timeline', { exact: true }).click()
  await over.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to Counterfoil' }).waitFor()
  await expect.poll(() => page.getByText(demoCustomer.name).count()).toBe(0)
})

test('a role sees the pages that it may use, and an explanation on the others', async () => {
  const care = await site.open('care')
  await care.goto('/console')
  await care.getByRole('heading', { name: 'Customers' }).waitFor()
  const nav = care.getByRole('navigation', { name: 'Pages' })
  await expect
    .poll(() => nav.getByRole('link').allInnerTexts())
    .toEqual(['Customers', 'Check a coupon', 'Bills', 'Holds', 'Series'])
  await care.goto('/console/users')
  await care.getByText('Your role does not include this page').waitFor()
  await care.goto('/console/series')
  await care.getByRole('table', { name: 'Series' }).waitFor()
  await expect.poll(() => care.getByRole('link', { name: 'New series' }).count()).toBe(0)

  const campaign = await site.open('campaign')
  await campaign.goto(customerPage)
  await campaign.getByText('Your role does not include this page').waitFor()

  const auditor = await site.open('auditor')
  await auditor.goto(customerPage)
  await auditor.getByRole('button', { name: demoCoupons[0] }).first().click()
  await auditor.getByText('Works now.').waitFor()
  await expect.poll(() => auditor.getByRole('button', { name: 'Redeem' }).count()).toBe(0)
})

test('signing out leaves nothing to be seen', async () => {
  const page = await site.open('care')
  await page.goto(customerPage)
  await page.getByRole('button', { name: /account and sign out/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to Counterfoil' }).waitFor()
  await page.goto(customerPage)
  await page.getByRole('heading', { name: 'Sign in to Counterfoil' }).waitFor()
})

test('care finds, redeems and reverses by keyboard alone', async () => {
  const [code] = demoCoupons
  const page = await site.open('care')
  const { keyboard } = page
  /** Tab until what is focused has the name. */
  const tabTo = async (name: string): Promise<void> => {
    for (let presses = 0; presses < 60; presses += 1) {
      const focused = await page.evaluate(() => {
        const element = document.activeElement
        return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
      })
      if (focused === name) return
      await keyboard.press('Tab')
    }
    throw new Error(`the keyboard does not reach ${name}`)
  }
  /** A dialog has put the cursor where one begins. */
  const focused = (tag: string) =>
    page.waitForFunction((name) => document.activeElement?.tagName === name, tag)
  /** A list that opens forgets in its next turn which option the keys have reached: nobody is as fast as a test. */
  const choose = async (name: string) => {
    const option = page.getByRole('option', { name })
    await option.waitFor()
    await page.evaluate(() => new Promise((done) => setTimeout(done, 50)))
    await keyboard.press('ArrowDown')
    await keyboard.press('Enter')
    await option.waitFor({ state: 'hidden' })
  }
  await page.goto('/console')
  await page.getByRole('heading', { name: 'Customers' }).waitFor()
  await keyboard.press('/')
  await keyboard.type('94004882')
  await page.getByRole('option', { name: demoCustomer.name }).waitFor()
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: demoCustomer.name }).waitFor()
  await page.getByText('23 coupons').waitFor()
  await tabTo('Which coupons')
  await keyboard.press('ArrowDown')
  await choose('Work now')
  await page.getByText('2 coupons').waitFor()
  await tabTo(code)
  await keyboard.press('Enter')
  await page.getByText('Works now.').waitFor()
  await tabTo('Redeem')
  await keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: `Redeem ${code}` })
  await dialog.waitFor()
  await focused('INPUT')
  await keyboard.type('doc')
  await choose('DocStore')
  await keyboard.press('Tab')
  await keyboard.type('3500')
  await keyboard.press('Tab')
  await keyboard.type('bill-77')
  await keyboard.press('Tab')
  await keyboard.type('by keyboard')
  await dialog.getByText('Works:').waitFor()
  await keyboard.press('Tab')
  await tabTo('Redeem')
  await keyboard.press('Enter')
  await page.getByText(`${code} is redeemed at DocStore.`).waitFor()
  expect(await ledgerOf(code)).toMatchObject({ redemptions: [{ transactionNumber: 'bill-77' }], reversed: 0 })

  await tabTo('Undo')
  await keyboard.press('Enter')
  const reversal = page.getByRole('dialog', { name: 'Reverse a redemption' })
  await reversal.waitFor()
  await focused('TEXTAREA')
  await keyboard.type('wrong bill')
  await keyboard.press('Tab')
  await tabTo('Reverse')
  await keyboard.press('Enter')
  await page.getByText(`The redemption of ${code} is reversed.`).waitFor()
  expect(await ledgerOf(code)).toEqual({ redemptions: [], reversed: 1 })
})

test('an answer that is lost on its way is asked for again, and the coupon is redeemed once', async () => {
  const [, code] = demoCoupons
  const page = await site.open('care')
  await fillRedemption(page, code, 'bill-88')
  let calls = 0
  await page.route('**/v2/coupon/redeem', async (route) => {
    calls += 1
    // The first time the server does it, and goes away before it can say so.
    if (calls > 1) return route.continue()
    await route.fetch()
    return route.abort('connectionreset')
  })
  const dialog = page.getByRole('dialog', { name: `Redeem ${code}` })
  await dialog.getByRole('button', { name: 'Redeem' }).click()
  await dialog.getByText('No answer came').waitFor()
  expect(await dialog.getByLabel('Bill number').isDisabled()).toBe(true)
  await dialog.getByRole('button', { name: 'Try again' }).click()
  await page.getByText(`${code} is redeemed at DocStore.`).waitFor()
  expect(calls).toBe(2)
  expect((await ledgerOf(code)).redemptions).toHaveLength(1)

  // The other agent had the dialog open before, and is told.
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByLabel('Reason').fill('test')
  await page.getByRole('button', { name: 'Reverse', exact: true }).click()
  await page.getByText(`The redemption of ${code} is reversed.`).waitFor()
  const other = await site.open('admin')
  await fillRedemption(other, code, 'bill-89')
  await fillRedemption(page, code, 'bill-90')
  await page.unrouteAll()
  await page
    .getByRole('dialog', { name: `Redeem ${code}` })
    .getByRole('button', { name: 'Redeem' })
    .click()
  await page.getByText(`${code} is redeemed at DocStore.`).waitFor()
  await other
    .getByRole('dialog', { name: `Redeem ${code}` })
    .getByRole('button', { name: 'Redeem' })
    .click()
  await other.getByText('Not done').waitFor()
  // What stood there as its effect is judged again, and nothing is left to be sent.
  await other.getByText('Would be refused.').waitFor()
  expect(
    await other
      .getByRole('dialog', { name: `Redeem ${code}` })
      .getByRole('button', { name: 'Redeem' })
      .isDisabled(),
  ).toBe(true)
  expect((await ledgerOf(code)).redemptions).toMatchObject([{ transactionNumber: 'bill-90' }])
})

test('a campaign manager creates a series, is told at the field what is wrong, and makes codes', async () => {
  const page = await site.open('campaign')
  await page.goto('/console/series/new')
  await page.getByLabel('Description').fill('Winter sale')
  await page.getByRole('textbox', { name: 'Amount' }).fill('100')
  await page.getByLabel('Discount code').fill('WINTER')
  await page.getByLabel('Series code').fill('68579')
  await page.getByRole('combobox', { name: 'Kind of codes' }).click()
  await page.getByRole('option', { name: 'Codes made or uploaded beforehand' }).click()
  await page.getByLabel('Last day').fill('2099-12-31')
  await page.getByRole('button', { name: 'Create series' }).click()
  // Another series has the code.
  await page.getByText('coupon series with same series code is already present').waitFor()
  expect(await page.getByLabel('Series code').evaluate((field) => field === document.activeElement)).toBe(
    true,
  )
  await page.getByLabel('Series code').fill('WINTER-1')
  await page.getByRole('button', { name: 'Create series' }).click()
  await page.getByRole('heading', { name: 'Winter sale' }).waitFor()
  await page.getByAltText(/^QR code of/).waitFor()

  await page.getByRole('button', { name: 'Generate codes' }).click()
  await page.getByLabel('How many').fill('250')
  await page.getByLabel('Reason').fill('for print')
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  await page.getByText('Being made').waitFor()
  while (await workOnOpenBatches(site.context));
  await page.getByText('Made', { exact: true }).waitFor()
  await page.getByRole('button', { name: /^Actions for the batch/ }).click()
  await page.getByRole('menuitem', { name: 'Export codes…' }).click()
  await page.getByLabel('Reason').fill('for print')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export', exact: true }).click(),
  ])
  expect(download.suggestedFilename()).toBe('WINTER-1-codes.csv')
  await page.getByText(/^Exported/).waitFor()

  // What the form does not show is not lost by an edit.
  await page.getByRole('link', { name: 'Edit' }).click()
  await page.getByLabel('Coupons to give out').fill('200')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('of 200, 200 left').waitFor()
})

test('care issues a coupon, extends it, gives its code again and revokes it', async () => {
  await createSeries('Welcome')
  const page = await site.open('care')
  await page.goto(customerPage)
  await page.getByRole('button', { name: 'Issue coupon' }).click()
  await page.getByRole('combobox', { name: 'Series' }).fill('Welcome')
  await page.getByRole('option', { name: /^Welcome \(/ }).click()
  await page.getByText('valid for 30 days').waitFor()
  await page.getByLabel('Reason').fill('an apology')
  await page.getByRole('button', { name: 'Issue', exact: true }).click()
  const notice = await page.getByText(/ is issued to Asha Menon/).innerText()
  const code = notice.split(' ', 1)[0] ?? ''
  await page.getByRole('button', { name: code, exact: true }).click()
  await page.getByRole('button', { name: 'Extend' }).click()
  await page.getByLabel('New last day').fill('2099-06-30')
  await page.getByLabel('Reason').fill('was ill')
  await page
    .getByRole('dialog', { name: `Extend ${code}` })
    .getByRole('button', { name: 'Extend' })
    .click()
  await page.getByText(`${code} now ends on 30 Jun 2099.`).waitFor()

  await page.getByRole('button', { name: `Actions for ${code}` }).click()
  await page.getByRole('menuitem', { name: 'Resend code…' }).click()
  await expect.poll(() => page.getByLabel('Message').inputValue()).toContain(code)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()

  await page.getByRole('button', { name: `Actions for ${code}` }).click()
  await page.getByRole('menuitem', { name: 'Revoke…' }).click()
  await page.getByLabel('Reason').fill('issued by mistake')
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  await page.getByText(`${code} is revoked.`).waitFor()
  await page.goto(`${customerPage}?status=REVOKED`)
  await page.getByRole('button', { name: code, exact: true }).waitFor()
})

test('an administrator adds a store, a till, a client and a person, and finds it in the audit log', async () => {
  const page = await site.open('admin')
  await page.goto('/console/stores')
  await page.getByRole('button', { name: 'Add store' }).click()
  await page.getByLabel('Code').fill('north')
  await page.getByLabel('Name').fill('North Gate')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('heading', { name: /North Gate/ }).waitFor()
  await page.locator('section', { hasText: 'North Gate' }).getByRole('button', { name: 'Add till' }).click()
  await page.getByLabel('Code').fill('north.till')
  await page.getByRole('textbox', { name: 'Password' }).fill('seven green kites')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('cell', { name: 'north.till', exact: true }).waitFor()

  await page.getByRole('link', { name: 'Clients' }).click()
  await page.getByRole('button', { name: 'Add client' }).click()
  await page.getByLabel('Name').fill('web shop')
  await page.getByRole('combobox', { name: 'Acts as till' }).click()
  await page.getByRole('option', { name: /north.till/ }).click()
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  expect((await page.getByRole('textbox', { name: 'Secret' }).inputValue()).length).toBeGreaterThan(20)
  await page.getByRole('button', { name: 'I have kept it' }).click()

  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('button', { name: 'Add person' }).click()
  await page.getByLabel('E-mail').fill('nina@example.com')
  await page.getByLabel('Name').fill('Nina Rao')
  await page.getByRole('textbox', { name: 'First password' }).fill('short')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('Not done').waitFor()
  await page.getByRole('textbox', { name: 'First password' }).fill('seven green kites')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('cell', { name: /^Nina Rao/ }).waitFor()
  await page.getByRole('button', { name: 'Actions for Nina Rao' }).click()
  await page.getByRole('menuitem', { name: 'Disable…' }).click()
  await page.getByLabel('Reason').fill('has left')
  await page.getByRole('button', { name: 'Disable', exact: true }).click()
  await page
    .getByRole('row', { name: /Nina Rao/ })
    .getByText('Disabled')
    .waitFor()

  await page.getByRole('link', { name: 'Audit log' }).click()
  const entry = page.getByRole('row', { name: /Person: disabled/ })
  await entry.getByText('has left').waitFor()
  await page.getByRole('cell', { name: 'Store: created' }).first().waitFor()
})

test('ten thousand coupons scroll: rows are drawn and pages fetched where one looks', async () => {
  const { id } = await createSeries('Many')
  for (let done = 0; done < 10_000; done += 500) {
    const answer = await fetch(`${site.url}/v2/coupon/issue/multiple`, {
      method: 'POST',
      headers: { ...till, 'content-type': 'application/json' },
      body: JSON.stringify({ seriesId: id, count: 500, customer: { id: demoCustomer.id } }),
    })
    expect(answer.status).toBe(200)
  }
  const page = await site.open('care')
  const fetched: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/v2/customers/coupons')) fetched.push(request.url())
  })
  await page.goto(customerPage)
  const table = page.getByRole('table', { name: 'Coupons' })
  await table.getByRole('row').nth(5).waitFor()
  await page.getByText(/^10,02\d coupons$/).waitFor()
  await table.evaluate((element) => element.scrollTo({ top: element.scrollHeight }))
  await table.locator('[aria-rowindex="10020"]').getByRole('button').first().waitFor()
  await expect.poll(() => table.getByRole('row').count()).toBeLessThan(60)
  expect(fetched.length).toBeLessThan(8)
})

async function createSeries(description: string): Promise<{ id: number }> {
  const answer = await fetch(`${site.url}/v2/coupon/series`, {
    method: 'POST',
    headers: { ...till, 'content-type': 'application/json' },
    body: JSON.stringify({
      CouponSeriesV2: {
        description,
        discountCode: 'MANY',
        discountType: 'ABS',
        discountValue: 1,
        validTillDate: '2099-12-31',
        anyUser: false,
        clientHandlingType: 'DISC_CODE',
        expiryStrategyType: 'DAYS',
        expiryStrategyValue: 30,
        isMultipleVouchersPerUserAllowed: true,
        smsTemplate: '{{voucher}}',
      },
    }),
  })
  return (await answer.json()) as { id: number }
}

test('a page whose script was replaced by a newer build is reloaded', async () => {
  const page = await site.open('admin')
  await page.goto('/console/account')
  await page.getByText('Change password').first().waitFor()
  let isGone = true
  await page.route('**/assets/users-*.js', (route) =>
    isGone ? route.fulfill({ status: 404 }) : route.continue(),
  )
  let loads = 0
  page.on('domcontentloaded', () => {
    loads += 1
    isGone = false
  })
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('cell', { name: /care@example.com/ }).waitFor()
  expect(loads).toBe(1)
})

test('no script failed and the policy refused nothing', () => {
  expect(site.faults).toEqual([])
})
