import type { Runner } from '../db/runner.ts'
import type { Decided, IdempotencyKey } from './idempotent.ts'

/** The data stored under an idempotency key. */
export interface StoredOutcome {
  readonly requestHash: string
  /** Null: the row holds an answer of the previous release. */
  readonly outcome: unknown
  readonly presentation: unknown
  readonly httpStatus: number
  /** Empty: a customer that the answer referred to is erased. */
  readonly body: string
}

export const identityOf = ({ holderKind, holderId, route, key }: IdempotencyKey): string =>
  JSON.stringify([holderKind, holderId, route, key])

const storedSql = `
select k.holder_kind as "holderKind", k.holder_id as "holderId", k.route, k.key,
  encode(k.request_hash, 'base64') as "requestHash", k.outcome, k.presentation, k.http_status as "httpStatus", k.body
from unnest($2::text[], $3::bigint[], $4::text[], $5::text[]) as w(holder_kind, holder_id, route, key)
join idempotency_keys k on k.org_id = $1 and k.holder_kind = w.holder_kind and k.holder_id = w.holder_id
  and k.route = w.route and k.key = w.key`

const columnsOf = (keys: readonly IdempotencyKey[]): unknown[] => [
  keys.map(({ holderKind }) => holderKind),
  keys.map(({ holderId }) => holderId),
  keys.map(({ route }) => route),
  keys.map(({ key }) => key),
]

/** Reads the data stored under keys, by the identity of each key. */
export async function readStored(
  client: Runner,
  orgId: number,
  keys: readonly IdempotencyKey[],
): Promise<Map<string, StoredOutcome>> {
  const { rows } = await client.query({
    name: 'stored-outcomes',
    text: storedSql,
    values: [orgId, ...columnsOf(keys)],
  })
  return new Map((rows as (IdempotencyKey & StoredOutcome)[]).map((row) => [identityOf(row), row]))
}

/** The answer that processes of the previous release, which do not know outcomes, give to the repeated request. */
const answerOfOldProcess = {
  httpStatus: 503,
  body: JSON.stringify({
    status: false,
    code: 503,
    message: 'The server is being upgraded; send the request again',
  }),
}

/**
 * Locks the customers that an outcome refers to until the commit. A later erasure waits and finds the stored outcome;
 * an earlier one is seen although the effects were decided before it, and then nothing of the outcome is stored.
 */
const storeSql = `
with named as materialized (
  select id, erased_at is not null as is_erased from customers where org_id = $1 and id = any($11::bigint[])
  order by id for key share
)
insert into idempotency_keys (org_id, holder_kind, holder_id, route, key, request_hash, outcome, presentation, http_status,
  body, customer_id, other_customer_ids)
select $1, k.holder_kind, k.holder_id, k.route, k.key,
  case when erased.one then '' else decode(k.request_hash, 'base64') end,
  case when erased.one then null else k.outcome::json end, case when erased.one then null else k.presentation::json end,
  $12, case when erased.one then '' else $13 end, k.customer_id, k.other_customer_ids::bigint[]
from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[],
  $10::text[]) as k(holder_kind, holder_id, route, key, request_hash, outcome, presentation, customer_id, other_customer_ids)
left join named on named.id = k.customer_id
cross join lateral (
  select named.is_erased or k.other_customer_ids is not null and exists (
    select from named o where o.is_erased and o.id = any(k.other_customer_ids::bigint[])) as one) erased
order by k.holder_kind, k.holder_id, k.route, k.key`

/** An outcome to store under a key. */
export interface Keyed {
  readonly key: IdempotencyKey
  readonly decided: Decided<unknown>
  readonly presentation: unknown
}

/** Stores outcomes under their keys. */
export function store(client: Runner, orgId: number, keyed: readonly Keyed[]): Promise<unknown> {
  const customers = keyed.map(({ decided: { customerIds = [] } }) => [...new Set(customerIds)])
  return client.query({
    name: 'store-outcomes',
    text: storeSql,
    values: [
      orgId,
      ...columnsOf(keyed.map(({ key }) => key)),
      keyed.map(({ key }) => key.requestHash),
      keyed.map(({ decided }) => JSON.stringify(decided.outcome)),
      keyed.map(({ presentation }) => (presentation === undefined ? null : JSON.stringify(presentation))),
      customers.map(([first = null]) => first),
      customers.map(([, ...others]) => (others.length > 0 ? `{${others.join(',')}}` : null)),
      [...new Set(customers.flat())],
      answerOfOldProcess.httpStatus,
      answerOfOldProcess.body,
    ],
  })
}
