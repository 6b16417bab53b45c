import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { folderOf, say } from '../folder.ts'
import { closeSide, type Side } from './side.ts'

const program = fileURLToPath(new URL('../../bin/counterfoil.js', import.meta.url))
const run = promisify(execFile)

/** Bytes per row of a table, without and with its indexes. */
export interface TableSize {
  readonly table: string
  readonly rows: number
  readonly bytes: number
  readonly bytesWithIndexes: number
}

export async function readSizes({ dataset: { database } }: Side): Promise<TableSize[]> {
  const tables = [
    'customers',
    'customer_identifiers',
    'coupons',
    'customer_series_usage',
    'redemptions',
    'events',
  ]
  const sizes: TableSize[] = []
  for (const table of tables) {
    const { rows } = await database.pool.query<{ rows: number; heap: number; whole: number }>(
      `select (select count(*) from ${table})::float8 as rows, pg_table_size($1)::float8 as heap,
         pg_total_relation_size($1)::float8 as whole`,
      [table],
    )
    for (const { rows: count, heap, whole } of rows)
      sizes.push({ table, rows: count, bytes: heap / count, bytesWithIndexes: whole / count })
  }
  return sizes
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

/** The writes of many redemptions of loaded coupons, as redeeming makes them but for events, in one statement. */
const wearSql = `
with worn as materialized (
  select c.id, c.series_id, c.customer_id from coupons c
  where c.org_id = 1 and c.customer_id is not null and c.redeemed = 0 and c.id % 2 = 0 and c.id <= $1
), counted as (
  update coupons c set redeemed = 1 from worn where c.org_id = 1 and c.id = worn.id
), of_customers as (
  update customer_series_usage u set redeemed = u.redeemed + n, last_redeemed_at = greatest(u.last_redeemed_at, now())
  from (select customer_id, series_id, count(*)::int as n from worn group by 1, 2) x
  where u.org_id = 1 and u.customer_id = x.customer_id and u.series_id = x.series_id
), of_series as (
  update series_usage u set redeemed = u.redeemed + n, last_redeemed_at = greatest(u.last_redeemed_at, now())
  from (select series_id, count(*)::int as n from worn group by 1) x
  where u.org_id = 1 and u.series_id = x.series_id
)
insert into redemptions (org_id, coupon_id, series_id, customer_id, redeemed_at, store_id, transaction_number)
select 1, id, series_id, customer_id, now(), 1, 'wear-' || id from worn`

/** What so many redemptions leave behind, and the time that PostgreSQL needs to clear it away. */
export async function wear({ dataset: { database }, scale }: Side) {
  const loaded = scale.customers * scale.couponsPerCustomer
  const { rowCount } = await database.pool.query(wearSql, [loaded])
  const { rows } = await database.pool.query<{ hot: number }>(
    `select (n_tup_hot_upd / greatest(n_tup_upd, 1)::float8) as hot
     from pg_stat_user_tables where relname = 'coupons'`,
  )
  const worn = 'coupons, redemptions, customer_series_usage'
  const vacuumS = await secondsOf(() => database.pool.query(`vacuum ${worn}`))
  const freezeS = await secondsOf(() => database.pool.query(`vacuum (freeze) ${worn}`))
  return { redemptions: rowCount ?? 0, heapOnlyShare: rows[0]?.hot ?? 0, vacuumS, freezeS }
}

/** The seconds of the commands that read everything. Closes the side: the last ones run without a server. */
export async function timeCommands(side: Side) {
  const command = (args: readonly string[], dataDir = side.dataDir) => {
    say(`counterfoil ${args.join(' ')}`)
    return run(process.execPath, [program, ...args], {
      env: { PATH: process.env['PATH'], DATA_DIR: dataDir },
      maxBuffer: 64 * 2 ** 20,
    })
  }
  const backup = join(folderOf('scale'), 'backup')
  const restored = join(folderOf('scale'), 'restored')
  const clear = () => Promise.all([backup, restored].map((one) => rm(one, { recursive: true, force: true })))
  await clear()
  try {
    const auditS = await secondsOf(() => command(['audit', '--no-indexes']))
    const auditWithIndexesS = await secondsOf(() => command(['audit']))
    const backupS = await secondsOf(() => command(['backup', '--to', backup]))
    await closeSide(side)
    const restoreS = await secondsOf(() => command(['restore', '--from', backup], restored))
    return { auditS, auditWithIndexesS, backupS, restoreS }
  } finally {
    await clear()
  }
}
