/**
 * What happened to a coupon, or to a customer and the customer's coupons, from the ledger and for customers also from
 * the audit log. Every part is read through an index of the coupon or the customer.
 */

/** Whole microseconds: what PostgreSQL stores, without loss. */
const micros = (instant: string): string => `(extract(epoch from ${instant}) * 1000000)::bigint`

interface Part {
  /** The name of the happening. */
  readonly what: string
  readonly at: string
  /** A key that is unique among the happenings of all kinds. */
  readonly key: string
  readonly from: string
  readonly coupon?: string
  readonly redemption?: string
  readonly till?: string
  readonly store?: string
  readonly bill?: string
  readonly amount?: string
  readonly reason?: string
  readonly request?: string
  readonly author?: readonly [kind: string, id: string]
  readonly before?: string
  readonly after?: string
  readonly text?: string
}

const part = ({ what, at, key, from, ...rest }: Part): string => {
  const { coupon, redemption, till, store, bill, amount, reason, request, author, before, after, text } = rest
  const or = (given: string | undefined, type: string): string => `(${given ?? 'null'})::${type}`
  return `select ${what}::text as what, ${micros(at)} as at_us, (${key})::text collate "C" as key, ${or(coupon, 'bigint')} as coupon_id,
    ${or(redemption, 'bigint')} as redemption_id, ${or(till, 'bigint')} as till_id, ${or(store, 'bigint')} as store_id,
    ${or(bill, 'text')} as bill, ${or(amount, 'numeric')} as amount, ${or(reason, 'text')} as reason, ${or(request, 'text')} as request_id,
    ${or(author?.[0], 'text')} as author_kind, ${or(author?.[1], 'bigint')} as author_id,
    ${or(before, 'jsonb')} as before, ${or(after, 'jsonb')} as after, ${or(text, 'text')} as text
  from ${from}`
}

/** Joins a table row by row through its index, whatever the statistics say. @param table with its alias. */
const probed = (table: string, condition: string): string => {
  const [, alias = ''] = table.split(' ')
  return `cross join lateral (select * from ${table} where ${alias}.org_id = $1 and ${condition} offset 0) ${alias}`
}

/** @param coupons a rowset `c` with its condition. @param ofRedemption a condition on redemption `r`. @param ofHeld on `h` and `i`. */
const ledgerParts = (coupons: string, ofRedemption: string, ofHeld: string): string[] => {
  const redemption = { coupon: 'r.coupon_id', redemption: 'r.id', bill: `nullif(r.transaction_number, '')` }
  const held = {
    coupon: 'i.coupon_id',
    author: ['h.owner_kind', 'h.owner_id'] as const,
  }
  const holds = `holds h join hold_items i on i.org_id = $1 and i.hold_id = h.id where h.org_id = $1 and ${ofHeld}`
  return [
    part({
      what: `case when c.customer_id is null then 'coupon.created' else 'coupon.issued' end`,
      at: 'c.created_at',
      key: `'issued:' || c.id`,
      from: coupons,
      coupon: 'c.id',
      till: 'c.issued_till_id',
      store: 'c.issued_store_id',
      bill: `nullif(c.transaction_number, '')`,
    }),
    part({
      what: `'coupon.revoked'`,
      at: 'c.revoked_at',
      key: `'revoked:' || c.id`,
      from: `${coupons} and c.revoked_at is not null`,
      coupon: 'c.id',
    }),
    part({
      what: `'coupon.expiry-changed'`,
      at: 'e.occurred_at',
      key: `'expiry:' || e.id`,
      from: `(select c.* from ${coupons}) c ${probed('events e', `e.coupon_id = c.id and e.kind = 'expiry-changed'`)}`,
      coupon: 'c.id',
      till: 'e.till_id',
      request: 'e.request_id',
      before: `jsonb_build_object('valid_until', e.details -> 'validUntilBefore')`,
    }),
    part({
      what: `'coupon.redeemed'`,
      at: 'r.redeemed_at',
      key: `'redeemed:' || r.id`,
      from: `redemptions r where r.org_id = $1 and ${ofRedemption}`,
      ...redemption,
      till: 'r.till_id',
      store: 'r.store_id',
      amount: 'r.discount_amount + coalesce(r.returned_amount, 0)',
    }),
    part({
      what: `'coupon.reversed'`,
      at: 'v.reversed_at',
      key: `'reversed:' || r.id`,
      from: `redemptions r ${probed('reversals v', 'v.redemption_id = r.id')} where r.org_id = $1 and ${ofRedemption}
        and not v.keeps_discount`,
      ...redemption,
      till: 'v.till_id',
    }),
    part({
      what: `'coupon.returned'`,
      at: 't.returned_at',
      key: `'returned:' || t.id`,
      from: `redemptions r ${probed('returns t', 't.redemption_id = r.id')} where r.org_id = $1 and ${ofRedemption}`,
      ...redemption,
      till: 't.till_id',
      amount: 't.amount',
      reason: 't.reason',
    }),
    part({
      what: `'coupon.held'`,
      at: 'h.created_at',
      key: `'held:' || h.id || ':' || i.coupon_id`,
      from: holds,
      ...held,
    }),
    // The end of a hold by its redemption is the redemption.
    part({
      what: `'coupon.hold-' || h.ended_as`,
      at: 'h.ended_at',
      key: `'ended:' || h.id || ':' || i.coupon_id`,
      from: `${holds} and h.ended_as in ('released', 'expired')`,
      coupon: 'i.coupon_id',
    }),
  ]
}

/** A column of the audit log's entry about the registration, if it has one. */
const registration = (column: string): string => `select x.${column} from audit_log x
    where x.org_id = $1 and x.subject_kind = 'customer' and x.subject_id = $2 and x.action = 'customer.created' limit 1`

/** The registration and its identifiers are one happening. */
const ofCustomer: readonly string[] = [
  part({
    what: `'customer.registered'`,
    at: 'c.created_at',
    key: `'registered'`,
    from: 'customers c where c.org_id = $1 and c.id = $2',
    till: 'c.registered_till_id',
    author: [`(${registration('actor_kind')})`, `(${registration('actor_id')})`],
    reason: `(${registration('reason')})`,
  }),
  part({
    what: `'note'`,
    at: 'n.created_at',
    key: `'note:' || n.id`,
    from: 'customer_notes n where n.org_id = $1 and n.customer_id = $2',
    author: ['n.author_kind', 'n.author_id'],
    text: 'n.text',
  }),
  part({
    what: 'a.action',
    at: 'a.at',
    key: `'audit:' || a.id`,
    from: `audit_log a where a.org_id = $1 and a.subject_kind = 'customer' and a.subject_id = $2
      and a.action <> all('{customer.created,customer.note.created}')
      and (a.action <> 'customer.identifier.created' or a.request_id is distinct from (${registration('request_id')}))`,
    author: ['a.actor_kind', 'a.actor_id'],
    reason: 'a.reason',
    before: 'a.before',
    after: 'a.after',
  }),
]

/**
 * $1 organisation, $2 the coupon or customer, $3 and $4 time in microseconds and key of the last happening of the page
 * before, or null, $5 the number of happenings.
 */
const pageOf = (parts: readonly string[]): string => `
with found as (
  select * from (${parts.join('\n  union all ')}) h
  where $3::bigint is null or (h.at_us, h.key) < ($3::bigint, $4::text)
  order by h.at_us desc, h.key desc limit $5
)
select h.what, h.at_us::float8 as "atUs", h.key, h.coupon_id as "couponId", c.code, c.series_id as "seriesId",
  s.description as "seriesDescription", h.redemption_id as "redemptionId", h.till_id as "tillId", t.code as "tillCode",
  st.name as "storeName", h.bill as "billNumber", (h.amount * 1000)::float8 as amount, h.reason, h.request_id as "requestId",
  h.author_kind as "authorKind", h.author_id as "authorId", case h.author_kind
    when 'user' then (select u.name from users u where u.org_id = $1 and u.id = h.author_id)
    when 'client' then (select l.name from clients l where l.org_id = $1 and l.id = h.author_id)
    when 'till' then (select l.code from tills l where l.org_id = $1 and l.id = h.author_id) end as "authorName",
  h.before, h.after, h.text
from found h
left join lateral (select * from coupons x where x.org_id = $1 and x.id = h.coupon_id limit 1) c on true
left join series s on s.org_id = $1 and s.id = c.series_id
left join tills t on t.org_id = $1 and t.id = h.till_id
left join stores st on st.org_id = $1 and st.id = h.store_id
order by h.at_us desc, h.key desc`

export const couponHistorySql = pageOf(
  ledgerParts('coupons c where c.org_id = $1 and c.id = $2', 'r.coupon_id = $2', 'i.coupon_id = $2'),
)

/** Revoked coupons have an index of their own. */
const couponsOfCustomer = `(
  select * from coupons x where x.org_id = $1 and x.customer_id = $2 and x.revoked_at is null
  union all select * from coupons x where x.org_id = $1 and x.customer_id = $2 and x.revoked_at is not null) c where true`

export const customerHistorySql = pageOf([
  ...ledgerParts(couponsOfCustomer, 'r.customer_id = $2', 'h.customer_id = $2'),
  ...ofCustomer,
])

/** The audit log's entries about coupons, oldest first. $1 organisation, $2 coupons. */
export const couponEntriesSql = `
select a.subject_id as "couponId", a.action, (a.after ->> 'redemption_id')::bigint as "redemptionId",
  ((a.after ->> 'returned_amount')::numeric * 1000)::float8 as amount, a.request_id as "requestId", a.reason,
  a.actor_kind as "authorKind", a.actor_id as "authorId", case a.actor_kind
    when 'user' then (select u.name from users u where u.org_id = $1 and u.id = a.actor_id)
    when 'client' then (select l.name from clients l where l.org_id = $1 and l.id = a.actor_id)
    when 'till' then (select l.code from tills l where l.org_id = $1 and l.id = a.actor_id) end as "authorName"
from audit_log a
where a.org_id = $1 and a.subject_kind = 'coupon' and a.subject_id = any($2::bigint[])
order by a.at, a.id`
