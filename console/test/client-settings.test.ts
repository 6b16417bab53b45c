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
  expect(await types.inputValue()).toBe('typed')
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
