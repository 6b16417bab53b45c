import { findOrganisation } from '../../identity/organisations/find-organisation.ts'
import { importHistory } from '../../bulk/history/import-history.ts'
import type { Context } from '../../ledger/context.ts'
import { forgetChanges } from './changes.ts'

interface HistoryAnswer {
  readonly entity?: {
    readonly pagination?: { readonly offset?: unknown; readonly total?: unknown }
    readonly customers?: readonly { readonly id?: unknown; readonly coupons?: readonly unknown[] }[]
  }
}

async function* only(value: unknown) {
  yield { file: 'shadow', root: '$', value }
}

/**
 * Imports a history from an answer of the other service, with the changes since an earlier one.
 *
 * @param isWhole whether the request was for all coupons of the customer, so that the history contains every earlier
 * change.
 * @param began when the request began.
 */
export async function learnHistory(
  { database, log }: Pick<Context, 'database' | 'log'>,
  orgId: number,
  answer: unknown,
  isWhole: boolean,
  began: Date,
): Promise<void> {
  const { customers = [], pagination } = (answer as HistoryAnswer).entity ?? {}
  const [customer] = customers
  if (customers.length !== 1 || typeof customer?.id !== 'number') return
  const organisation = await findOrganisation(database.queries, String(orgId))
  const { refusals } = await importHistory(database.queries, organisation, only(answer), {
    addsToCoupons: true,
  })
  if (refusals > 0) log.info({ orgId, refusals }, 'a part of a history could not be learned')
  const isAll = Number(pagination?.offset) === 0 && Number(pagination?.total) === customer.coupons?.length
  if (refusals === 0 && isWhole && isAll) await forgetChanges(database.pool, orgId, customer.id, began)
}
