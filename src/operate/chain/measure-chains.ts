import type { Context } from '../../ledger/context.ts'
import { keepWorking } from '../../platform/keep-working.ts'
import { readChainStates } from './read-chain-states.ts'

const measureEveryMs = 15_000

/** Updates the metrics of the chains of events: how many are linked, and how long the next one has been waiting. */
export async function measureChains({
  database,
  metrics,
}: Pick<Context, 'database' | 'metrics'>): Promise<void> {
  const states = await readChainStates(database.pool)
  const { chainPosition, chainWaiting, chainLag } = metrics
  for (const gauge of [chainPosition, chainWaiting, chainLag]) gauge.reset()
  for (const { orgId, position, waiting, lagS } of states) {
    const labels = { organisation: String(orgId) }
    chainPosition.set(labels, position)
    chainWaiting.set(labels, waiting)
    chainLag.set(labels, lagS)
  }
}

/**
 * Measures the chains while the server runs, apart from the work that links events, so that the metrics show when that fails.
 *
 * @returns a function that stops it.
 */
export function startMeasuringChains(context: Context): () => Promise<void> {
  let measureAtMs = 0
  const step = async (): Promise<boolean> => {
    if (Date.now() < measureAtMs) return false
    measureAtMs = Date.now() + measureEveryMs
    await measureChains(context)
    return false
  }
  return keepWorking(context, step, 'the chains of events could not be measured')
}
