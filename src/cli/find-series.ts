import type { Database } from '../platform/db/database.ts'
import { OperatorError, quote } from '../values/errors.ts'

/** The id of a series that an operator names by its id or code. @throws OperatorError if there is none. */
export async function findSeries({ pool }: Database, orgId: number, idOrCode: string): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    'select id from series where org_id = $1 and (code = $2 or id::text = $2) order by code = $2 desc limit 1',
    [orgId, idOrCode],
  )
  const [row] = rows
  if (row === undefined) throw new OperatorError(`There is no coupon series ${quote(idOrCode)}`)
  return row.id
}
