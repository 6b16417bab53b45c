import { writeFile } from 'node:fs/promises'
import { pino } from 'pino'
import { createBatch } from '../../src/bulk/codes/create-batch.ts'
import { workOnBatch } from '../../src/bulk/codes/work-on-batch.ts'
import { readConfig } from '../../src/platform/config.ts'
import { createContextOn } from '../../src/ledger/context.ts'
import { openDatabase, type Database } from '../../src/platform/db/database.ts'
import { alphabets } from '../../src/values/code-form.ts'
import { folderOf, say } from '../folder.ts'
import { describeMachine } from '../machine.ts'
import type { BenchOptions } from '../options.ts'
import { startServer } from '../server.ts'
import { createWritesDataset } from '../writes/dataset.ts'
import { redeemUntil } from '../writes/redeem-until.ts'
import { copyFloor } from './floor.ts'
import { growthMb } from '../memory.ts'

const dataDir = folderOf('generate')
const form = {
  alphabet: alphabets.numeric,
  pattern: '#'.repeat(16),
  prefix: '',
  suffix: '',
  hasCheckCharacter: false,
}
const redeemedCoupons = 100_000
const memoryFrom = 100_000
const memoryTo = 1_000_000

async function order({ pool }: Database, orgId: number, seriesId: number, count: number): Promise<number> {
  const client = await pool.connect()
  try {
    return (await createBatch(client, orgId, { seriesId, count, allowWeak: false, tillId: null })).id
  } finally {
    client.release()
  }
}

/** Codes per second of a job that this process executes. */
async function verb(database: Database, orgId: number, seriesId: number, count: number): Promise<number> {
  const id = await order(database, orgId, seriesId, count)
  await database.pool.query('checkpoint')
  const startedAt = performance.now()
  await workOnBatch(database.pool, orgId, id)
  return count / ((performance.now() - startedAt) / 1000)
}

async function readMade({ pool }: Database, orgId: number, id: number): Promise<number | undefined> {
  const { rows } = await pool.query<{ made: number; state: string }>(
    'select made, state from code_batches where org_id = $1 and id = $2',
    [orgId, id],
  )
  return rows[0]?.state === 'making' ? rows[0].made : undefined
}

/** Batches whose codes differ in number from the order, or are not unique. */
async function faultsOf({ pool }: Database, orgId: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: number; asked: number; made: number; rows: number; codes: number }>(
    `select b.id, b.asked, b.made, count(c.id)::int as rows, count(distinct upper(c.code))::int as codes
     from code_batches b left join coupons c on c.org_id = b.org_id and c.batch_id = b.id
     where b.org_id = $1 group by b.org_id, b.id, b.asked, b.made`,
    [orgId],
  )
  const wrong = rows.filter(
    (one) => one.made !== one.asked || one.rows !== one.asked || one.codes !== one.asked,
  )
  return [...(rows.length === 0 ? ['no batch'] : []), ...wrong.map((one) => JSON.stringify(one))]
}

/**
 * Compares generating codes with COPY of the same rows, and measures its effect on tills and the memory of the server.
 */
export async function benchGenerate({ scale, runs, runS, jsonFile }: BenchOptions): Promise<boolean> {
  const log = pino({ level: 'warn' })
  const config = readConfig({ DATA_DIR: dataDir, DATABASE_CONNECTIONS: '20' })
  const database = await openDatabase(config, log)
  try {
    say('loading')
    const data = await createWritesDataset(database, redeemedCoupons)
    const { orgId, hotSeriesId: seriesId } = data
    await database.pool.query('update series set is_any_user = true where org_id = $1', [orgId])
    const count = scale === 'small' ? 100_000 : 1_000_000
    const best = { copy: 0, verb: 0 }
    for (let round = 1; round <= runs; round++) {
      say(`round ${round} of ${runs}`)
      best.copy = Math.max(best.copy, await copyFloor(database, orgId, seriesId, form, count))
      best.verb = Math.max(best.verb, await verb(database, orgId, seriesId, count))
    }
    say('redeeming, alone and beside a job')
    const context = createContextOn(config, log, database)
    const used = { n: 0 }
    const pause = new Promise((done) => setTimeout(done, runS * 1000))
    const alone = await redeemUntil(context, data, used, pause)
    const beside = await redeemUntil(context, data, used, verb(database, orgId, seriesId, count))
    say('memory of a server')
    const server = await startServer(dataDir)
    let grown: number | undefined
    try {
      const id = await order(database, orgId, seriesId, memoryTo)
      grown = await growthMb(server.pid, memoryFrom, () => readMade(database, orgId, id))
    } finally {
      await server.stop()
    }
    const faults = await faultsOf(database, orgId)
    const figures = { count, perSecond: best, ratio: best.verb / best.copy, alone, beside, grownMb: grown }
    console.log(`COPY of ${count} rows         ${best.copy.toFixed(0)} /s`)
    console.log(`a job of ${count} codes       ${best.verb.toFixed(0)} /s`)
    console.log(`${figures.ratio.toFixed(2)} × COPY (mark 0.6)`)
    for (const [label, one] of Object.entries({ alone, beside }))
      console.log(
        `redeem, ${label.padEnd(6)}: ${one.requests}, p50 ${one.p50Ms.toFixed(1)} ms, p99 ${one.p99Ms.toFixed(1)} ms`,
      )
    console.log(
      `the server grew by ${grown?.toFixed(0) ?? '?'} MiB from ${memoryFrom} to ${memoryTo} codes (mark 64)`,
    )
    console.log(faults.length === 0 ? 'every batch is exact' : `WRONG: ${faults.join('; ')}`)
    if (jsonFile !== undefined)
      await writeFile(jsonFile, JSON.stringify({ machine: describeMachine(), figures, faults }, undefined, 2))
    return faults.length === 0
  } finally {
    await database.close()
  }
}
