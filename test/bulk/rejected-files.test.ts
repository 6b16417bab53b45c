import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { openRejectedFile, removeStaleRejectedFile } from '../../src/bulk/rows/rejected-file.ts'
import { csv, openImports } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { ownDatabase, runProgram, setUpProcesses } from '../support/process-harness.ts'
import { openUploads } from '../support/upload-cases.ts'

setUpProcesses()
vi.setConfig({ testTimeout: 240_000 })
const context = await createTestContext()
const app = await createTestServer(context)
const pool = { client_handling_type: 'DISC_CODE_PIN' as const, is_multiple_per_customer_allowed: true }

/** Rows that are refused for different reasons, and two rows that are imported. */
const bad = [
  'GOOD1,',
  '"BROKEN1"x,',
  'SHORT1',
  'LONG1,,more',
  '# COMMENT1,',
  'code,validTill',
  'DATE1,31/12/2026',
  `${'X'.repeat(101)},`,
  'GOOD2,2026-12-31',
]

describe('a file of refused rows', () => {
  test('can be imported any number of times: the same rows are refused with the lines of the first file', async () => {
    const shop = await openImports(context)
    const seriesId = await shop.series(pool)
    const folder = await mkdtemp(join(tmpdir(), 'counterfoil-rejected-'))
    let content = csv('code,validTill', ...bad)
    const seen: string[][] = []
    for (let round = 0; round < 4; round++) {
      const path = join(folder, `${round}.csv`)
      const rejected = openRejectedFile(path)
      await shop.codes(seriesId, content, { rejected })
      await rejected.close()
      content = await readFile(path, 'utf8')
      const lines = content.trim().split('\n')
      expect(lines[0]).toBe('refusedLine,refusalCode,refusalReason,code,validTill')
      seen.push(lines.slice(1).map((line) => line.split(',')[0] ?? ''))
      expect(await shop.count('coupons')).toBe(2)
    }
    expect(seen).toEqual(Array.from({ length: 4 }, () => ['3', '4', '5', '6', '7', '8', '9']))
    const mended = content.replaceAll('31/12/2026', '2026-12-31')
    expect(await shop.codes(seriesId, mended)).toMatchObject({ rows: 7, fresh: 1, refused: 6 })
  })

  test('of an upload can be sent any number of times: the same rows are refused with the lines of the first file', async () => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series(pool)
    let content = csv('code,note', ...bad.filter((row) => !row.startsWith('DATE')))
    for (let round = 0; round < 3; round++) {
      const { job, counts } = await shop.codes(seriesId, content, 'NOT_TAGGED')
      expect(counts).toBe(round === 0 ? '8/3/5' : '5/0/5')
      content = (await shop.get(String(job['errorFileUrl']))).text
      const [header, ...lines] = content.trim().split('\n')
      expect(header).toBe('code,note,refusedLine,refusalCode,refusalReason')
      expect(lines.map((line) => line.split(',')[2])).toEqual(['3', '4', '5', '6', '8'])
    }
  })

  test('of NDJSON is read again as the original objects', async () => {
    const shop = await openImports(context)
    const folder = await mkdtemp(join(tmpdir(), 'counterfoil-rejected-'))
    const path = join(folder, 'a.csv')
    const rejected = openRejectedFile(path)
    const objects =
      '{"externalId":"E1","blockedDate":"31/12/2020"}\n{"externalId":"E2","firstName":"A, \\"B\\""}\nx\n'
    expect(await shop.run('customers', objects, { rejected })).toMatchObject({ fresh: 1, refused: 2 })
    await rejected.close()
    const content = await readFile(path, 'utf8')
    expect(await shop.run('customers', content)).toMatchObject({ fresh: 0, refused: 2 })
    const mended = content.replaceAll('31/12/2020', '2020-12-31')
    expect(await shop.run('customers', mended)).toMatchObject({ fresh: 1, refused: 1 })
  })

  test('is removed if an earlier run has left it, and any other file is kept', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'counterfoil-rejected-'))
    const path = (name: string): string => join(folder, name)
    await writeFile(path('ours.csv'), 'refusedLine,refusalCode,refusalReason,code\n2,,why,A\n')
    await writeFile(path('theirs.csv'), 'code,refusedLine\nA,2\n')
    await writeFile(path('short.csv'), 'refused')
    const removed = await Promise.all(
      ['ours.csv', 'theirs.csv', 'short.csv', 'none.csv', '.'].map((name) =>
        removeStaleRejectedFile(path(name)),
      ),
    )
    expect(removed).toEqual([true, false, false, false, false])
    expect((await stat(path('theirs.csv'))).isFile()).toBe(true)
  })
})

test('the command reports the columns that it uses, removes a stale file of refused rows, and never overwrites its input', async () => {
  const dataDir = await ownDatabase()
  const run = (...args: string[]) => runProgram(args, dataDir)
  await run('org', 'create', '--name', 'Acme', '--time-zone', 'UTC', '--country', 'IN')
  const file = join(dataDir, 'people.csv')
  const given = ['import', 'customers', '--org', 'Acme', file]
  await writeFile(file, 'Phone No;First Name\nabc;Asha\n')
  const first = await run(...given)
  expect(first.code).toBe(1)
  expect(first.stdout).toContain(
    'Columns are separated by semicolons; "Phone No" holds mobile; "First Name" holds firstName',
  )
  const rejected = `${file}.rejected.csv`
  expect(await readFile(rejected, 'utf8')).toContain(
    '2,8014,"mobile ""abc"" is not a mobile number",abc,Asha',
  )
  const same = await run(...given.slice(0, -1), rejected, '--rejected', rejected)
  expect([same.code, same.stderr]).toEqual([1, expect.stringContaining('refused rows cannot go there')])
  expect(await readFile(rejected, 'utf8')).toContain('abc,Asha')
  await writeFile(file, 'Phone No;First Name\n94004 88244;Asha\n')
  const dry = await run(...given, '--dry-run')
  expect([dry.code, await readFile(rejected, 'utf8')]).toEqual([0, expect.stringContaining('abc,Asha')])
  const second = await run(...given, '--json')
  expect(JSON.parse(second.stdout)).toMatchObject({
    files: [
      {
        fresh: 1,
        taken: {
          delimiter: ';',
          columns: [
            { holds: 'mobile', name: 'Phone No', firstValue: null },
            { holds: 'firstName', name: 'First Name', firstValue: null },
          ],
        },
      },
    ],
  })
  await expect(stat(rejected)).rejects.toThrow('ENOENT')
})
