import { beforeAll, expect, test, vi } from 'vitest'
import { createSeries, startConsole, tillCall, type Console } from './console-harness.ts'

// Browsers share the machine with the other tests.
vi.setConfig({ testTimeout: 90_000 })

let site: Console
beforeAll(async () => {
  site = await startConsole()
}, 90_000)

test('care registers a customer, is told when the number is taken, and an administrator erases the person', async () => {
  const care = await site.open('care')
  await care.goto('/console/customers')
  await care.getByRole('button', { name: 'Register customer' }).click()
  const dialog = care.getByRole('dialog', { name: 'Register a customer' })
  await dialog.getByLabel('First name').fill('Nila')
  await dialog.getByLabel('Last name').fill('Thomas')
  await dialog.getByLabel('Reason').fill('asked at the counter')
  expect(await dialog.getByRole('button', { name: 'Register' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Mobile number').fill('919400488244')
  await dialog.getByRole('button', { name: 'Register' }).click()
  await dialog.getByText('Another customer has this number').waitFor()
  await dialog.getByLabel('Mobile number').fill('9400123456')
  await dialog.getByLabel('E-mail').fill('nila@example.com')
  await dialog.getByRole('button', { name: 'Register' }).click()
  await care.getByRole('heading', { name: 'Nila Thomas' }).waitFor()
  await care.getByText('+919400123456').waitFor()
  await care.getByRole('button', { name: /^More actions for/ }).click()
  await expect
    .poll(() => care.getByRole('menuitem').allInnerTexts())
    .toEqual(['Change details…', 'Merge with another customer…'])

  const admin = await site.open('admin')
  const path = new URL(care.url()).pathname
  const id = path.split('/').at(-1) ?? ''
  await admin.goto(path)
  await admin.getByRole('button', { name: 'More actions for Nila Thomas' }).click()
  await admin.getByRole('menuitem', { name: 'Erase person…' }).click()
  const erase = admin.getByRole('dialog', { name: 'Erase Nila Thomas' })
  await erase.getByLabel(/^Customer id, to confirm/).fill('12')
  expect(await erase.getByRole('button', { name: 'Erase for good' }).isDisabled()).toBe(true)
  await erase.getByLabel(/^Customer id, to confirm/).fill(id)
  await erase.getByRole('button', { name: 'Erase for good' }).click()
  await admin.getByText('The person was erased').waitFor()
  const gone = await tillCall<{ customers?: unknown[] }>(site, 'GET', '/admin/v1/search?q=nila@example.com')
  expect(gone.customers).toEqual([])
})

test('an access group is made, given to a client and changed', async () => {
  const page = await site.open('admin')
  await page.goto('/console/access-groups')
  await page.getByRole('button', { name: 'Add group' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add an access group' })
  await dialog.getByLabel('Name').fill('kiosk')
  await dialog.getByRole('combobox', { name: 'Coupons' }).click()
  await page.getByRole('option', { name: 'Reads', exact: true }).click()
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  const row = page.getByRole('row', { name: /^kiosk/ })
  await row.waitFor()
  await expect
    .poll(() => row.getByRole('cell').allInnerTexts())
    .toEqual([
      'kiosk',
      'Nothing',
      'Reads',
      'Nothing',
      'Nothing',
      'Nothing',
      expect.stringContaining('Change…'),
    ])
  await page.getByRole('link', { name: 'Clients' }).click()
  await page.getByRole('button', { name: 'Add client' }).click()
  await page.getByLabel('Name').fill('kiosk in the hall')
  await page.getByRole('combobox', { name: 'Acts as till' }).click()
  await page.getByRole('option', { name: /demo\.till/ }).click()
  await page.getByRole('combobox', { name: 'May do' }).click()
  await page.getByRole('option', { name: 'kiosk' }).click()
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await page
    .getByRole('row', { name: /kiosk in the hall/ })
    .getByRole('cell', { name: 'kiosk', exact: true })
    .waitFor()

  await page.getByRole('link', { name: 'Access groups' }).click()
  await page.getByRole('button', { name: 'Change kiosk' }).click()
  await page.getByRole('combobox', { name: 'Coupons' }).click()
  await page.getByRole('option', { name: 'Reads and changes' }).click()
  await page.getByLabel('Reason').fill('it redeems now')
  await page.getByRole('button', { name: 'Save' }).click()
  await row.getByRole('cell', { name: 'Reads and changes' }).waitFor()
})

test('a store is put into a zone and a concept', async () => {
  const page = await site.open('admin')
  await page.goto('/console/stores')
  for (const [item, code, name] of [
    ['Add zone…', 'south', 'The South'],
    ['Add concept…', 'outlet', 'Outlets'],
  ] as const) {
    await page.getByRole('button', { name: 'Group stores' }).click()
    await page.getByRole('menuitem', { name: item }).click()
    await page.getByLabel('Code').fill(code)
    await page.getByLabel('Name').fill(name)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('table', { name: 'Zones and concepts' }).getByRole('cell', { name }).waitFor()
  }
  const store = page.locator('section', { hasText: 'Mall Road' }).first()
  await store.getByRole('button', { name: 'Zone and concept…' }).click()
  for (const [label, name] of [
    ['Zone', 'The South'],
    ['Concept', 'Outlets'],
  ] as const) {
    await page.getByRole('combobox', { name: label }).click()
    await page.getByRole('option', { name }).click()
  }
  await page.getByLabel('Reason').fill('new region')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: /Mall Road.*The South.*Outlets/ }).waitFor()
  const zone = page.getByRole('table', { name: 'Zones and concepts' }).getByRole('row', { name: /South/ })
  await zone.getByRole('cell', { name: 'Mall Road' }).waitFor()
})

test('a webhook is made, tested, paused, given another secret and deleted, and an auditor only looks', async () => {
  const page = await site.open('admin')
  await page.goto('/console/webhooks')
  await page.getByRole('button', { name: 'Add webhook' }).click()
  await page.getByLabel('Name').fill('shop')
  await page.getByLabel('URL').fill('http://hooks.example.com/coupons')
  await page.getByLabel('Mobile number').check()
  await page.getByRole('button', { name: 'Add header' }).click()
  await page.getByLabel('Name of header 1').fill('Authorization')
  expect(await page.getByRole('button', { name: 'Add', exact: true }).isDisabled()).toBe(true)
  await page.getByLabel('Value of header 1').fill('Bearer one')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('it must begin with https://').waitFor()
  await page.getByLabel('URL').fill('https://hooks.example.com/coupons')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const secret = page.getByRole('textbox', { name: 'Secret' })
  const first = await secret.inputValue()
  expect(first).toMatch(/^whsec_/)
  // It is selected, for whoever copies by keyboard.
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(first)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await page.getByRole('link', { name: 'shop', exact: true }).click()
  await page.getByText('Issued, Redeemed, Redemption reversed').waitFor()
  await page.getByText('Id, Mobile number').waitFor()

  await page.getByRole('button', { name: 'Send a test' }).click()
  await page.getByText('A test message is on its way.').waitFor()
  const message = page.getByRole('table', { name: 'Messages' }).getByRole('row', { name: /^Test/ })
  await message.getByText('Waits').waitFor()
  await message.getByRole('button').click()
  await page.getByRole('dialog').getByText('No attempt yet').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()

  await page.getByRole('button', { name: 'Pause…' }).click()
  const pause = page.getByRole('dialog', { name: 'Pause shop' })
  await pause.getByLabel('Reason').fill('the receiver is moved')
  await pause.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused').waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('Sends', { exact: true }).waitFor()

  const more = async (item: string): Promise<void> => {
    await page.getByRole('button', { name: 'More actions for shop' }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  // Headers of its own stay as they are until they are set anew; their values are not told.
  const headers = page.locator('dt', { hasText: 'Headers of its own' })
  const change = page.getByRole('dialog', { name: 'Change shop' })
  await headers.waitFor()
  await more('Change…')
  await change.getByText('Authorization').waitFor()
  await change.getByRole('button', { name: 'Set anew' }).click()
  await expect.poll(() => change.getByLabel('Name of header 1').inputValue()).toBe('Authorization')
  await expect.poll(() => change.getByLabel('Value of header 1').inputValue()).toBe('')
  await change.getByRole('button', { name: 'Remove header 1' }).click()
  await change.getByLabel('Reason').fill('it needs none')
  await change.getByRole('button', { name: 'Save' }).click()
  await headers.waitFor({ state: 'detached' })

  await more('New secret…')
  await page.getByLabel('Reason').fill('somebody left')
  await page.getByRole('button', { name: 'Make new secret' }).click()
  expect(await secret.inputValue()).not.toBe(first)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await page.getByText(/^signs too until/).waitFor()
  await more('Send again since…')
  await page.getByLabel('Reason').fill('the receiver was down')
  await page.getByRole('button', { name: 'Send again', exact: true }).click()
  await page.getByText('Sends again').waitFor()

  const auditor = await site.open('auditor')
  await auditor.goto(new URL(page.url()).pathname)
  await auditor.getByRole('table', { name: 'Messages' }).waitFor()
  await expect.poll(() => auditor.getByRole('button', { name: /^Pause/ }).count()).toBe(0)

  await more('Delete…')
  await page.getByLabel('Reason').fill('no longer used')
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByText('No webhooks yet').waitFor()
})

test('no script failed and the policy refused nothing', () => {
  expect(site.faults).toEqual([])
})

test('the audit log says what was changed, and is narrowed to one person', async () => {
  const seriesId = await createSeries(site, 'For print', 'DISC_CODE_PIN')
  await tillCall(site, 'POST', `/admin/v1/series/${seriesId}/codes`, { count: 5 })
  const page = await site.open('admin')
  await page.goto('/console/stores')
  await page.getByRole('button', { name: 'Add store' }).click()
  await page.getByLabel('Code').fill('kiosk')
  await page.getByLabel('Name').fill('The kiosk')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('heading', { name: /The kiosk/ }).waitFor()
  await page.getByRole('link', { name: 'Audit log' }).click()
  const log = page.getByRole('table', { name: 'Audit log' })
  await log.getByRole('row', { name: /Store: created The kiosk/ }).waitFor()
  const batch = log.getByRole('link', { name: 'Batch of codes: created' })
  await expect.poll(() => batch.getAttribute('href')).toBe(`/console/series/${seriesId}`)
  await page.getByRole('combobox', { name: 'Who' }).click()
  await page.getByRole('option', { name: 'Demo care' }).click()
  await page.waitForURL(/actor=user/)
  await log.getByRole('row', { name: /The kiosk/ }).waitFor({ state: 'detached' })
  const rows = await log.getByRole('row').allInnerTexts()
  expect(rows.slice(1).every((row) => row.includes('Demo care'))).toBe(true)
})

test('a form that somebody else has saved meanwhile is not saved over theirs unless the person says so', async () => {
  const [mine, theirs] = [await site.open('admin'), await site.open('admin')]
  for (const page of [mine, theirs]) await page.goto('/console/settings')
  await mine.getByLabel('Codes begin with').fill('MINE')
  await theirs.getByLabel('Codes begin with').fill('THEIRS')
  await theirs.getByRole('button', { name: 'Save', exact: true }).click()
  await theirs.getByText('Settings saved.').waitFor()
  await mine.getByRole('button', { name: 'Save', exact: true }).click()
  await mine.getByText('Another person has changed this since you opened it').waitFor()
  await mine.getByRole('button', { name: 'Show the current state' }).click()
  await mine.getByText('Another person has changed this').waitFor({ state: 'detached' })
  await expect.poll(() => mine.getByLabel('Codes begin with').inputValue()).toBe('THEIRS')

  const seriesId = await createSeries(site, 'Edited by two', 'DISC_CODE')
  for (const page of [mine, theirs]) await page.goto(`/console/series/${seriesId}/edit`)
  await mine.getByLabel('Description').first().fill('Mine')
  await theirs.getByLabel('Description').first().fill('Theirs')
  await theirs.getByRole('button', { name: 'Save', exact: true }).click()
  await theirs.getByRole('heading', { name: 'Theirs' }).waitFor()
  await mine.getByRole('button', { name: 'Save', exact: true }).click()
  await mine.getByText('Another person has changed this since you opened it').waitFor()
  await mine.getByRole('button', { name: 'Overwrite' }).click()
  await mine.getByRole('heading', { name: 'Mine' }).waitFor()
})
