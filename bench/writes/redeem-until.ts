import type { Context } from '../../src/ledger/context.ts'
import { Latencies } from '../latencies.ts'
import { customerOf, scattered, type WritesDataset } from './dataset.ts'
import { callerOf, redeemVerb } from './verbs.ts'

const redeemers = 4

/** Redemptions in the series by some callers, each sequentially, until they are stopped. */
export async function redeemUntil(
  context: Context,
  data: WritesDataset,
  used: { n: number },
  end: Promise<unknown>,
): Promise<{ requests: number; p50Ms: number; p99Ms: number }> {
  const latencies = new Latencies()
  const phase = { isOver: false }
  const ended = end.finally(() => (phase.isOver = true))
  const till = callerOf(data)
  const caller = async (): Promise<void> => {
    while (!phase.isOver && used.n < data.hotCoupons) {
      const at = scattered(used.n++, data.hotCoupons)
      const startedAt = performance.now()
      await redeemVerb(context, till, data, { code: `${data.stamp}H${at}`, customer: customerOf(at) })
      latencies.add(performance.now() - startedAt)
    }
  }
  await Promise.all([ended, ...Array.from({ length: redeemers }, caller)])
  return latencies.summary()
}
