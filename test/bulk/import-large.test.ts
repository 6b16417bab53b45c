import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, test, vi } from 'vitest'
import { csv, openImports } from '../support/file-cases.ts'
import { createTestContext } from '../support/harness.ts'
import {
  databaseOf,
  madeFolder,
  program,
  runProgram,
  setUpProcesses,
  spawnProgram,
  until,
} from '../support/process-harness.ts'

setUpProcesses()
vi.setConfig({ testTimeout: 240_000 })
const context = await createTestContext()

/** Ten kinds of bad rows, each with its refusal code. */
const bad: [row: (n: number) => string, code: number | null][] = [
  [(n) => `B${n},+nine,,`, 701],
  [(n) => `B${n},9500000000,,`, 701],
  [() => `GOOD1,${mobileOf(3)},,`, 703],
  [(n) => `B${n},${mobileOf(0)},,`, 742],
  [(n) => `B${n},${mobileOf(3)},2100-01-01,`, 691],
  [(n) => `B${n},${mobileOf(3)},2026-02-30,`, null],
  [(n) => `B${n},${mobileOf(3)},,2098-01-01`, null],
  [(n) => `B${n},${mobileOf(3)},,,more`, null],
  [(n) => `B${n},"${mobileOf(3)}"x,,`, null],
  [(n) => `${'B'.repeat(101)}${n},${mobileOf(3)},,`, 633],
]
const customers = 500
const mobileOf = (n: number): string => String(9_000_000_000 + n)

function mixedFile(rows: number, badRows: number): { file: string; refused: Map<number, number | null> } {
  const every = rows / badRows
  const refused = new Map<number, number | null>()
  const lines = Array.from({ length: rows }, (_, n) => {
    if (n % every !== every - 1) return `GOOD${n},${mobileOf(1 + (n % (customers - 1)))},,`
    const [row, code] = bad[Math.floor(n / every) % bad.length] as (typeof bad)[0]
    refused.set(n + 2, code)
    return row(n)
  })
  return { file: csv('code,mobile,validTill,createdDate', ...lines), refused }
}

describe('a file of 20,000 rows with 100 bad ones of ten kinds', () => {
  test('imports 19,900 rows, refuses 100 with their lines and reasons, and changes nothing when it is repeated', async () => {
    const shop = await openImports(context)
    for (let n = 0; n < customers; n++) await shop.customer({ mobile: mobileOf(n), isBlocked: n === 0 })
    const seriesId = await shop.series({ is_multiple_per_customer_allowed: true })
    const { file, refused } = mixedFile(20_000, 100)
    const first = await shop.codes(seriesId, file)
    expect(first).toMatchObject({ rows: 20_000, fresh: 19_900, present: 0, refused: 100 })
    expect(new Map(first.lines.map(({ line, code }) => [line, code]))).toEqual(refused)
    expect(first.proof).toMatchObject({ redeemable: 19_900, refusedRows: 100, missing: 0 })
    await shop.expectLedger()
    const events = await shop.count('events')
    const again = await shop.codes(seriesId, file)
    expect(again).toMatchObject({ fresh: 0, present: 19_900, refused: 100, lines: first.lines })
    expect(await shop.count('coupons')).toBe(19_900)
    expect(await shop.count('events')).toBe(events)
    await shop.expectLedger()
  })
})

describe('the import command', () => {
  test('completes the file without duplicates and reports the refused rows when it was killed halfway and is restarted', async () => {
    const dataDir = await madeFolder()
    const run = (...args: string[]) => runProgram(args, dataDir)
    await run('org', 'create', '--name', 'Acme', '--time-zone', 'UTC', '--country', 'IN')
    const ids = Array.from({ length: 30_000 }, (_, n) => n + 1)
    await writeFile(join(dataDir, 'people.csv'), csv('externalId', ...ids.map((n) => `E${n}`)))
    const people = await run('import', 'customers', '--org', 'Acme', '--json', join(dataDir, 'people.csv'))
    expect(JSON.parse(people.stdout)).toMatchObject({ files: [{ fresh: 30_000, refused: 0 }] })
    const server = spawnProgram(['serve'], dataDir)
    await until('it serves', () => server.output().stdout.includes('serves on'))
    const client = new pg.Client(databaseOf(dataDir))
    await client.connect()
    await client.query(`insert into series (org_id, id, code, description, discount_type, discount_value, client_handling_type,
      valid_until, is_multiple_per_customer_allowed) values (1, 7, 'TEN', 'Ten', 'ABS', 10, 'DISC_CODE', '2099-12-31', true)`)
    await client.query('insert into series_usage (org_id, series_id) values (1, 7)')
    // In a file of customers only the line identifies the issued coupon.
    const list = join(dataDir, 'list.csv')
    await writeFile(list, csv('externalId', ...ids.map((n) => (n % 10_000 === 0 ? `X${n}` : `E${n}`))))
    const given = ['import', 'codes', '--org', 'Acme', '--series', 'TEN', list]
    const count = async (): Promise<number> =>
      Number((await client.query('select count(*) as n from coupons')).rows[0].n)
    const killed = spawnProgram(given, dataDir)
    await until('some are in', async () => (await count()) > 2_000)
    killed.child.kill('SIGKILL')
    await killed.ended
    const partly = await count()
    expect(partly).toBeLessThan(29_997)
    const again = await run(...given)
    expect(again.code).toBe(1)
    expect(again.stdout).toContain('Proof: 30000 in file = 29997 redeemable + 3 refused')
    expect(await count()).toBe(29_997)
    expect(await readFile(`${list}.rejected.csv`, 'utf8')).toContain('\n10001,701,')
    const doubles = await client.query('select customer_id from coupons group by 1 having count(*) > 1')
    expect(doubles.rows).toEqual([])
    const out = join(dataDir, 'out.csv')
    const exported = await run('export', 'coupons', '--org', 'Acme', '--series', '7', '--output', out)
    expect(exported).toMatchObject({ code: 0, stderr: `Wrote 29997 coupons to ${out}\n` })
    const back = await run('import', 'codes', '--org', 'Acme', '--json', out)
    expect(JSON.parse(back.stdout)).toMatchObject({ files: [{ fresh: 0, present: 29_997, refused: 0 }] })
    await client.end()
  })

  test('ends with 2 for wrong usage, and with 1 for an unknown series or column', async () => {
    const dataDir = await madeFolder()
    const run = (...args: string[]) => runProgram(args, dataDir)
    await run('org', 'create', '--name', 'Acme', '--time-zone', 'UTC', '--country', 'IN')
    const file = join(dataDir, 'a.csv')
    await writeFile(file, 'shoe\n1\n')
    expect((await run('import', 'codes', file)).code).toBe(2)
    expect((await run('import', 'codes', '--org', 'Acme', '--rejected', 'x', file, file)).code).toBe(2)
    const unknown = await run('import', 'customers', '--org', 'Acme', file, join(dataDir, 'none.csv'))
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain(`${file}: unknown column "shoe"; allowed are customerId, mobile`)
    expect(unknown.stderr).toContain('ENOENT')
    const series = await run('import', 'codes', '--org', 'Acme', '--series', '9', file)
    expect(series).toMatchObject({ code: 1, stderr: 'counterfoil: There is no series "9"\n' })
    expect(spawnSync(process.execPath, [program, 'export', '--help'], { encoding: 'utf8' }).stdout).toContain(
      'redemptions',
    )
  })
})
