import { beforeAll, expect, test } from 'vitest'
import { buildSite } from '../../test/support/build-site.ts'
import { startConsole, type Console } from './console-harness.ts'

let site: Console
beforeAll(async () => {
  buildSite()
  site = await startConsole()
}, 300_000)

test('the guide is searched and read in a browser, which loads nothing from elsewhere', async () => {
  const page = await site.open(null)
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(request.url()))
  await page.goto('/docs/guide/')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('searchbox').fill('partial returns')
  await page.locator('#localsearch-list a').first().click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect(new URL(page.url()).pathname).toMatch(/^\/docs\/guide\/[a-z]/)

  await page.goto('/docs/guide/money')
  await page.getByRole('link', { name: 'returns', exact: true }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Returns' }).waitFor()
  await page.getByRole('link', { name: 'API reference' }).click()
  await page.waitForURL(/\/docs$/, { waitUntil: 'commit' })

  expect(loaded.length).toBeGreaterThan(10)
  expect(loaded.filter((url) => !url.startsWith(`${site.url}/`) && !url.startsWith('data:'))).toEqual([])
  expect(site.faults).toEqual([])
})
