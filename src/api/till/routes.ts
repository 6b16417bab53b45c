import type { Context } from '../../ledger/context.ts'
import type { App } from '../../http/app.ts'
import { registerQuotes } from './quotes.ts'
import { registerRedemptions } from './redemptions.ts'

/** `/till/v1`: the calls of a checkout. */
export function registerTill(app: App, context: Context): void {
  registerQuotes(app, context)
  registerRedemptions(app, context)
}
