import type { PoolClient } from 'pg'
import type { Transaction } from '../../platform/db/write-batch.ts'
import { refuse } from '../../values/errors.ts'
import type { RememberedSeries } from '../series/series-terms.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { generateCode } from './generate-code.ts'
import { assignCouponsSql, countIssuedSql, insertCouponsSql } from '../post/issue.ts'

/** A coupon granted to a customer. Its id and code are known once it is written, unless they come from a pool. */
export interface Grant {
  id: number
  code: string
  readonly series: RememberedSeries
  readonly customerId: number
  readonly validUntilS: number
  readonly place: { readonly storeId: number | null; readonly tillId: number | null }
  readonly metadata: Readonly<Record<string, string>> | null
  readonly requestId: string | undefined
}

/** A form with free codes yields one quickly; after this many draws it is considered exhausted. */
const maxDraws = 20

/** Writes coupons granted at an instant with their counters and events, and sets their ids and codes. */
export async function writeIssued(
  { client, unawaited }: Transaction,
  orgId: number,
  grants: readonly Grant[],
  at: Date,
): Promise<void> {
  if (grants.length === 0) return
  const isPooled = (grant: Grant) => grant.series.clientHandlingType === 'DISC_CODE_PIN'
  const pooled = grants.filter(isPooled)
  const made = grants.filter((grant) => !isPooled(grant))
  if (pooled.length > 0) await assign(client, orgId, pooled, at)
  if (made.length > 0) await insert(client, orgId, made, at)
  const counted = client.query({
    name: 'count-issued',
    text: countIssuedSql,
    values: [
      orgId,
      grants.map(({ id }) => id),
      grants.map(({ series }) => series.id),
      grants.map(({ customerId }) => customerId),
      grants.map(({ place }) => place.tillId),
      grants.map(({ metadata }) => (metadata === null ? null : JSON.stringify(metadata))),
      at,
      grants.map(({ requestId }) => requestId ?? null),
    ],
  })
  unawaited(counted)
}

async function assign(client: PoolClient, orgId: number, grants: readonly Grant[], at: Date): Promise<void> {
  const { rowCount } = await client.query({
    name: 'assign-coupons',
    text: assignCouponsSql,
    values: [
      orgId,
      grants.map(({ id }) => id),
      grants.map(({ customerId }) => customerId),
      grants.map(({ validUntilS }) => validUntilS),
      grants.map(({ place }) => place.storeId),
      grants.map(({ place }) => place.tillId),
      at,
    ],
  })
  if (rowCount !== grants.length) throw new Error(`gave away ${rowCount} of ${grants.length} waiting codes`)
}

/** Draws codes until each coupon has a unique one. */
async function insert(client: PoolClient, orgId: number, grants: readonly Grant[], at: Date): Promise<void> {
  let open = new Map<string, Grant>()
  const isShared = (grant: Grant) => grant.series.clientHandlingType === 'GENERIC'
  const name = (grant: Grant): void => {
    if (isShared(grant)) {
      open.set(`${codeKey(grant.code)} ${grant.customerId}`, grant)
      return
    }
    do grant.code = generateCode(grant.series)
    while (open.has(`${codeKey(grant.code)} ${grant.customerId}`))
    open.set(`${codeKey(grant.code)} ${grant.customerId}`, grant)
  }
  for (const grant of grants) name(grant)
  for (let draw = 0; open.size > 0; draw++) {
    if (draw === maxDraws) throw refuse.codePatternExhausted()
    const batch = [...open.values()]
    const { rows } = await client.query<[id: number, code: string, customerId: number]>({
      name: 'insert-coupons',
      text: insertCouponsSql,
      rowMode: 'array',
      values: [
        orgId,
        batch.map(({ series }) => series.id),
        batch.map(({ customerId }) => customerId),
        batch.map(({ validUntilS }) => validUntilS),
        batch.map(({ place }) => place.storeId),
        batch.map(({ place }) => place.tillId),
        batch.map(({ code }) => code),
        batch.map(isShared),
        at,
      ],
    })
    for (const [id, code, customerId] of rows) {
      const key = `${codeKey(code)} ${customerId}`
      const grant = open.get(key)
      if (grant) grant.id = id
      open.delete(key)
    }
    const taken = [...open.values()]
    open = new Map()
    for (const grant of taken) name(grant)
  }
}
