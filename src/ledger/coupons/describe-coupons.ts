import type { Caller } from '../../values/caller.ts'
import { personFor } from '../../identity/credentials/contact-rules.ts'
import type { Context } from '../context.ts'
import { identifiersOf, type CustomerProfile } from '../customers/customer-profile.ts'
import { selectTerms, type SeriesTerms } from '../series/terms.ts'
import { isStanding } from '../sql.ts'
import type { Place } from './customer-coupons-lane.ts'

type Person = Pick<CustomerProfile, 'id' | 'firstName' | 'lastName' | 'identifiers'>

/** The terms included in the description of a coupon. */
const printed = ['discountType', 'discountValue', 'discountUpto', 'customProperties'] as const

/** A coupon with its holder and its latest standing redemption. Instants are epoch seconds. */
export interface DescribedCoupon extends Pick<SeriesTerms, (typeof printed)[number]> {
  readonly id: number
  readonly code: string
  readonly seriesId: number
  readonly createdAtS: number
  readonly validUntilS: number
  /** Earliest redemption instant: the start of the series, or the issue instant. */
  readonly validFromS: number
  /** Null: the coupon is not assigned to a customer yet. */
  readonly holder: Person | null
  readonly issuedAt: Place | null
  readonly redemption: {
    readonly id: number
    readonly redeemedAtS: number
    readonly transactionNumber: string
    readonly billId: number | null
    readonly tillCode: string | null
    readonly store: Place | null
    readonly by: Person
  } | null
}

const epochS = (column: string) => `floor(date_part('epoch', ${column}))::float8`
const place = (table: string) =>
  `case when ${table}.id is not null then json_build_object('code', ${table}.code, 'name', ${table}.name) end`
const person = (table: string) => `
  case when ${table}.id is not null then json_build_object('id', ${table}.id, 'firstName', ${table}.first_name,
    'lastName', ${table}.last_name, 'identifiers', (
      select json_agg(json_build_array(i.type, i.shown) order by i.type desc)::text
      from customer_identifiers i where i.org_id = $1 and i.customer_id = ${table}.id and i.shown <> '')) end`

/** $1 organisation, $2 ids of coupons. */
export const describeCouponsSql = `
select c.id, c.code, c.series_id as "seriesId", ${epochS('c.created_at')} as "createdAtS",
  ${epochS('c.valid_until')} as "validUntilS",
  ${epochS('greatest(c.created_at, s.redemption_valid_from)')} as "validFromS", ${selectTerms(printed)},
  ${person('cu')} as holder, ${place('st')} as "issuedAt", r.redemption
from coupons c
join series s on s.org_id = $1 and s.id = c.series_id
left join customers cu on cu.org_id = $1 and cu.id = c.customer_id
left join stores st on st.org_id = $1 and st.id = c.issued_store_id
left join lateral (
  select json_build_object('id', x.id, 'redeemedAtS', ${epochS('x.redeemed_at')}, 'transactionNumber',
    x.transaction_number, 'billId', x.bill_id, 'tillCode', t.code, 'store', ${place('rs')}, 'by', ${person('rc')})
    as redemption
  from redemptions x
  join customers rc on rc.org_id = $1 and rc.id = x.customer_id
  left join tills t on t.org_id = $1 and t.id = x.till_id
  left join stores rs on rs.org_id = $1 and rs.id = x.store_id
  where x.org_id = $1 and x.coupon_id = c.id
    and ${isStanding('x')}
  order by x.redeemed_at desc, x.id desc limit 1
) r on true
where c.org_id = $1 and c.id = any($2::bigint[])`

interface PersonRow extends Omit<Person, 'identifiers'> {
  readonly identifiers: string | null
}
interface Row extends Omit<DescribedCoupon, 'holder' | 'redemption'> {
  readonly holder: PersonRow | null
  readonly redemption: (Omit<NonNullable<DescribedCoupon['redemption']>, 'by'> & { by: PersonRow }) | null
}

const personOf = (row: PersonRow): Person => ({ ...row, identifiers: identifiersOf(row.identifiers) })

/** Returns coupons of an organisation by id, with personal data as far as the caller may see it. */
export async function describeCoupons(
  { database }: Context,
  caller: Pick<Caller, 'orgId' | 'access'>,
  ids: readonly number[],
): Promise<Map<number, DescribedCoupon>> {
  if (ids.length === 0) return new Map()
  const { rows } = await database.pool.query<Row>({
    name: 'describe-coupons',
    text: describeCouponsSql,
    values: [caller.orgId, ids],
  })
  const shown = (row: PersonRow): Person => personFor(caller, personOf(row))
  return new Map(
    rows.map(({ holder, redemption, ...row }) => [
      row.id,
      {
        ...row,
        holder: holder && shown(holder),
        redemption: redemption && { ...redemption, by: shown(redemption.by) },
      },
    ]),
  )
}
