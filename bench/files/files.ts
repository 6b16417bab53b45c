import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { Readable, Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { pino } from 'pino'
import { readConfig } from '../../src/platform/config.ts'
import { withCopyClient } from '../../src/platform/db/copy-client.ts'
import { openDatabase, type Database } from '../../src/platform/db/database.ts'
import { exportRows } from '../../src/bulk/rows/export-rows.ts'
import { importFile } from '../../src/bulk/rows/import-file.ts'
import { folderOf } from '../folder.ts'
import { describeMachine } from '../machine.ts'
import type { BenchOptions } from '../options.ts'
import {
  copiedSeries,
  countedSeries,
  createFilesDataset,
  importedSeries,
  mobileOf,
  type FilesDataset,
} from './dataset.ts'

const dataDir = folderOf('files')
const marks = { import: 0.4, export: 0.5, growthMiB: 64 }
/** The rows that the floor copies, and the part of it that is reported separately. */
const floors = {
  import: ['what it writes: coupons, counters, events', 'the coupons alone'],
  export: ['the same columns', 'the rows of the table of coupons'],
} as const

interface Figures {
  /** Seconds of each round. */
  readonly oursS: number[]
  /** The floor: COPY of the same rows. */
  readonly copyS: number[]
  /** COPY of a part of them: the table of coupons alone. */
  readonly plainS: number[]
  readonly faults: string[]
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return (performance.now() - startedMs) / 1000
}

/** Lines from `from` to `to`, some hundred at a time. */
function* linesOf(from: number, to: number, line: (n: number) => string): Generator<Buffer> {
  for (let at = from; at < to; at += 500) {
    const count = Math.min(500, to - at)
    yield Buffer.from(Array.from({ length: count }, (_, n) => line(at + n)).join(''))
  }
}

async function copyInto(
  client: Client,
  target: string,
  from: number,
  to: number,
  row: (n: number) => string,
): Promise<void> {
  const copy = client.query(copyFrom(`copy ${target} from stdin`))
  const copied = finished(copy)
  for (const chunk of linesOf(from, to, row)) if (!copy.write(chunk)) await once(copy, 'drain')
  copy.end()
  await copied
}

/** @returns the seconds for the coupons alone, and those for all rows that an import of them writes. */
async function copyRows(
  database: Database,
  { organisation: { orgId }, customers, stamp }: FilesDataset,
  from: number,
  to: number,
  countedSeries: number,
): Promise<{ couponsS: number; allS: number }> {
  let seconds = { couponsS: 0, allS: 0 }
  await withCopyClient(database, async (client) => {
    const couponsS = await secondsOf(() =>
      copyInto(
        client,
        'coupons (org_id, series_id, customer_id, created_at, valid_until, code)',
        from,
        to,
        (n) =>
          `${orgId}\t${copiedSeries}\t${1 + (n % customers)}\t2026-01-01T00:00:00Z\t2099-12-31T23:59:59Z\t${stamp}C${n}\n`,
      ),
    )
    const { rows } = await client.query<{ first: string }>('select max(id) - $1 + 1 as first from coupons', [
      to - from,
    ])
    const first = Number(rows[0]?.first) - from
    const othersS = await secondsOf(async () => {
      const counters = 'customer_series_usage (org_id, customer_id, series_id, issued, last_issued_at)'
      const counted = Math.min(customers, to - from)
      await copyInto(
        client,
        counters,
        0,
        counted,
        (n) => `${orgId}\t${1 + n}\t${countedSeries}\t1\t2026-01-01T00:00:00Z\n`,
      )
      const events = 'events (org_id, kind, coupon_id, occurred_at)'
      await copyInto(
        client,
        events,
        from,
        to,
        (n) => `${orgId}\tissued\t${first + n}\t2026-01-01T00:00:00Z\n`,
      )
    })
    seconds = { couponsS, allS: couponsS + othersS }
  })
  return seconds
}

async function importRows(
  database: Database,
  data: FilesDataset,
  from: number,
  to: number,
): Promise<string[]> {
  const header = Buffer.from('code,mobile\n')
  const row = (n: number) => `${data.stamp}I${n},${mobileOf(1 + (n % data.customers))}\n`
  const lines = function* (): Generator<Buffer> {
    yield header
    yield* linesOf(from, to, row)
  }
  const { rows, fresh, proof } = await importFile({
    database,
    organisation: data.organisation,
    kind: 'codes',
    source: Readable.from(lines()),
    series: String(importedSeries),
  })
  const isRight = rows === to - from && fresh === rows && proof?.redeemable === rows
  return isRight ? [] : [`of ${to - from} codes ${fresh} came in and ${proof?.redeemable} are redeemable`]
}

async function measureImport(
  database: Database,
  data: FilesDataset,
  size: number,
  runs: number,
): Promise<Figures> {
  const figures: Figures = { oursS: [], copyS: [], plainS: [], faults: [] }
  for (let round = 0; round < runs; round++) {
    const [from, to] = [round * size, (round + 1) * size]
    const { couponsS, allS } = await copyRows(database, data, from, to, countedSeries + round)
    figures.copyS.push(allS)
    figures.plainS.push(couponsS)
    const ours = async (): Promise<void> =>
      void figures.faults.push(...(await importRows(database, data, from, to)))
    figures.oursS.push(await secondsOf(ours))
  }
  return figures
}

const identifierOf = (type: string): string =>
  `left join customer_identifiers ${type.toLowerCase()} on ${type.toLowerCase()}.org_id = c.org_id
     and ${type.toLowerCase()}.customer_id = c.customer_id and ${type.toLowerCase()}.type = '${type}'`

/** The same columns in a handwritten export, without the statuses and the protection against spreadsheets. */
const sameColumnsSql = (orgId: number): string => `copy (
  select c.id, s.code, c.code, c.customer_id, mobile.shown, email.shown, externalid.shown, c.created_at, c.valid_until,
    st.code, c.transaction_number, c.redeemed, c.max_redeemed, c.revoked_at
  from coupons c join series s on s.org_id = c.org_id and s.id = c.series_id
  left join stores st on st.org_id = c.org_id and st.id = c.issued_store_id
  ${['mobile', 'email', 'externalId'].map(identifierOf).join('\n  ')}
  where c.org_id = ${orgId} and c.series_id = ${copiedSeries} order by c.id
) to stdout with (format csv)`

/**
 * Compared with COPY of the same columns, and of the table's own rows, which name neither customer nor series nor
 * store.
 */
async function measureExport(
  database: Database,
  data: FilesDataset,
  size: number,
  runs: number,
): Promise<Figures> {
  const figures: Figures = { oursS: [], copyS: [], plainS: [], faults: [] }
  await copyRows(database, data, 0, size, countedSeries)
  const { orgId } = data.organisation
  const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() })
  for (let round = 0; round < runs; round++) {
    const copied = (text: string) => () =>
      withCopyClient(database, async (client) => {
        await client.query('set enable_seqscan = on; set enable_hashjoin = on; set enable_mergejoin = on')
        await pipeline(client.query(copyTo(text)), sink())
      })
    const plain = `copy (select * from coupons where org_id = ${orgId} order by id) to stdout with (format csv)`
    figures.copyS.push(await secondsOf(copied(sameColumnsSql(orgId))))
    figures.plainS.push(await secondsOf(copied(plain)))
    const filter = { orgId, seriesId: copiedSeries }
    const ours = async (): Promise<void> => {
      const target = sink()
      const rows = await exportRows({
        database,
        kind: 'coupons',
        format: 'csv',
        isGzip: false,
        filter,
        target,
      })
      if (rows !== size) figures.faults.push(`${rows} of ${size} coupons were written`)
    }
    figures.oursS.push(await secondsOf(ours))
  }
  return figures
}

/** Resident memory that an import of `large` rows takes beyond one of `small` rows, in MiB. */
async function measureGrowth(
  database: Database,
  data: FilesDataset,
  small: number,
  large: number,
): Promise<number> {
  const peakOf = async (from: number, to: number): Promise<number> => {
    let peak = 0
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50)
    await importRows(database, data, from, to).finally(() => clearInterval(timer))
    return peak
  }
  const first = await peakOf(20_000_000, 20_000_000 + small)
  return Math.max(0, (await peakOf(30_000_000, 30_000_000 + large)) - first) / 2 ** 20
}

/** Compares `import` and `export` with COPY of the same rows. Resolves to false if an answer was wrong. */
export async function benchFiles(name: 'import' | 'export', options: BenchOptions): Promise<boolean> {
  const size = options.scale === 'small' ? 20_000 : 100_000
  const database = await openDatabase(readConfig({ DATA_DIR: dataDir }), pino({ level: 'warn' }))
  try {
    const data = await createFilesDataset(database, size)
    const measure = name === 'import' ? measureImport : measureExport
    const { oursS, copyS, plainS, faults } = await measure(database, data, size, options.runs)
    const [ours, copy, plain] = [oursS, copyS, plainS].map((seconds) => Math.min(...seconds)) as [
      number,
      number,
      number,
    ]
    const [what, part] = floors[name]
    const perSecond = (label: string, seconds: number) =>
      `${label.padEnd(48)} ${String(Math.round(size / seconds)).padStart(8)} rows a second`
    const ratio = copy / ours
    const lines = [
      perSecond(`COPY of ${what}`, copy),
      perSecond(`COPY of ${part}`, plain),
      perSecond(name, ours),
      `${ratio.toFixed(2)} of COPY of ${what} (mark ${marks[name]}: ${ratio >= marks[name] ? 'passed' : 'NOT passed'})`,
      `${(plain / ours).toFixed(2)} of COPY of ${part}`,
    ]
    const large = options.rows ?? 10 * size
    const growthMiB = name === 'import' ? await measureGrowth(database, data, size, large) : undefined
    if (growthMiB !== undefined)
      lines.push(
        `memory       ${growthMiB.toFixed(0)} MiB more for ${large} rows than for ${size} (mark ${marks.growthMiB}: ${growthMiB < marks.growthMiB ? 'passed' : 'NOT passed'})`,
      )
    process.stdout.write(`${[...lines, ...faults].join('\n')}\n`)
    const report = {
      name,
      machine: describeMachine(),
      options,
      size,
      oursS,
      copyS,
      plainS,
      ratio,
      growthMiB,
      faults,
    }
    if (options.jsonFile !== undefined)
      await writeFile(options.jsonFile, JSON.stringify(report, undefined, 2))
    return faults.length === 0
  } finally {
    await database.close()
  }
}
