import { sql } from 'kysely'
import type { Queries } from '../platform/db/queries.ts'
import { inTransaction } from '../platform/db/transaction.ts'
import { erasedCustomer, refuse } from '../values/errors.ts'
import { eraseReasons } from '../identity/audit-log/erase-reasons.ts'
import { eraseUploaded } from '../bulk/uploads/erase-uploaded.ts'

export interface Erasure {
  readonly identifiers: number
  /** Stored answers that told of the customer. */
  readonly answers: number
}

/**
 * Erases a person: every identifier, name, field and channel, what stored answers and uploads hold, and the reasons that
 * people wrote into the audit log. The row stays as an id
 * that coupons and redemptions refer to, so the ledger adds up as before. The identifiers are free at once.
 *
 * Safe against what runs at the same moment: the lock waits for everyone who has written something for the customer,
 * an answer that is stored later looks whether the customer is erased (`stored-outcomes.ts`), and the database gives an
 * erased customer neither names nor identifiers again.
 *
 * A stored answer loses its body and the hash of its request, not its key: the same request again is told that the
 * customer is deleted, and is not carried out for whoever has the identifier by then.
 *
 * @returns what was removed. @throws Refusal 8015 when there is no such customer, or it is erased already.
 */
export async function eraseCustomer(queries: Queries, orgId: number, customerId: number): Promise<Erasure> {
  return inTransaction(queries, async (transaction) => {
    // Before the lock: it reads all that is stored, and whoever redeems for the customer would wait for it.
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
    await eraseReasons(transaction, orgId, customerId)
    return { identifiers: Number(identifiers), answers: Number(named) + unnamed }
  })
}

const erasedAnswer = { outcome: null, presentation: null, body: '', request_hash: Buffer.alloc(0) }

/** Older versions stored answers without saying whom they tell of; a customer is always printed like this. */
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
