import { writeFile } from 'node:fs/promises'
import { pino } from 'pino'
import { readConfig } from '../../src/platform/config.ts'
import { openDatabase, type Database } from '../../src/platform/db/database.ts'
import { folderOf, say } from '../folder.ts'
import { Latencies } from '../latencies.ts'
import { describeMachine } from '../machine.ts'
import type { BenchOptions } from '../options.ts'
import { startServer, type Server } from '../server.ts'
import {
  checkLedger,
  createWritesDataset,
  distinctOf,
  headersOf,
  mobileOf,
  redemptionOf,
  type WritesDataset,
} from '../writes/dataset.ts'
import { Balancer } from './balancer.ts'

const servers = 3
const callers = 32
const settleMs = 2_000
/** Longer than the balancer needs to notice. */
const drainDelayMs = '1000'
const sizes: Readonly<Record<string, number>> = { full: 100_000, small: 10_000 }
const dataDir = folderOf('restart')

interface Counts {
  requests: number
  redeemed: number
  readonly failures: string[]
}

/** Every third request redeems; the others are the queries of tills before and after. */
async function sendOne(balancer: Balancer, data: WritesDataset, n: number, counts: Counts): Promise<void> {
  const { code, customer } = distinctOf(data, Math.floor(n / 3))
  const mobile = mobileOf(customer)
  const [path, body] =
    n % 3 === 0
      ? ['/v2/coupon/redeem', redemptionOf(code, customer)]
      : n % 3 === 1
        ? [`/v2/customers/coupons?mobile=${mobile}&limit=20`]
        : [`/v2/coupon/is_redeemable?mobile=${mobile}&code=${code}`]
  try {
    const reply = await balancer.send(path, headersOf(data), body)
    if (reply.status !== 200) throw new Error(`${reply.status} ${reply.body.slice(0, 300)}`)
    if (body !== undefined) counts.redeemed += 1
  } catch (error) {
    counts.failures.push(`${path}: ${(error as Error).message}`)
  }
}

/** Sends all requests, and restarts the servers one after the other meanwhile. */
async function run(balancer: Balancer, running: Server[], data: WritesDataset, wanted: number) {
  const counts: Counts = { requests: 0, redeemed: 0, failures: [] }
  const latencies = new Latencies()
  let restarts = 0
  const phase = { isOver: false }
  const startedAt = performance.now()
  const loops = Array.from({ length: callers }, async () => {
    while (counts.requests < wanted) {
      const n = counts.requests++
      const sentAt = performance.now()
      await sendOne(balancer, data, n, counts)
      latencies.add(performance.now() - sentAt)
    }
  })
  const restarting = (async () => {
    for (let at = 0; !phase.isOver; at = (at + 1) % servers) {
      await new Promise((done) => setTimeout(done, settleMs))
      const old = running[at]
      if (phase.isOver || old === undefined) return
      await old.stop()
      balancer.remove(old.port)
      const next = await startServer(dataDir, { env: { DRAIN_DELAY_MS: drainDelayMs } })
      running[at] = next
      await balancer.add(next.port)
      restarts += 1
      say(`restart ${restarts}: ${counts.requests} requests, ${counts.failures.length} failed`)
    }
  })()
  await Promise.all(loops)
  phase.isOver = true
  const seconds = (performance.now() - startedAt) / 1000
  await restarting
  return { ...counts, restarts, seconds, ...latencies.summary() }
}

async function countRedeemed({ pool }: Database, { orgId }: WritesDataset): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'select count(*)::int as n from redemptions where org_id = $1',
    [orgId],
  )
  return rows[0]?.n ?? 0
}

/** Three servers behind a balancer, each restarted again and again under load: no request may fail. */
export async function benchRestart(options: BenchOptions): Promise<boolean> {
  const wanted = sizes[options.scale]
  if (wanted === undefined) throw new Error(`--scale is one of ${Object.keys(sizes).join(', ')}`)
  const database = await openDatabase(readConfig({ DATA_DIR: dataDir }), pino({ level: 'warn' }))
  const balancer = new Balancer()
  const running: Server[] = []
  try {
    const data = await createWritesDataset(database, 100_000)
    for (let n = 0; n < servers; n++) {
      const server = await startServer(dataDir, { env: { DRAIN_DELAY_MS: drainDelayMs } })
      running.push(server)
      await balancer.add(server.port)
    }
    const result = await run(balancer, running, data, wanted)
    const faults = await checkLedger(database, data)
    const inLedger = await countRedeemed(database, data)
    if (inLedger !== result.redeemed)
      faults.push(`${result.redeemed} acknowledged, ${inLedger} in the ledger`)
    const machine = describeMachine()
    process.stdout.write(
      [
        `${machine.date}  ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`,
        `${servers} servers, ${callers} callers, DRAIN_DELAY_MS=${drainDelayMs}`,
        `${result.requests} requests in ${result.seconds.toFixed(0)} s, ${result.restarts} restarts, ${result.failures.length} failed`,
        `p50 ${result.p50Ms.toFixed(1)} ms, p99 ${result.p99Ms.toFixed(1)} ms, while servers start and stop on the same machine`,
        `${inLedger} redemptions in the ledger = ${result.redeemed} acknowledged: ${faults.length} faults`,
        `mark: none failed: ${result.failures.length === 0 ? 'met' : 'MISSED'}`,
        ...result.failures.slice(0, 10),
        ...faults,
        '',
      ].join('\n'),
    )
    if (options.jsonFile !== undefined)
      await writeFile(
        options.jsonFile,
        JSON.stringify({ machine, settings: options, result, faults }, undefined, 2),
      )
    return faults.length === 0 && result.failures.length === 0
  } finally {
    balancer.close()
    for (const server of running) await server.stop()
    await database.close()
  }
}
