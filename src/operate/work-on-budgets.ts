import type { Context } from '../ledger/context.ts'
import { measureBudgets } from '../ledger/money/measure-budgets.ts'
import { keepWorking } from '../platform/keep-working.ts'

const measureEveryMs = 15_000

/**
 * Measures the budgets of series while the server runs.
 *
 * @returns a function that stops it.
 */
export function startMeasuringBudgets(context: Context): () => Promise<void> {
  let measureAtMs = 0
  const step = async (): Promise<boolean> => {
    if (Date.now() < measureAtMs) return false
    measureAtMs = Date.now() + measureEveryMs
    await measureBudgets(context)
    return false
  }
  return keepWorking(context, step, 'budgets could not be measured')
}
