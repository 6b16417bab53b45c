import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { readTill } from '../../src/identity/credentials/holder.ts'
import { pictures, startConsole, type Console } from './console-harness.ts'

// Browsers share the machine with the other tests.
vi.setConfig({ testTimeout: 90_000 })

let site: Console
beforeAll(async () => {
  site = await startConsole()
}, 90_000)

test('an administrator sees how a till is answered, and changes it', async () => {
  const page = await site.open('admin')
  await page.goto('/console/stores')
  const row = page.getByRole('row').filter({ hasText: 'demo.typed' })
  await row.getByRole('button', { name: 'Answers…' }).click()
  const dialog = page.getByRole('dialog', { name: 'How demo.typed is answered' })
  const types = dialog.getByRole('combobox', { name: 'v1Types' })
  await types.waitFor()
  await expect.poll(() => types.inputValue()).toBe('typed')
  await page.screenshot({ path: join(pictures, 'client-settings.png') })
  await dialog.getByRole('combobox', { name: 'naiveTime' }).click()
  await page.getByRole('option', { name: 'org', exact: true }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const till = await readTill(site.context, 'demo.typed')
  expect(till?.caller.settings).toMatchObject({ v1Types: 'typed', naiveTime: 'org' })

  await page.goto('/console/settings')
  await page.getByText('Programs that call').waitFor()
  await page.getByRole('combobox', { name: 'identifiers' }).waitFor()
  await page.screenshot({ path: join(pictures, 'settings-of-programs.png'), fullPage: true })
  expect(site.faults).toEqual([])
})

test('an administrator exports the settings of programs, and sees what a file changes before it is imported', async () => {
  const page = await site.open('admin')
  await page.goto('/console/settings')
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export settings of programs' }).click()
  const saved = await saving
  const document = JSON.parse(await readFile(await saved.path(), 'utf8')) as Record<string, object>
  expect(document['tills']).toMatchObject({ 'demo.typed': { v1Types: 'typed' } })

  await page.getByRole('button', { name: 'Import settings of programs…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import settings of programs' })
  const choose = (content: object) =>
    dialog.locator('input[type=file]').setInputFiles({
      name: 'settings.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(content)),
    })
  await choose({ tills: { 'no.such.till': { v1Types: 'text' } } })
  await dialog.getByText('The file cannot be imported').waitFor()
  await choose({ ...document, organisation: { identifiers: 'strict' } })
  const change = dialog.getByRole('row').filter({ hasText: 'identifiers' })
  await change.waitFor()
  await expect.poll(() => change.innerText()).toMatch(/Organisation\s+identifiers\s+not stated\s+strict/)
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('the same as the other brand')
  await page.screenshot({ path: join(pictures, 'import-settings.png') })
  await dialog.getByRole('button', { name: 'Import' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const { rows } = await site.context.database.pool.query(
    "select client_settings from organisations where client_settings ->> 'identifiers' = 'strict'",
  )
  expect(rows).toHaveLength(1)
  expect(site.faults).toEqual([])
})

test('an administrator states which codes of other systems stand for a till', async () => {
  const page = await site.open('admin')
  await page.goto('/console/stores')
  const row = page.getByRole('row').filter({ hasText: 'demo.typed' })
  const open = async () => {
    await row.getByRole('button', { name: 'Codes…' }).click()
    return page.getByRole('dialog', { name: 'Codes that stand for demo.typed' })
  }
  let dialog = await open()
  await dialog.getByRole('button', { name: 'Add code' }).click()
  expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await dialog.getByRole('textbox', { name: 'Code 1' }).fill('gh_4f2a')
  await dialog.getByRole('button', { name: 'Add code' }).click()
  await dialog.getByRole('combobox', { name: 'Kind of code 2' }).click()
  await page.getByRole('option', { name: 'Mobile trigger' }).click()
  await dialog.getByRole('textbox', { name: 'Code 2' }).fill('88002')
  await page.screenshot({ path: join(pictures, 'till-lookups.png') })
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const stated = async () =>
    site.context.database.queries
      .selectFrom('till_lookups as l')
      .innerJoin('tills as t', (join) =>
        join.onRef('t.org_id', '=', 'l.org_id').onRef('t.id', '=', 'l.till_id'),
      )
      .select(['t.code', 'l.lookup_type', 'l.lookup'])
      .where('t.code', '=', 'demo.typed')
      .orderBy('l.lookup_type')
      .execute()
  expect(await stated()).toEqual([
    { code: 'demo.typed', lookup_type: 'MOBILE_TRIGGER', lookup: '88002' },
    { code: 'demo.typed', lookup_type: 'WECHAT', lookup: 'gh_4f2a' },
  ])

  dialog = await open()
  await dialog.getByRole('button', { name: 'Remove code 2' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(await stated()).toMatchObject([{ lookup_type: 'MOBILE_TRIGGER' }])
  expect(site.faults).toEqual([])
})
