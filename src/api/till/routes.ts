import type { Context } from '../../ledger/context.ts'
import type { App } from '../../http/app.ts'
import { registerHolds } from './holds.ts'
import { registerQuotes } from './quotes.ts'
import { registerRedemptions } from './redemptions.ts'
import { registerReturns } from './returns.ts'

/** `/till/v1`: the calls of a checkout. */
export function registerTill(app: App, context: Context): void {
  registerQuotes(app, context)
  registerHolds(app, context)
  registerRedemptions(app, context)
  registerReturns(app, context)
}
