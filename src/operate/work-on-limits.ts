import type { Context } from '../ledger/context.ts'
import { keepWorking } from '../platform/keep-working.ts'
import { mergeRequestLevels } from '../identity/quotas/merge-levels.ts'
import { mergeFailedLookups } from '../ledger/lookups/merge-lookups.ts'

const pruneEveryMs = 10_000
/** What a starting server reads: as far back as anything is retained. */
const longAgoMs = 24 * 60 * 60_000

/** Merges the counts of the processes once a second while the server runs. @returns a function that stops it. */
export function startLimitWork(context: Context): () => Promise<void> {
  let mergedAtMs = performance.now() - longAgoMs
  let prunedAtMs = 0
  const step = async (): Promise<boolean> => {
    const nowMs = performance.now()
    await mergeRequestLevels(context)
    await mergeFailedLookups(context, nowMs - mergedAtMs)
    mergedAtMs = nowMs
    if (nowMs - prunedAtMs > pruneEveryMs) {
      prunedAtMs = nowMs
      context.requestLevels.prune(nowMs)
      context.lookups.failed.prune(nowMs)
    }
    return false
  }
  return context.config.abuseLimits
    ? keepWorking(context, step, 'what processes have counted could not be put together')
    : async () => {}
}
