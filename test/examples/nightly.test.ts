import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readRows, sampleIn } from '../support/examples.ts'
import {
  emptyFolder,
  environmentOf,
  ownDatabase,
  runProgram,
  setUpProcesses,
} from '../support/process-harness.ts'

setUpProcesses()

const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/nightly/${name}.js`, import.meta.url))

test('the nightly export brings the ledger into PostgreSQL or DuckDB, reports on it, and leaves it as it was when it fails', async () => {
  const dataDir = await ownDatabase()
  const warehouse = await ownDatabase()
  const { orgId, rows } = await sampleIn(dataDir, 300)
  const env = { WAREHOUSE_URL: String(environmentOf(warehouse)['DATABASE_URL']) }
  const run = (org: string, more: Record<string, string> = {}) =>
    runProgram(['--org', org, '--time-zone', 'Asia/Kolkata', '--days', '600'], dataDir, {
      at: example('export'),
      env: { ...env, ...more },
    })
  // Without the comparison of the build with its sources, which takes as long as an export.
  const quick = { COUNTERFOIL: fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url)) }

  const first = await run('Sample')
  expect([first.code, first.stderr]).toEqual([0, expect.not.stringContaining('failed')])
  expect(first.stdout).toContain(`${rows['coupons']} coupons loaded`)
  expect(first.stdout).toContain(`${rows['redemptions']} redemptions loaded`)

  const [ledger] = await readRows<Record<string, string>>(
    dataDir,
    `select count(*)::text as n, sum(discount_amount + coalesce(returned_amount, 0))::numeric(18, 2)::text as given,
       sum(discount_amount) filter (where not exists (
         select from reversals v where v.org_id = r.org_id and v.redemption_id = r.id))::numeric(18, 2)::text as kept
     from redemptions r where org_id = $1`,
    [orgId],
  )
  const sums = `select count(*)::text as n, sum("discountAmount")::numeric(18, 2)::text as given,
    sum("discountKept")::numeric(18, 2)::text as kept from counterfoil.redemptions`
  expect(await readRows(warehouse, sums)).toEqual([ledger])

  const [, byDay = '', rates = '', stores = ''] = first.stdout.split(
    /^(?:Discount given, by series and day|Redemption rate of issued coupons|Top stores)$/m,
  )
  // The report adds up to the ledger.
  const given = [...byDay.matchAll(/^ {2}\d{4}-\d{2}-\d{2} .*?(\d+\.\d\d) +(\d+\.\d\d) +0$/gm)]
  const total = given.reduce((sum, [, amount]) => sum + Math.round(Number(amount) * 100), 0)
  expect((total / 100).toFixed(2)).toBe(ledger?.['given'])
  expect(rates).toMatch(/^ {2}WELCOME10 +Welcome: 10 % off +\d+ +\d+ +\d+\.\d %/m)
  expect(stores).toMatch(/^ {2}S01 /m)

  expect((await run('Sample', quick)).stdout).toBe(first.stdout)
  const failed = await run('Nobody', quick)
  expect(failed.code).toBe(1)
  expect(failed.stderr).toContain('The export failed, and the tables are as they were')
  expect(await readRows(warehouse, sums)).toEqual([ledger])

  // DuckDB prints the same tables and reports to the last digit.
  const file = join(await emptyFolder(), 'reports.duckdb')
  const runDuck = (org: string) =>
    runProgram(['--org', org, '--time-zone', 'Asia/Kolkata', '--days', '600'], dataDir, {
      at: example('duckdb'),
      env: { ...quick, WAREHOUSE_FILE: file },
    })
  const inFile = await runDuck('Sample')
  expect(inFile).toMatchObject({ code: 0, stdout: first.stdout })
  expect((await runDuck('Sample')).stdout).toBe(first.stdout)
  const kept = await readFile(file)
  expect(await runDuck('Nobody')).toMatchObject({ code: 1, stdout: '' })
  expect(kept.equals(await readFile(file))).toBe(true)
})
