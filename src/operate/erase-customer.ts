import { sql } from 'kysely'
import { forgetBillsOfHoldsSql, releaseHoldsOfCustomerSql } from '../ledger/post/hold.ts'
import { forgetReasonsOfReturnsSql } from '../ledger/post/return.ts'
import { runnerOf, type Queries } from '../platform/db/queries.ts'
import { inTransaction } from '../platform/db/transaction.ts'
import { tryAgain } from '../platform/db/transient.ts'
import { erasedCustomer, mergedCustomer } from '../values/customer-refusals.ts'
import { refuse } from '../values/errors.ts'
import { eraseReasons } from '../identity/audit-log/erase-reasons.ts'
import { eraseFromShadow } from './shadow/erase-from-shadow.ts'
import { eraseUploaded } from '../bulk/uploads/erase-uploaded.ts'

export interface Erasure {
  readonly identifiers: number
  /** Stored answers that referred to the customer. */
  readonly answers: number
}

/**
 * Erases a person, with the customers who were merged into it: every identifier, name, field, channel and note, the contents of stored answers, uploads and holds, and
 * the reasons that people wrote into the audit log or stated for returns. The row remains as an id that coupons and
 * redemptions refer to, so the ledger balances as before. The identifiers are available again at once.
 *
 * Safe against concurrent work: the lock waits for every transaction that has written for the customer, an answer
 * stored later checks whether the customer is erased (`stored-outcomes.ts`), and the database never again gives an
 * erased customer names or identifiers.
 *
 * A stored answer loses its body and the hash of its request, but not its key: a repeated request is answered that the
 * customer is deleted, and is not executed for the customer who has the identifier by then.
 *
 * @returns the numbers of removed rows. @throws Refusal 8015 if the customer does not exist or is already erased, 409 if
 * the customer was merged into another one.
 */
export async function eraseCustomer(queries: Queries, orgId: number, customerId: number): Promise<Erasure> {
  const work = async (transaction: Queries): Promise<Erasure> => {
    // Before the lock: it reads all stored answers, and redemptions by the customer would wait for it.
    const ids = await idsOfPerson(transaction, orgId, customerId)
    let unnamed = 0
    for (const id of ids) {
      unnamed += await eraseUnnamedAnswers(transaction, orgId, id)
      await eraseUploaded(transaction, orgId, id)
    }
    await lockPerson(transaction, orgId, customerId, ids)
    const { numDeletedRows: identifiers } = await transaction
      .deleteFrom('customer_identifiers')
      .where('org_id', '=', orgId)
      .where('customer_id', '=', customerId)
      .executeTakeFirst()
    await transaction
      .deleteFrom('customer_notes')
      .where('org_id', '=', orgId)
      .where('customer_id', '=', customerId)
      .execute()
    await transaction
      .updateTable('customers')
      .set({
        first_name: '',
        last_name: '',
        fields: '{}',
        extended_fields: '{}',
        comm_channels: '[]',
        source: 'INSTORE',
        updated_at: sql`now()`,
        erased_at: sql`now()`,
      })
      .where('org_id', '=', orgId)
      .where('id', 'in', ids)
      .execute()
    const { numUpdatedRows: named } = await transaction
      .updateTable('idempotency_keys')
      .set(erasedAnswer)
      .where('org_id', '=', orgId)
      .where((is) =>
        is.or([is('customer_id', 'in', ids), sql<boolean>`other_customer_ids && ${ids}::bigint[]`]),
      )
      .where('body', '<>', '')
      .executeTakeFirst()
    const runner = runnerOf(transaction)
    await runner.query(releaseHoldsOfCustomerSql, [orgId, customerId])
    await runner.query(forgetBillsOfHoldsSql, [orgId, customerId])
    await runner.query(forgetReasonsOfReturnsSql, [orgId, customerId])
    for (const id of ids) {
      await eraseReasons(transaction, orgId, id)
      await eraseFromShadow(transaction, orgId, id)
    }
    return { identifiers: Number(identifiers), answers: Number(named) + unnamed }
  }
  // A checkout that replaces a hold of the customer locks the hold first and the customer then.
  return inTransaction(queries, work, { retryOn: 'interference' })
}

/** The customer and those who were merged into it, in ascending order. */
async function idsOfPerson(transaction: Queries, orgId: number, customerId: number): Promise<number[]> {
  const rows = await transaction
    .selectFrom('customers')
    .select('id')
    .where('org_id', '=', orgId)
    .where((is) => is.or([is('id', '=', customerId), is('merged_into', '=', customerId)]))
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** @throws Refusal as `eraseCustomer`; an error that causes a retry if another customer was merged meanwhile. */
async function lockPerson(
  transaction: Queries,
  orgId: number,
  customerId: number,
  ids: readonly number[],
): Promise<void> {
  const rows = await transaction
    .selectFrom('customers')
    .select(['id', 'erased_at', 'merged_into'])
    .where('org_id', '=', orgId)
    .where('id', 'in', ids.length === 0 ? [customerId] : ids)
    .orderBy('id')
    .forUpdate()
    .execute()
  const row = rows.find(({ id }) => id === customerId)
  if (row === undefined) throw refuse.customerUnknown()
  if (row.erased_at !== null) throw erasedCustomer()
  if (row.merged_into !== null) throw mergedCustomer(customerId, row.merged_into)
  const now = await idsOfPerson(transaction, orgId, customerId)
  if (now.length !== ids.length) throw tryAgain('a customer was merged meanwhile')
}

const erasedAnswer = { outcome: null, presentation: null, body: '', request_hash: Buffer.alloc(0) }

/** Older versions stored answers without the customers they refer to; a customer is always printed like this. */
async function eraseUnnamedAnswers(transaction: Queries, orgId: number, customerId: number): Promise<number> {
  const { numUpdatedRows } = await transaction
    .updateTable('idempotency_keys')
    .set({ ...erasedAnswer, customer_id: customerId })
    .where('org_id', '=', orgId)
    .where('customer_id', 'is', null)
    .where('body', 'like', `%"id":${customerId},"profiles":%`)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
