import type { Context } from '../../src/ledger/context.ts'
import type { Database } from '../../src/platform/db/database.ts'
import { bestConcurrency, trial } from '../best-concurrency.ts'
import { treeCpuUs } from '../cpu.ts'
import { Latencies } from '../latencies.ts'
import type { Server } from '../server.ts'
import { customerOf, scattered, type WritesDataset } from './dataset.ts'

export type Pile = 'distinct' | 'hot' | 'issue'

export interface Figures {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly nodeUs: number | undefined
  readonly postgresUs: number | undefined
  /** Of a floor: the number of connections at which it is fastest. */
  readonly connections?: number
}

/** What is measured, and the ratios to report with their marks. */
export interface Plan {
  readonly runs: Record<string, (label: string) => Promise<Figures>>
  readonly ratios: readonly (readonly [of: string, to: string, mark: number])[]
}

/** Until the code is compiled and the caches are warm, on both sides. */
export const warmUpMs = 3_000
export const httpConnections = 32
/** Enough to fill batches, one in progress and one waiting: the capacity of the path when nothing else limits it. */
export const verbCallers = 512

export interface Bench {
  readonly database: Database
  readonly context: Context
  readonly data: WritesDataset
  readonly server: Server
  readonly postmaster: number
  readonly timedMs: number
  /** Number of used coupons per pile. */
  readonly used: Record<Pile, number>
}

/** The n-th unused code of a pile, and its holder. */
export function take({ data, used }: Bench, pile: Pile): { code: string; customer: number } {
  const n = used[pile]++
  if (pile === 'issue') return { code: `${data.stamp}I${n}`, customer: scattered(n, data.customers) }
  const size = pile === 'distinct' ? data.distinctCoupons : data.hotCoupons
  if (n >= size) throw new Error(`all ${size} coupons are used up: fewer or shorter runs`)
  const at = scattered(n, size)
  return { code: `${data.stamp}${pile === 'distinct' ? 'D' : 'H'}${at}`, customer: customerOf(at) }
}

/** How long a run warms up, and how long it is timed. */
export interface Duration {
  readonly warmUpMs: number
  readonly timedMs: number
}

/** Runs a floor at the number of connections at which it is fastest; which one that is, is found before its first run. */
export function atItsBest(work: Floor): (label: string) => Promise<Figures> {
  let best: number | undefined
  return async (label) => {
    best ??= await bestConcurrency(label, async (connections) => (await work(connections, trial)).perSecond)
    return { ...(await work(best)), connections: best }
  }
}

/** @param duration that of the bench if it is left out. */
type Floor = (connections: number, duration?: Duration) => Promise<Figures>

/** Repeats calls with a number of concurrent callers, in this process. */
export async function inLoop(
  bench: Bench,
  callers: number,
  call: () => Promise<void>,
  duration: Duration = { warmUpMs, timedMs: bench.timedMs },
): Promise<Figures> {
  const latencies = new Latencies()
  const phase = { isTimed: false, isOver: false }
  const loops = Array.from({ length: callers }, async () => {
    while (!phase.isOver) {
      const startedAt = performance.now()
      await call()
      if (phase.isTimed) latencies.add(performance.now() - startedAt)
    }
  })
  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))
  const timed = async (): Promise<Omit<Figures, 'p50Ms' | 'p99Ms' | 'perSecond'> & { seconds: number }> => {
    await pause(duration.warmUpMs)
    const [node, postgres, startedAt] = [
      process.cpuUsage(),
      await treeCpuUs(bench.postmaster),
      performance.now(),
    ]
    phase.isTimed = true
    await pause(duration.timedMs)
    phase.isTimed = false
    const { user, system } = process.cpuUsage(node)
    const after = await treeCpuUs(bench.postmaster)
    phase.isOver = true
    return {
      seconds: (performance.now() - startedAt) / 1000,
      nodeUs: user + system,
      postgresUs: after === undefined || postgres === undefined ? undefined : after - postgres,
    }
  }
  const [{ seconds, nodeUs, postgresUs }] = await Promise.all([timed(), ...loops])
  const { requests, p50Ms, p99Ms } = latencies.summary()
  return { perSecond: requests / seconds, p50Ms, p99Ms, ...perRequest(requests, nodeUs, postgresUs) }
}

export function perRequest(requests: number, nodeUs: number | undefined, postgresUs: number | undefined) {
  const share = (us: number | undefined) => (us === undefined ? undefined : us / requests)
  return { nodeUs: share(nodeUs), postgresUs: share(postgresUs) }
}
