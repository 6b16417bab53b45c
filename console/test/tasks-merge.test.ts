import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test, vi } from 'vitest'
import {
  customerPage,
  demoCustomer,
  pictures,
  startConsole,
  tillCall,
  type Console,
} from './console-harness.ts'

// Browsers share the machine with the other tests.
vi.setConfig({ testTimeout: 90_000 })

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let site: Console
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  site = await startConsole()
}, 90_000)

/** Draws the page light and dark. @returns what axe finds. */
async function look(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  await page.evaluate(axeSource)
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)))
    await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) })
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: {
          run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>
        }
      }
      return (await axe.run()).violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
    })
    found.push(...violations)
  }
  return found
}

async function registered(mobile: string): Promise<number> {
  const { createdId } = await tillCall<{ createdId: number }>(site, 'POST', '/v2/customers?source=INSTORE', {
    profiles: [{ firstName: 'Aasha', lastName: 'Menon', identifiers: [{ type: 'mobile', value: mobile }] }],
  })
  return createdId
}

test('an agent merges a second account after reading what it will do, and the old id leads to the one that remains', async () => {
  const other = await registered('9400001234')
  const page = await site.open('care')
  await page.goto(customerPage)
  await page.getByRole('button', { name: `More actions for ${demoCustomer.name}` }).click()
  await page.getByRole('menuitem', { name: 'Merge with another customer…' }).click()
  const dialog = page.getByRole('dialog', { name: `Merge ${demoCustomer.name} with another customer` })
  await dialog.getByLabel('The other customer').fill('9400001234')
  await page.getByRole('option', { name: /Aasha Menon/ }).click()
  await dialog.getByText('The name Asha Menon remains, and Aasha Menon is dropped.').waitFor()
  await dialog.getByText('This cannot be undone.').waitFor()
  await dialog.getByText(`Customer ${other} remains`).click()
  await dialog.getByText('The name Aasha Menon remains, and Asha Menon is dropped.').waitFor()
  await dialog.getByText(`Customer ${demoCustomer.id} remains`).click()
  await dialog.getByText('The name Asha Menon remains, and Aasha Menon is dropped.').waitFor()
  expect(await look(page, 'merge-dialog')).toEqual([])
  // Another agent changes the other customer while the dialog is open.
  await tillCall(site, 'PUT', `/v2/customers/${other}?source=INSTORE`, { profiles: [{ lastName: 'Nair' }] })
  await dialog.getByLabel('Reason').fill('both numbers are hers')
  await dialog.getByRole('button', { name: 'Merge for good' }).click()
  await dialog.getByText('One of the customers was changed meanwhile. This is how it is now.').waitFor()
  await dialog.getByText('The name Asha Menon remains, and Aasha Nair is dropped.').waitFor()
  await dialog.getByRole('button', { name: 'Merge for good' }).click()
  await page.getByText(`Customer ${other} is merged into customer ${demoCustomer.id}.`).waitFor()
  await page.getByText('Also found by 919400001234').waitFor()
  expect(await look(page, 'merged-customer')).toEqual([])

  await page.goto(`/console/customers/${other}?view=history`)
  await page.waitForURL((url) => url.pathname === customerPage)
  await page.getByText(`Customer ${other} was merged into this one on`).waitFor()
  await page.getByText('History', { exact: true }).click()
  await page.getByText('Another customer was merged into this one').waitFor()
  await page.getByText('“both numbers are hers”').first().waitFor()
  expect(site.faults).toEqual([])
})
