import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { workOnOpenBatches } from '../../src/bulk/codes/work-on-open-batches.ts'
import { workOnOpenUploads } from '../../src/bulk/uploads/work-on-open-uploads.ts'
import { createSeries, demoCustomer, startConsole, type Console } from './console-harness.ts'

// Browsers share the machine with the other tests.
vi.setConfig({ testTimeout: 90_000 })

let site: Console
let folder: string
beforeAll(async () => {
  site = await startConsole()
  folder = await mkdtemp(join(tmpdir(), 'counterfoil-console-'))
}, 90_000)

async function file(name: string, ...lines: string[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `${lines.join('\n')}\n`)
  return path
}

test('a file is mapped, uploaded and watched, and its refused rows are looked at and downloaded', async () => {
  const id = await createSeries(site, 'From the printer', 'DISC_CODE_PIN')
  const page = await site.open('campaign')
  await page.goto(`/console/series/${id}`)
  await page.getByRole('button', { name: 'Upload a file' }).click()
  const dialog = page.getByRole('dialog', { name: 'Upload a file' })
  // None of its columns is called as codes are: somebody has to say.
  await dialog
    .getByLabel('CSV file')
    .setInputFiles(
      await file(
        'people.csv',
        'name,reached at,serial',
        `"Menon, Asha",${demoCustomer.mobile},PRINT1`,
        'Nobody,9500000001,PRINT2',
        'Ravi,,PRINT3',
      ),
    )
  await dialog.getByRole('cell', { name: 'Menon, Asha' }).waitFor()
  await dialog.getByText('Say what the columns hold').waitFor()
  expect(await dialog.getByRole('button', { name: 'Upload' }).isDisabled()).toBe(true)
  const says = async (column: string, what: string): Promise<void> => {
    await dialog.getByRole('combobox', { name: `${column} holds` }).click()
    await page.getByRole('option', { name: what, exact: true }).click()
  }
  await says('serial', 'Code')
  await dialog.getByText('The codes will wait until they are issued.').waitFor()
  await says('reached at', 'Mobile number')
  await dialog.getByText('Each customer gets a coupon with the code of the row').waitFor()
  await dialog.getByLabel('Reason').fill('came from the printer')
  await dialog.getByRole('button', { name: 'Upload' }).click()
  await dialog.waitFor({ state: 'detached' })
  const row = page.getByRole('row', { name: /people\.csv/ })
  await row.getByText('Waits').waitFor()
  while (await workOnOpenUploads(site.context));
  await row.getByText('Done').waitFor()
  await expect
    .poll(() => row.getByRole('cell').allInnerTexts())
    .toEqual(expect.arrayContaining([expect.stringContaining('people.csv'), '3', '1', '2']))

  await row.getByRole('button', { name: 'Refused rows…' }).click()
  const refused = page.getByRole('dialog', { name: 'Refused rows of people.csv' })
  const nobody = refused.getByRole('row', { name: /PRINT2/ })
  await nobody.getByText('Unknown customer').waitFor()
  await nobody.getByRole('cell', { name: '3', exact: true }).waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    refused.getByRole('link', { name: 'Download' }).click(),
  ])
  const mended = await readFile(await download.path(), 'utf8')
  expect(mended).toContain('refusalReason')
  expect(mended).toContain('PRINT2')
  await refused.getByRole('button').first().click()
  const [came] = await Promise.all([
    page.waitForEvent('download'),
    row.getByRole('link', { name: /imported rows/ }).click(),
  ])
  expect(await readFile(await came.path(), 'utf8')).toContain('PRINT1')

  // The customer holds it.
  const care = await site.open('care')
  await care.goto(`/console/customers/${demoCustomer.id}`)
  await care.getByRole('button', { name: 'PRINT1', exact: true }).waitFor()
})

test('an upload whose answer is lost is sent again and taken once', async () => {
  const id = await createSeries(site, 'Sent twice', 'DISC_CODE_PIN')
  const page = await site.open('campaign')
  await page.goto(`/console/series/${id}`)
  await page.getByRole('button', { name: 'Upload a file' }).click()
  const dialog = page.getByRole('dialog', { name: 'Upload a file' })
  await dialog.getByLabel('CSV file').setInputFiles(await file('codes.csv', 'code', 'ONCE1', 'ONCE2'))
  await dialog.getByText('The codes will wait').waitFor()
  await dialog.getByLabel('Reason').fill('for print')
  let isFirst = true
  await page.route('**/upload/file/**', async (route) => {
    if (!isFirst) return route.continue()
    isFirst = false
    await route.fetch()
    return route.abort('connectionreset')
  })
  await dialog.getByRole('button', { name: 'Upload' }).click()
  await dialog.getByText('No answer came').waitFor()
  await dialog.getByRole('button', { name: 'Try again' }).click()
  await dialog.waitFor({ state: 'detached' })
  while (await workOnOpenUploads(site.context));
  await page
    .getByRole('row', { name: /codes\.csv/ })
    .getByText('Done')
    .waitFor()
  await expect.poll(() => page.getByRole('row', { name: /codes\.csv/ }).count()).toBe(1)
  await page.getByText('Codes waiting').waitFor()
})

test('while a large file is sent the dialog says how much of it is', async () => {
  const id = await createSeries(site, 'A long list', 'DISC_CODE_PIN')
  const page = await site.open('campaign')
  await page.goto(`/console/series/${id}`)
  await page.getByRole('button', { name: 'Upload a file' }).click()
  const dialog = page.getByRole('dialog', { name: 'Upload a file' })
  const codes = Array.from({ length: 60_000 }, (_, n) => `LONGCODE${n}`)
  await dialog.getByLabel('CSV file').setInputFiles(await file('long.csv', 'code', ...codes))
  await dialog.getByText('The codes will wait').waitFor()
  await dialog.getByLabel('Reason').fill('for print')
  const network = await page.context().newCDPSession(page)
  await network.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 150_000,
  })
  await dialog.getByRole('button', { name: 'Upload' }).click()
  await dialog.getByText(/^Sending: [1-9]\d? %$/).waitFor()
  await dialog.waitFor({ state: 'detached' })
  await page
    .getByRole('row', { name: /long\.csv/ })
    .getByText('60,000')
    .waitFor()
})

test('codes alone are not sent where they could not wait, nor a file without rows', async () => {
  const id = await createSeries(site, 'Drawn at issue', 'DISC_CODE')
  const page = await site.open('campaign')
  await page.goto(`/console/series/${id}`)
  await page.getByRole('button', { name: 'Upload a file' }).click()
  const dialog = page.getByRole('dialog', { name: 'Upload a file' })
  await dialog.getByLabel('CSV file').setInputFiles(await file('wrong.csv', 'code', 'A1'))
  await dialog.getByText('Codes alone can wait only').waitFor()
  await dialog.getByLabel('Reason').fill('a try')
  expect(await dialog.getByRole('button', { name: 'Upload' }).isDisabled()).toBe(true)
  await dialog.getByRole('button', { name: 'Another file' }).click()
  await dialog.getByLabel('CSV file').setInputFiles(await file('empty.csv', 'mobile'))
  await dialog.getByText('it has a header and no rows below it').waitFor()
  await dialog.getByRole('button', { name: 'Another file' }).click()
  await dialog.getByLabel('CSV file').setInputFiles(await file('numbers.csv', '9400488244', '9400488245'))
  await dialog.getByText('which is not the name of a column').waitFor()
  expect(await dialog.getByRole('button', { name: 'Upload' }).isDisabled()).toBe(true)
})

test('a file as spreadsheets write it is taken, and the dialog and the list say what was read; mobile numbers do not become codes', async () => {
  const id = await createSeries(site, 'From a spreadsheet', 'DISC_CODE_PIN')
  const page = await site.open('campaign')
  await page.goto(`/console/series/${id}`)
  await page.getByRole('button', { name: 'Upload a file' }).click()
  const dialog = page.getByRole('dialog', { name: 'Upload a file' })
  // A lone column of any name is nothing until somebody says what it holds, and not whatever is said.
  await dialog
    .getByLabel('CSV file')
    .setInputFiles(await file('list.csv', 'number', '9400488244', '9400488245'))
  await dialog.getByText('Say what the columns hold').waitFor()
  await dialog.getByRole('combobox', { name: 'number holds' }).click()
  await page.getByRole('option', { name: 'Code', exact: true }).click()
  await dialog.getByLabel('Reason').fill('a try')
  await dialog.getByRole('button', { name: 'Upload' }).click()
  await dialog.getByText('should hold codes and holds mobile numbers').waitFor()
  await dialog.getByRole('button', { name: 'Another file' }).click()
  const path = join(folder, 'excel.csv')
  await writeFile(path, Buffer.from('\uFEFFnote;Voucher Code\r\nfür Zoë;SHEET1\r\n;SHEET2\r\n', 'utf16le'))
  await dialog.getByLabel('CSV file').setInputFiles(path)
  await dialog.getByRole('cell', { name: 'für Zoë' }).waitFor()
  await dialog.getByText('The columns are separated by semicolons.').waitFor()
  await dialog.getByText('The codes are in “Voucher Code”; the first is SHEET1.').waitFor()
  await dialog.getByRole('button', { name: 'Upload' }).click()
  await dialog.waitFor({ state: 'detached' })
  const row = page.getByRole('row', { name: /excel\.csv/ })
  // The list does not tell a code that works; the dialog told it to whoever had the file.
  await row.getByText('Read: codes from “Voucher Code”', { exact: true }).waitFor()
  while (await workOnOpenUploads(site.context));
  await row.getByText('Done').waitFor()
  await expect.poll(() => row.getByRole('cell').allInnerTexts()).toEqual(expect.arrayContaining(['2', '0']))
})

test('jobs of all series are seen while they run and when they have ended', async () => {
  const id = await createSeries(site, 'Many codes', 'DISC_CODE_PIN')
  const page = await site.open('campaign')
  await page.goto(`/console/series/${id}`)
  await page.getByRole('button', { name: 'Generate codes' }).click()
  await page.getByLabel('How many').fill('40')
  await page.getByLabel('Reason').fill('for print')
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  await page.getByText('Being made').waitFor()
  await page.getByRole('link', { name: 'Jobs' }).click()
  const under = page.getByRole('table', { name: 'Under way' }).getByRole('row', { name: /Many codes/ })
  await under.getByText('Being made').waitFor()
  while (await workOnOpenBatches(site.context));
  const ended = page.getByRole('table', { name: 'Ended last' }).getByRole('row', { name: /Many codes/ })
  await ended.getByText('Done').waitFor()
  await ended.getByRole('link', { name: 'Many codes' }).click()
  await page.getByRole('heading', { name: 'Many codes' }).waitFor()
})

test('the overview shows the most frequent refusals, and the list of series the progress of each', async () => {
  const page = await site.open('campaign')
  await page.goto('/console/overview')
  const refused = page.getByRole('table', { name: /^Most refused/ })
  await expect.poll(() => refused.getByRole('row').nth(1).innerText()).toMatch(/^Used[\s\S]*Redemption\s+9$/)
  await page.getByRole('link', { name: 'Festival gift: 500 off' }).waitFor()
  await page
    .getByText(/^\d+ on \w+day last week$/)
    .first()
    .waitFor()
  // Nobody points at a day: the legend has what all of them come to.
  const days = page.locator('.u-legend .u-series').filter({ hasText: 'Redeemed' })
  const total = Number(await days.locator('.u-value').innerText())
  expect(total).toBeGreaterThan(50)
  await page.getByRole('link', { name: 'Series', exact: true }).click()
  const row = page.getByRole('row', { name: /Welcome back/ })
  await expect
    .poll(() => row.getByRole('img').getAttribute('aria-label'))
    .toMatch(/^[1-9]\d redemptions in 14 days$/)
  await row.getByRole('link').click()
  await page
    .getByRole('table', { name: /^Most refused/ })
    .getByText('Redemption')
    .first()
    .waitFor()
  await page.getByText('in 45 days').first().waitFor()

  // Another period, and the stores of it as a file.
  await page.getByText('7 days', { exact: true }).click()
  await page.getByRole('heading', { name: 'By store, last 7 days' }).waitFor()
  expect(new URL(page.url()).search).toBe('?days=7')
  const stores = page.getByRole('table', { name: 'By store, last 7 days' }).getByRole('row')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByTitle('The stores of this table as a file').click(),
  ])
  expect(download.suggestedFilename()).toBe('WELCOME10-stores.csv')
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n')
  expect(lines).toHaveLength(await stores.count())
  expect(lines[0]).toBe('storeCode,store,issued,redeemed')
})

test('the list of series is narrowed and sorted in the URL, and is a file as it stands', async () => {
  const page = await site.open('campaign')
  await page.goto('/console/series')
  const rows = page.getByRole('table', { name: 'Series' }).getByRole('row')
  await page.getByText(/^Running \d+$/).click()
  await page.getByRole('button', { name: 'Redeemed' }).click()
  await page.waitForURL(/show=running&sort=-redeemed/)
  await page.getByText(/^\d+ series; \d+ in other states left out$/).waitFor()
  const head = page.getByRole('columnheader', { name: 'Redeemed' })
  await expect.poll(() => head.getAttribute('aria-sort')).toBe('descending')
  await expect.poll(() => rows.nth(1).innerText()).toContain('Welcome back')
  await page.getByLabel('Filter series').fill('off')
  await page.waitForURL(/q=off/)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('series.csv')
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n')
  expect(lines[0]).toContain('seriesCode,description')
  expect(lines[1]).toContain('WELCOME10')
  // The rows follow what is typed a moment later.
  await expect.poll(() => rows.count()).toBe(lines.length)

  // The view is in the URL; the rows are reached from the filter.
  await page.getByLabel('Filter series').press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  expect(
    await rows
      .nth(1)
      .getByRole('link')
      .evaluate((link) => link === document.activeElement),
  ).toBe(true)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Welcome back: 10 % off' }).waitFor()
  await page.goBack()
  await page.getByRole('columnheader', { name: 'Redeemed' }).waitFor()
  expect(new URL(page.url()).search).toBe('?show=running&sort=-redeemed&q=off')
  await page.getByText(/^Not begun \d+$/).click()
  await page.getByText('No series fits the filter.').waitFor()
})

test('the form of a series tells how strong its codes are, what is hardly meant, and leads to what is wrong', async () => {
  const page = await site.open('campaign')
  await page.goto('/console/series/new')
  await page.getByLabel('Description').fill('Weak ones')
  await page.getByRole('textbox', { name: 'Amount' }).fill('50')
  await page.getByLabel('Discount code').fill('WEAK')
  await page.getByLabel('Last day').fill('2099-12-31')
  await page.getByText('Hard to guess.').waitFor()
  await page.getByLabel('Random characters').fill('5')
  await page.getByText('Easy to guess.').waitFor()
  await page.getByLabel('Coupons to give out').fill('40000000')
  await page.getByText('Too few codes.').waitFor()
  await page.getByLabel('Coupons to give out').fill('500')
  await page.getByText('With 500 of them out').waitFor()
  await page.getByLabel('Redemptions in all').fill('100')
  await page.getByText('At most 100 of 500 coupons can be redeemed.').waitFor()
  const bill = page.getByLabel('Largest bill')
  await page.getByLabel('Smallest bill').fill('100')
  await bill.fill('10')
  await page.getByLabel('Description').focus()
  await page.getByRole('button', { name: 'Create series' }).click()
  expect(await bill.evaluate((element) => element === document.activeElement)).toBe(true)
  await bill.fill('')
  await page.getByRole('combobox', { name: 'Kind of codes' }).click()
  await page.getByRole('option', { name: /made or uploaded/ }).click()
  await page.getByRole('button', { name: 'Create series' }).click()
  await page.getByRole('heading', { name: 'Weak ones' }).waitFor()
  await page.getByText('No codes yet').waitFor()

  // Weak codes are made when somebody says so.
  await page.getByRole('button', { name: 'Generate codes' }).click()
  const dialog = page.getByRole('dialog', { name: 'Generate codes' })
  await dialog.getByLabel('How many').fill('500')
  await dialog.getByText('hit one in about 3 hours').waitFor()
  await dialog.getByLabel('Reason').fill('a try')
  expect(await dialog.getByRole('button', { name: 'Generate' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Make them although they can be guessed').check()
  await dialog.getByRole('button', { name: 'Generate' }).click()
  await page.getByText('Guessed in about 3 hours').waitFor()

  // Another one with the same terms.
  await page.getByRole('link', { name: 'Make another' }).click()
  await page.getByText('With the terms of Weak ones').waitFor()
  await expect.poll(() => page.getByLabel('Random characters').inputValue()).toBe('5')
  await page.getByLabel('Description').fill('Strong ones')
  await page.getByLabel('Random characters').fill('16')
  await page.getByRole('button', { name: 'Create series' }).click()
  await page.getByRole('heading', { name: 'Strong ones' }).waitFor()
  await page.getByText('Codes made or uploaded beforehand').waitFor()
})

test('no script failed and the policy refused nothing', () => {
  expect(site.faults).toEqual([])
})
