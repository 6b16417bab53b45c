// What both exports share: the options, the tables, the reports, and how they print.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/**
 * Reads the command line, or prints how to use it and exits.
 *
 * @param {string} usage
 * @param {string | undefined} target where the tables go
 */
export function readOptions(usage, target) {
  const { values: options } = parseArgs({
    options: {
      org: { type: 'string' },
      /** Days of the reports begin and end in it. */
      'time-zone': { type: 'string', default: 'UTC' },
      days: { type: 'string', default: '7' },
    },
  })
  const { org, days, 'time-zone': timeZone } = options
  if (org === undefined || target === undefined || target === '' || !/^\d{1,4}$/.test(days)) {
    console.error(`Usage: ${usage} --org ORG [--time-zone Asia/Kolkata] [--days 7]`)
    process.exit(2)
  }
  return { org, days, timeZone, target }
}

/** The columns that the reports need, by their names in the export. Further ones of a later version do no harm. */
export const tables = {
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

/** The command, which reads the database of Counterfoil (DATABASE_URL or DATA_DIR), also beside a running server. */
const counterfoil =
  process.env.COUNTERFOIL ?? fileURLToPath(new URL('../../bin/counterfoil.js', import.meta.url))

/** Starts an export: lines of JSON on its standard output. */
export function startExport(org, kind) {
  // A revoked coupon was issued too, and is left out unless it is named.
  const statuses = kind === 'coupons' ? ['--status', 'REDEEMED', 'UNREDEEMED', 'REVOKED'] : []
  return spawn(
    process.execPath,
    [counterfoil, 'export', kind, '--org', org, '--format', 'ndjson', ...statuses],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
}

const report = (name) => readFileSync(new URL(`reports/${name}.sql`, import.meta.url), 'utf8')

/** @returns {[title: string, sql: string, values: string[]][]} */
export const reportsOf = ({ timeZone, days }) => [
  ['Discount given, by series and day', report('discount-by-series-and-day'), [timeZone, days]],
  ['Redemption rate of issued coupons', report('redemption-rate'), []],
  ['Top stores', report('top-stores'), [timeZone, days]],
]

export function print(title, names, rows) {
  const table = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))]
  const widths = names.map((_, at) => Math.max(...table.map((row) => row[at].length)))
  console.log(`\n${title}`)
  for (const row of table)
    console.log(`  ${row.map((cell, at) => cell.padEnd(widths[at])).join('  ')}`.trimEnd())
  if (rows.length === 0) console.log('  (nothing)')
}
