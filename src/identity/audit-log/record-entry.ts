import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'

/**
 * Records an action that changes no row watched by a trigger, in the name of the transaction's author.
 *
 * @param action such as `webhook.tested`; its first word is the kind of the subject.
 * @param subjectId null: no subject.
 * @param after details to record; null: none.
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
