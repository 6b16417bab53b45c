// Brings the ledger into a PostgreSQL for reports, every night. Start:
//   WAREHOUSE_URL=postgresql://… node examples/nightly/export.js --org Demo
// The warehouse is any PostgreSQL but the database of Counterfoil itself: reports read all rows, and tills should not wait for them.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

const { values: options } = parseArgs({
  options: {
    org: { type: 'string' },
    /** Days of the reports begin and end in it. */
    'time-zone': { type: 'string', default: 'UTC' },
    days: { type: 'string', default: '7' },
  },
})
const warehouseUrl = process.env.WAREHOUSE_URL
if (options.org === undefined || warehouseUrl === undefined || !/^\d{1,4}$/.test(options.days)) {
  console.error(
    'Usage: WAREHOUSE_URL=postgresql://… node export.js --org ORG [--time-zone Asia/Kolkata] [--days 7]',
  )
  process.exit(2)
}

/** The command, which reads the database of Counterfoil (DATABASE_URL or DATA_DIR), also beside a running server. */
const counterfoil =
  process.env.COUNTERFOIL ?? fileURLToPath(new URL('../../bin/counterfoil.js', import.meta.url))

/** The columns that the reports need, by their names in the export. Further ones of a later version do no harm. */
const tables = {
  series: { seriesId: 'bigint', seriesCode: 'text', description: 'text' },
  coupons: {
    couponId: 'bigint',
    seriesCode: 'text',
    customerId: 'bigint',
    createdDate: 'timestamptz',
    validTill: 'timestamptz',
    redeemed: 'int',
  },
  redemptions: {
    redemptionId: 'bigint',
    seriesCode: 'text',
    customerId: 'bigint',
    redeemedDate: 'timestamptz',
    redeemedAt: 'text',
    billNumber: 'text',
    billAmount: 'numeric',
    discountAmount: 'numeric',
    discountKept: 'numeric',
    reversedDate: 'timestamptz',
  },
}

/** Replaces a table by an export of now. @returns the number of its rows. */
async function load(client, kind, columns) {
  const names = Object.keys(columns)
  await client.query(`
    create table if not exists counterfoil.${kind} (${names.map((name) => `"${name}" ${columns[name]}`).join(', ')});
    truncate counterfoil.${kind};
    create temporary table incoming (line jsonb) on commit drop`)
  // A revoked coupon was issued too, and is left out unless it is named.
  const statuses = kind === 'coupons' ? ['--status', 'REDEEMED', 'UNREDEEMED', 'REVOKED'] : []
  const child = spawn(
    process.execPath,
    [counterfoil, 'export', kind, '--org', options.org, '--format', 'ndjson', ...statuses],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'close')
  // A delimiter and a quote that JSON never contains: a line is one value, as it stands.
  await pipeline(
    child.stdout,
    client.query(copyFrom(`copy incoming from stdin with (format csv, delimiter E'\\x01', quote E'\\x02')`)),
  )
  // The output of a command that failed may be half an export: nothing of it is kept.
  const [code] = await ended
  if (code !== 0) throw new Error(`counterfoil export ${kind} ended with ${code}`)
  const { rowCount } = await client.query(`
    insert into counterfoil.${kind} (${names.map((name) => `"${name}"`).join(', ')})
    select ${names.map((name) => `(line ->> '${name}')::${columns[name]}`).join(', ')} from incoming`)
  await client.query('drop table incoming')
  return rowCount
}

const report = (name) => readFileSync(new URL(`reports/${name}.sql`, import.meta.url), 'utf8')
/** @type {[title: string, sql: string, values: (string | undefined)[]][]} */
const reports = [
  [
    'Discount given, by series and day',
    report('discount-by-series-and-day'),
    [options['time-zone'], options.days],
  ],
  ['Redemption rate of issued coupons', report('redemption-rate'), []],
  ['Top stores', report('top-stores'), [options['time-zone'], options.days]],
]

function print(title, { fields, rows }) {
  const table = [
    fields.map(({ name }) => name),
    ...rows.map((row) => fields.map(({ name }) => String(row[name] ?? ''))),
  ]
  const widths = fields.map((_, at) => Math.max(...table.map((row) => row[at].length)))
  console.log(`\n${title}`)
  for (const row of table)
    console.log(`  ${row.map((cell, at) => cell.padEnd(widths[at])).join('  ')}`.trimEnd())
  if (rows.length === 0) console.log('  (nothing)')
}

const client = new pg.Client({ connectionString: warehouseUrl })
await client.connect()
try {
  // One transaction: whoever reads the warehouse meanwhile sees last night's tables, and a failed night leaves them as they are.
  await client.query('begin')
  // Two runs at once wait for each other.
  await client.query(`select pg_advisory_xact_lock(hashtextextended('counterfoil nightly export', 0))`)
  await client.query('create schema if not exists counterfoil')
  for (const [kind, columns] of Object.entries(tables))
    console.log(`${await load(client, kind, columns)} ${kind} loaded`)
  await client.query('commit')
  await client.query('analyze counterfoil.series, counterfoil.coupons, counterfoil.redemptions')
  for (const [title, sql, values] of reports) print(title, await client.query(sql, values))
} catch (error) {
  console.error(`The export failed, and the tables are as they were: ${error.message}`)
  process.exitCode = 1
} finally {
  await client.end()
}
