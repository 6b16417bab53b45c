import { sql } from 'kysely'
import { forgetBillsOfHoldsSql, releaseHoldsOfCustomerSql } from '../ledger/post/hold.ts'
import { forgetReasonsOfReturnsSql } from '../ledger/post/return.ts'
import { runnerOf, type Queries } from '../platform/db/queries.ts'
import { inTransaction } from '../platform/db/transaction.ts'
import { erasedCustomer, refuse } from '../values/errors.ts'
import { eraseReasons } from '../identity/audit-log/erase-reasons.ts'
import { eraseFromShadow } from './shadow/erase-from-shadow.ts'
import { eraseUploaded } from '../bulk/uploads/erase-uploaded.ts'

export interface Erasure {
  readonly identifiers: number
  /** Stored answers that referred to the customer. */
  readonly answers: number
}

/**
 * Erases a person: every identifier, name, field, channel and note, the contents of stored answers, uploads and holds, and
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
 * @returns the numbers of removed rows. @throws Refusal 8015 if the customer does not exist or is already erased.
 */
export async function eraseCustomer(queries: Queries, orgId: number, customerId: number): Promise<Erasure> {
  const work = async (transaction: Queries): Promise<Erasure> => {
    // Before the lock: it reads all stored answers, and redemptions by the customer would wait for it.
    const unnamed = await eraseUnnamedAnswers(transaction, orgId, customerId)
    await eraseUploaded(transaction, orgId, customerId)
    const row = await transaction
      .selectFrom('customers')
      .select('erased_at')
      .where('org_id', '=', orgId)
      .where('id', '=', customerId)
      .forUpdate()
      .executeTakeFirst()
    if (row === undefined) throw refuse.customerUnknown()
    if (row.erased_at !== null) throw erasedCustomer()
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
      .where('id', '=', customerId)
      .execute()
    const { numUpdatedRows: named } = await transaction
      .updateTable('idempotency_keys')
      .set(erasedAnswer)
      .where('org_id', '=', orgId)
      .where((is) =>
        is.or([
          is('customer_id', '=', customerId),
          sql<boolean>`other_customer_ids @> array[${customerId}]::bigint[]`,
        ]),
      )
      .where('body', '<>', '')
      .executeTakeFirst()
    const runner = runnerOf(transaction)
    await runner.query(releaseHoldsOfCustomerSql, [orgId, customerId])
    await runner.query(forgetBillsOfHoldsSql, [orgId, customerId])
    await runner.query(forgetReasonsOfReturnsSql, [orgId, customerId])
    await eraseReasons(transaction, orgId, customerId)
    await eraseFromShadow(transaction, orgId, customerId)
    return { identifiers: Number(identifiers), answers: Number(named) + unnamed }
  }
  // A checkout that replaces a hold of the customer locks the hold first and the customer then.
  return inTransaction(queries, work, { retryOn: 'interference' })
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
