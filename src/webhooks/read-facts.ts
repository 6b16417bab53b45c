import { customerOf, discountGiven } from '../ledger/sql.ts'
import { moneyOf, type Money } from '../values/money.ts'
import { epochS } from '../platform/db/sql.ts'
import type { Pool } from 'pg'
import type { EventKind } from './event-names-rules.ts'
import type { EventFacts } from './message-rules.ts'

/**
 * $1 organisation, $2 events, $3 types of identifiers. Reads the holder's current identifiers: an erased customer has
 * none.
 */
const factsSql = `
select e.id, e.kind, floor(date_part('epoch', e.occurred_at) * 1000)::bigint as "occurredAtMs",
  e.request_id as "requestId", e.till_id as "tillId", e.details, o.time_zone as "timeZone", o.currency,
  e.imported is not null as "isImported", ${epochS('v.reversed_at')} as "reversedAtS",
  c.id as "couponId", c.code, c.customer_id as "holderId", ${epochS('c.created_at')} as "createdAtS",
  ${epochS('c.valid_until')} as "validUntilS",
  s.id as "seriesId", s.description, s.client_handling_type as "clientHandlingType",
  ${epochS('s.valid_until')} as "seriesValidUntilS", s.discount_code as "discountCode",
  s.discount_type as "discountType", s.discount_value::float8 as "discountValue",
  r.id as "redemptionId", r.customer_id as "redeemerId", ${epochS('r.redeemed_at')} as "redeemedAtS",
  r.bill_id as "billId", r.transaction_number as "transactionNumber",
  r.custom_fields as "customFields", (${discountGiven('r')})::float8 as "discountAmount",
  r.discount_amount::float8 as "keptAmount", coalesce(v.keeps_discount, false) as "keepsDiscount",
  t.id as "returnId", t.amount::float8 as "returnedAmount", t.returns_use as "returnsUse", t.reason as "returnReason",
  ${epochS('t.returned_at')} as "returnedAtS",
  case when cardinality($3::text[]) > 0 then (
    select coalesce(jsonb_object_agg(i.type, i.shown), '{}') from customer_identifiers i
    where i.org_id = $1 and i.customer_id = coalesce(r.customer_id, c.customer_id, ${customerOf("(e.details ->> 'survivorId')::bigint")})
      and i.type = any($3::text[]) and i.shown <> '')
  end as identifiers
from unnest($2::bigint[]) as w(id)
join events e on e.org_id = $1 and e.id = w.id
join organisations o on o.org_id = $1
left join coupons c on c.org_id = $1 and c.id = e.coupon_id
left join series s on s.org_id = $1 and s.id = coalesce(c.series_id, (e.details ->> 'seriesId')::bigint)
left join redemptions r on r.org_id = $1 and r.id = e.redemption_id
left join reversals v on e.kind = 'reversed' and v.org_id = $1 and v.redemption_id = r.id
left join returns t on e.kind = 'returned' and t.org_id = $1 and t.id = (e.details ->> 'returnId')::bigint`

interface FactsRow {
  readonly id: number
  readonly kind: EventKind
  readonly occurredAtMs: number
  readonly requestId: string | null
  readonly tillId: number | null
  readonly details: Record<string, unknown> | null
  readonly timeZone: string
  readonly currency: string | null
  readonly isImported: boolean
  readonly reversedAtS: number | null
  readonly couponId: number | null
  readonly code: string
  readonly holderId: number | null
  readonly createdAtS: number
  readonly validUntilS: number
  readonly seriesId: number | null
  readonly description: string
  readonly clientHandlingType: string
  readonly seriesValidUntilS: number
  readonly discountCode: string | null
  readonly discountType: string
  readonly discountValue: number
  readonly redemptionId: number | null
  readonly redeemerId: number
  readonly redeemedAtS: number
  readonly billId: number | null
  readonly transactionNumber: string | null
  readonly customFields: Readonly<Record<string, string>> | null
  readonly discountAmount: number | null
  readonly keptAmount: number | null
  readonly keepsDiscount: boolean
  readonly returnId: number | null
  readonly returnedAmount: number
  readonly returnsUse: boolean
  readonly returnReason: string | null
  readonly returnedAtS: number
  readonly identifiers: Record<string, string> | null
}

/** Of a reversal, the amount that it gave back in addition to returns; of a redemption, its discount. */
function discountIn({ kind, keepsDiscount, keptAmount, discountAmount }: FactsRow): Money | null {
  if (kind !== 'reversed') return discountAmount === null ? null : moneyOf(discountAmount)
  return keptAmount === null ? null : keepsDiscount ? 0 : moneyOf(keptAmount)
}

function factsOf(orgId: number, row: FactsRow): EventFacts {
  const { id, kind, occurredAtMs, requestId, tillId, details, timeZone, currency, isImported, identifiers } =
    row
  return {
    orgId,
    timeZone,
    currency,
    id,
    kind,
    occurredAtMs,
    requestId,
    tillId,
    details,
    isImported,
    identifiers,
    coupon:
      row.couponId === null
        ? null
        : {
            id: row.couponId,
            code: row.code,
            customerId: row.holderId,
            createdAtS: row.createdAtS,
            validUntilS: row.validUntilS,
          },
    series:
      row.seriesId === null
        ? null
        : {
            id: row.seriesId,
            description: row.description,
            clientHandlingType: row.clientHandlingType,
            validUntilS: row.seriesValidUntilS,
            discountCode: row.discountCode,
            discountType: row.discountType,
            discountValue: row.discountValue,
          },
    redemption:
      row.redemptionId === null
        ? null
        : {
            id: row.redemptionId,
            customerId: row.redeemerId,
            redeemedAtS: row.redeemedAtS,
            billId: row.billId,
            transactionNumber: row.transactionNumber ?? '',
            customFields: row.customFields,
            discountAmount: discountIn(row),
            reversedAtS: row.reversedAtS,
          },
    returned:
      row.returnId === null
        ? null
        : {
            id: row.returnId,
            amount: moneyOf(row.returnedAmount),
            returnsUse: row.returnsUse,
            reason: row.returnReason,
            returnedAtS: row.returnedAtS,
          },
  }
}

/**
 * Reads the current facts about events by id: a message describes coupons, series and customers as they are when it is
 * sent.
 */
export async function readFacts(
  pool: Pool,
  orgId: number,
  eventIds: readonly number[],
  identifierTypes: readonly string[],
): Promise<Map<number, EventFacts>> {
  const { rows } = await pool.query<FactsRow>({
    name: 'event-facts',
    text: factsSql,
    values: [orgId, eventIds, identifierTypes],
  })
  return new Map(rows.map((row) => [row.id, factsOf(orgId, row)]))
}
