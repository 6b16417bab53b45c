import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { createContextOn, type Context } from '../../src/ledger/context.ts'
import { chainChecks } from '../../src/operate/chain/chain-checks.ts'
import { linkEvents } from '../../src/operate/chain/link-events.ts'
import { startLinkingEvents } from '../../src/operate/chain/work-on-chains.ts'
import { auditLedger } from '../../src/operate/integrity/audit-ledger.ts'
import { readConfig } from '../../src/platform/config.ts'
import { openDatabase, type Database } from '../../src/platform/db/database.ts'
import { EventHorizon } from '../../src/webhooks/event-horizon.ts'
import { folderOf, say } from '../folder.ts'
import { describeMachine } from '../machine.ts'
import type { BenchOptions } from '../options.ts'
import { createWritesDataset } from '../writes/dataset.ts'
import { redeemUntil } from '../writes/redeem-until.ts'

const dataDir = folderOf('chain')
const redeemedCoupons = 200_000

const insertSql = `insert into events (org_id, kind, coupon_id, redemption_id, till_id, request_id)
  select $1, 'redeemed', n, n, 7, gen_random_uuid()::text from generate_series(1, $2::int) n`

async function numberOf({ pool }: Database, sql: string, values: readonly unknown[] = []): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`select (${sql})::float8 as n`, [...values])
  return rows[0]?.n ?? 0
}

/** What one event costs: to write it as a bulk insert does, to link it, and to verify it. */
async function costs(database: Database, orgId: number, count: number) {
  const { pool } = database
  const timed = async (work: () => Promise<unknown>): Promise<{ us: number; walBytes: number }> => {
    await pool.query('checkpoint')
    const wal = await numberOf(database, `pg_current_wal_insert_lsn() - '0/0'`)
    const startedAt = performance.now()
    await work()
    const us = ((performance.now() - startedAt) * 1000) / count
    return { us, walBytes: ((await numberOf(database, `pg_current_wal_insert_lsn() - '0/0'`)) - wal) / count }
  }
  const link = async (): Promise<void> => {
    const { finalId } = await new EventHorizon(pool).read()
    while ((await linkEvents(pool, orgId, finalId)) === 'more');
  }
  await link()
  const size = () => numberOf(database, `pg_total_relation_size('event_links')`)
  const sizeBefore = await size()
  const writing = await timed(() => pool.query(insertSql, [orgId, count]))
  const linking = await timed(link)
  const linkBytes = ((await size()) - sizeBefore) / count
  const startedAt = performance.now()
  const checks = await auditLedger(pool, orgId, () => {}, chainChecks)
  const linked = await numberOf(database, 'select count(*) from event_links where org_id = $1', [orgId])
  const verifying = ((performance.now() - startedAt) * 1000) / linked
  return { writing, linking, linkBytes, verifying, faults: checks.reduce((sum, one) => sum + one.faults, 0) }
}

/** Redeems in turn without the chain, with it as it follows, and while it links a long log. */
async function beside(
  context: Context,
  data: Awaited<ReturnType<typeof createWritesDataset>>,
  runs: number,
  runS: number,
) {
  const used = { n: 0 }
  const best: Record<string, { requests: number; p50Ms: number; p99Ms: number }> = {}
  const run = async (label: string): Promise<void> => {
    const summary = await redeemUntil(context, data, used, sleep(runS * 1000))
    if (summary.requests > (best[label]?.requests ?? 0)) best[label] = summary
  }
  for (let round = 1; round <= runs; round++) {
    say(`round ${round} of ${runs}`)
    await run('alone')
    let stop = startLinkingEvents(context)
    await run('followed')
    await stop()
    await context.database.pool.query(insertSql, [data.orgId, 50_000 * runS])
    stop = startLinkingEvents(context)
    await run('catching up')
    await stop()
  }
  return best
}

/** Measures what chaining an event costs, and what redemptions notice of it. */
export async function benchChain({ scale, runs, runS, jsonFile }: BenchOptions): Promise<boolean> {
  const log = pino({ level: 'warn' })
  const config = readConfig({ DATA_DIR: dataDir, DATABASE_CONNECTIONS: '20' })
  const database = await openDatabase(config, log)
  try {
    say('loading')
    const data = await createWritesDataset(database, redeemedCoupons)
    await database.pool.query('update series set is_any_user = true where org_id = $1', [data.orgId])
    const count = scale === 'small' ? 100_000 : 500_000
    const { writing, linking, linkBytes, verifying, faults } = await costs(database, data.orgId, count)
    const redeemed = await beside(createContextOn(config, log, database), data, runs, runS)
    for (const [label, { us, walBytes }] of Object.entries({ writing, linking }))
      console.log(`${label.padEnd(8)} an event: ${us.toFixed(1)} us, ${walBytes.toFixed(0)} bytes of WAL`)
    console.log(`verifying an event: ${verifying.toFixed(1)} us; a link has ${linkBytes.toFixed(0)} bytes`)
    for (const [label, one] of Object.entries(redeemed))
      console.log(
        `redeem, ${label.padEnd(11)}: ${(one.requests / runS).toFixed(0)} /s, p50 ${one.p50Ms.toFixed(1)} ms, p99 ${one.p99Ms.toFixed(1)} ms`,
      )
    console.log(faults === 0 ? 'the chain is whole' : `WRONG: ${faults} faults`)
    const figures = { count, writing, linking, linkBytes, verifying, redeemed }
    if (jsonFile !== undefined)
      await writeFile(jsonFile, JSON.stringify({ machine: describeMachine(), figures, faults }, undefined, 2))
    return faults === 0
  } finally {
    await database.close()
  }
}
