import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'

/** Numbers of an organisation's records. */
export interface RecordCounts {
  readonly customers: number
  readonly coupons: number
  readonly redemptions: number
}

/** Counts all rows: for a person who is about to delete them. */
export async function countRecords(queries: Queries, orgId: number): Promise<RecordCounts> {
  const { rows } = await sql<RecordCounts>`select
    (select count(*) from customers where org_id = ${orgId}) as customers,
    (select count(*) from coupons where org_id = ${orgId}) as coupons,
    (select count(*) from redemptions where org_id = ${orgId}) as redemptions`.execute(queries)
  return rows[0] ?? { customers: 0, coupons: 0, redemptions: 0 }
}
