import type { ClientBase, Pool } from 'pg'
import { refuse } from '../../values/errors.ts'
import { keysOf, selectTerms, type TermsOf } from './terms.ts'

/**
 * The rules of a series for the items of a bill. The products that the series applies to are stated with the series
 * itself.
 */
export type ItemRules = TermsOf<'items'>

interface VersionedRules {
  readonly version: number
  readonly rules: ItemRules
}

const columns = `s.version, ${selectTerms(keysOf('items'))}`
const readSql = `select ${columns} from series s where s.org_id = $1 and s.id = $2`
const updateSql = `
update series s set excluded_products = $3, min_quantity = $4 where s.org_id = $1 and s.id = $2 returning ${columns}`

function rulesOf(rows: readonly (ItemRules & { version: number })[], id: number): VersionedRules {
  const [row] = rows
  if (row === undefined) throw refuse.notFound(`There is no coupon series ${id}`)
  const { version, ...rules } = row
  return { version, rules }
}

/** @throws Refusal 404 if the organisation has no such series. */
export async function readItemRules(pool: Pool, orgId: number, id: number): Promise<VersionedRules> {
  return rulesOf((await pool.query<ItemRules & { version: number }>(readSql, [orgId, id])).rows, id)
}

/**
 * Replaces the rules for items; they apply to every redemption from then on.
 *
 * @throws Refusal 404 if the organisation has no such series.
 */
export async function setItemRules(
  client: ClientBase,
  orgId: number,
  id: number,
  { excludedProducts, minQuantity }: ItemRules,
): Promise<VersionedRules> {
  const { rows } = await client.query<ItemRules & { version: number }>(updateSql, [
    orgId,
    id,
    excludedProducts === null ? null : JSON.stringify(excludedProducts),
    minQuantity,
  ])
  return rulesOf(rows, id)
}
