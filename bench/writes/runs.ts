import type { Context } from '../../src/ledger/context.ts'
import type { Database } from '../../src/platform/db/database.ts'
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
}

/** What is measured, and the ratios to report with their marks. */
export interface Plan {
  readonly runs: Record<string, () => Promise<Figures>>
  readonly ratios: readonly (readonly [of: string, to: string, mark: number])[]
}

/** Until the code is compiled and the caches are warm, on both sides. */
export const warmUpMs = 3_000
export const httpConnections = 32
export const floorConnections = 16
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

/** Repeats calls with a number of concurrent callers, in this process. */
export async function inLoop(bench: Bench, callers: number, call: () => Promise<void>): Promise<Figures> {
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
    await pause(warmUpMs)
    const [node, postgres, startedAt] = [
      process.cpuUsage(),
      await treeCpuUs(bench.postmaster),
      performance.now(),
    ]
    phase.isTimed = true
    await pause(bench.timedMs)
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
