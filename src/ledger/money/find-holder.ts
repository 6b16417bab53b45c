import type { Context } from '../context.ts'
import type { CustomerReference } from '../redemptions/redemption-state.ts'
import { bearsCode } from '../sql.ts'

/** The limit keeps the look-up of each code a separate index probe, as in `post/lock.ts`. */
const holdersSql = `
select k.key, c.customer_id as "customerId" from unnest($2::text[]) as k(key)
cross join lateral (select c.customer_id from coupons c where ${bearsCode('k.key')} limit 1) c`

export interface Holder {
  /** The holder of the first code that somebody holds; undefined: nobody holds any of them. */
  readonly customer: CustomerReference | undefined
  /** The codes that exist, in the form used for comparison. */
  readonly known: ReadonlySet<string>
}

/**
 * Finds out whose coupons are meant where a till names no customer. A code that customers share has no holder. The caller
 * guards the look-up.
 */
export async function findHolder(
  { database }: Pick<Context, 'database'>,
  orgId: number,
  codeKeys: readonly string[],
): Promise<Holder> {
  const { rows } = await database.pool.query<{ key: string; customerId: number | null }>(holdersSql, [
    orgId,
    [...new Set(codeKeys)],
  ])
  const holders = new Map(rows.map(({ key, customerId }) => [key, customerId]))
  const [customerId] = codeKeys.flatMap((key) => holders.get(key) ?? [])
  return {
    customer: customerId === undefined ? undefined : { customerId, identifier: undefined },
    known: new Set(holders.keys()),
  }
}
