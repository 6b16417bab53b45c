import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'

/**
 * Records what shows in no row that a trigger watches, in the name of the author of the transaction.
 *
 * @param action such as `webhook.tested`; its first word is the kind of the subject.
 * @param subjectId null: it has none.
 * @param after what is to be told of it; null: nothing.
 */
export async function recordEntry(
  transaction: Queries,
  orgId: number,
  action: string,
  subjectId: number | null,
  after: Readonly<Record<string, unknown>> | null,
): Promise<void> {
  const told = after && JSON.stringify(after)
  await sql`select audit_write(${orgId}, ${action}, ${subjectId}, null, null, ${told}::jsonb)`.execute(
    transaction,
  )
}
