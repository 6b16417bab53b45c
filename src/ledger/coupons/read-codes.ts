import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { isShownById, seesWaiting } from './waiting-codes.ts'

/**
 * Returns the codes of coupons by id; ids of coupons that do not exist or that the caller may not see are omitted.
 *
 * @throws Refusal 429 after too many unknown codes or ids.
 */
export async function readCodes(
  context: Context,
  caller: Caller,
  ids: readonly number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  return guardLookups(context, caller, { couponIds: ids.length }, async (tell) => {
    const { rows } = await context.database.pool.query<{ id: number; code: string }>({
      name: 'codes-of-coupons',
      text: `select c.id, c.code from coupons c
        where c.org_id = $1 and c.id = any($2::bigint[]) and ${isShownById('$3')}`,
      values: [caller.orgId, [...new Set(ids)], seesWaiting(caller)],
    })
    const codes = new Map(rows.map(({ id, code }) => [id, code]))
    tell({ unknownIds: ids.filter((id) => !codes.has(id)).length })
    return codes
  })
}
