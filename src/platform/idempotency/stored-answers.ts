import type { QueryConfig } from 'pg'
import { erasedCustomer, Refusal } from '../../values/errors.ts'

/** An answer as it left the server. */
export interface Answer {
  readonly httpStatus: number
  /** JSON text, or XML, which begins with `<`. */
  readonly body: string
  /** False: the request could not be carried out, and may succeed under the same key later. */
  readonly isKept?: false
  /** Whom the request or the answer tells of: when one of them is erased, so is what is stored. */
  readonly customerIds?: readonly number[]
}

/** What runs statements inside the transaction of the effects. */
export interface StatementRunner {
  query(statement: QueryConfig): Promise<{ readonly rows: unknown[] }>
}

/** The transaction of the effects; see `Transaction` of `platform/db/write-batch.ts`. */
export interface EffectsTransaction {
  readonly client: StatementRunner
  readonly unawaited: (statement: Promise<unknown>) => void
}

/** A request that may be sent again: who sent it, what for, and under which key. */
export interface RetryKey {
  readonly holderKind: 'till' | 'client' | 'user'
  readonly holderId: number
  /** Method and path. */
  readonly route: string
  /** At most 255 characters. */
  readonly key: string
  /** SHA-256 of query, body and ids in the path, base64. */
  readonly requestHash: string
}

/** A write with the way in which its outcome is told; stored with the effect when it carries a key. */
export interface Retryable<Outcome> {
  readonly retryKey: RetryKey | undefined
  /** The X-Request-Id, kept with events. */
  readonly requestId?: string
  readonly present: (outcome: Outcome) => Answer
}

/** The answer to a write: given now, or the first one given again. */
export interface GivenAnswer extends Answer {
  readonly isReplay: boolean
}

/**
 * An answer that is put into words when it is asked for. Those who wait for the locks of the transaction need not wait
 * for the words too.
 *
 * @throws Refusal that stands in its place.
 */
export type PendingAnswer = () => GivenAnswer

const identityOf = (key: RetryKey): string =>
  JSON.stringify([key.holderKind, key.holderId, key.route, key.key])

const storedSql = `
select k.holder_kind, k.holder_id, k.route, k.key, encode(k.request_hash, 'base64') as request_hash, k.http_status, k.body
from unnest($2::text[], $3::bigint[], $4::text[], $5::text[]) as w(holder_kind, holder_id, route, key)
join idempotency_keys k on k.org_id = $1 and k.holder_kind = w.holder_kind and k.holder_id = w.holder_id
  and k.route = w.route and k.key = w.key`

interface StoredRow {
  holder_kind: 'till' | 'client' | 'user'
  holder_id: number
  route: string
  key: string
  request_hash: string
  http_status: number
  body: string
}

/** Answers stored under the keys of some items, by the keys' identity. */
async function readStored(
  client: StatementRunner,
  orgId: number,
  keys: readonly RetryKey[],
): Promise<Map<string, Answer & { requestHash: string }>> {
  const { rows } = await client.query({
    name: 'stored-answers',
    text: storedSql,
    values: [
      orgId,
      keys.map((one) => one.holderKind),
      keys.map((one) => one.holderId),
      keys.map((one) => one.route),
      keys.map((one) => one.key),
    ],
  })
  return new Map(
    (rows as StoredRow[]).map((row) => [
      identityOf({
        holderKind: row.holder_kind,
        holderId: row.holder_id,
        route: row.route,
        key: row.key,
        requestHash: '',
      }),
      { httpStatus: row.http_status, body: row.body, requestHash: row.request_hash },
    ]),
  )
}

/**
 * Locks the customers that are told of until the commit: an erasure that comes later waits, and finds what is stored
 * here; one that came before is seen, although the effects were decided before it, and nothing of the answer is kept.
 */
const storeSql = `
with told as materialized (
  select id, erased_at is not null as is_erased from customers where org_id = $1 and id = any($11::bigint[])
  order by id for key share
)
insert into idempotency_keys (org_id, holder_kind, holder_id, route, key, request_hash, http_status, body, customer_id,
  other_customer_ids)
select $1, k.holder_kind, k.holder_id, k.route, k.key,
  case when erased.one then '' else decode(k.request_hash, 'base64') end, k.http_status,
  case when erased.one then '' else k.body end, k.customer_id, k.other_customer_ids::bigint[]
from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::bigint[], $10::text[])
  as k(holder_kind, holder_id, route, key, request_hash, http_status, body, customer_id, other_customer_ids)
left join told on told.id = k.customer_id
cross join lateral (
  select told.is_erased or k.other_customer_ids is not null and exists (
    select from told o where o.is_erased and o.id = any(k.other_customer_ids::bigint[])) as one) erased
order by k.holder_kind, k.holder_id, k.route, k.key`

function store(
  client: StatementRunner,
  orgId: number,
  given: readonly (readonly [RetryKey, Answer])[],
): Promise<unknown> {
  return client.query({
    name: 'store-answers',
    text: storeSql,
    values: [
      orgId,
      given.map(([key]) => key.holderKind),
      given.map(([key]) => key.holderId),
      given.map(([key]) => key.route),
      given.map(([key]) => key.key),
      given.map(([key]) => key.requestHash),
      given.map(([, answer]) => answer.httpStatus),
      given.map(([, answer]) => answer.body),
      given.map(([, { customerIds = [] }]) => customerIds[0] ?? null),
      given.map(([, { customerIds = [] }]) =>
        customerIds.length > 1 ? `{${customerIds.slice(1).join(',')}}` : null,
      ),
      [...new Set(given.flatMap(([, { customerIds = [] }]) => customerIds))],
    ],
  })
}

/**
 * Carries out the items that have not been carried out before and answers the others with their first answer. Runs
 * inside the transaction of the effects, after what they touch is locked: so of two equal requests the second sees
 * what the first has stored, and if both passed unseen the primary key of the store fails one and it is tried again.
 *
 * @param carryOut answers one outcome per fresh item. An item whose key stands with another request is refused. What is
 * stored is put into words at once.
 */
export async function answerOnce<Outcome, Item extends Retryable<Outcome>>(
  { client, unawaited }: EffectsTransaction,
  orgId: number,
  items: readonly Item[],
  carryOut: (fresh: readonly Item[]) => Promise<Outcome[]>,
): Promise<PendingAnswer[]> {
  const keys = items.flatMap((item) => item.retryKey ?? [])
  const stored =
    keys.length === 0
      ? new Map<string, Answer & { requestHash: string }>()
      : await readStored(client, orgId, keys)
  const results = new Map<Item, PendingAnswer>()
  const fresh: Item[] = []
  const repeated: Item[] = []
  const firstSeen = new Set<string>()
  for (const item of items) {
    const identity = item.retryKey && identityOf(item.retryKey)
    const first = identity === undefined ? undefined : stored.get(identity)
    if (first && item.retryKey) results.set(item, replay(first, item.retryKey))
    else if (identity !== undefined && firstSeen.has(identity)) repeated.push(item)
    else {
      fresh.push(item)
      if (identity !== undefined) firstSeen.add(identity)
    }
  }
  const outcomes = fresh.length === 0 ? [] : await carryOut(fresh)
  const toStore: [RetryKey, Answer][] = []
  fresh.forEach((item, at) => {
    const present = (): GivenAnswer => ({ ...item.present(outcomes[at] as Outcome), isReplay: false })
    if (item.retryKey === undefined) {
      results.set(item, present)
      return
    }
    const answer = present()
    results.set(item, () => answer)
    if (answer.isKept !== false) toStore.push([item.retryKey, answer])
    stored.set(identityOf(item.retryKey), { ...answer, requestHash: item.retryKey.requestHash })
  })
  if (toStore.length > 0) unawaited(store(client, orgId, toStore))
  for (const item of repeated) {
    const { retryKey } = item
    const first = retryKey && stored.get(identityOf(retryKey))
    if (first && retryKey) results.set(item, replay(first, retryKey))
  }
  return items.map((item) => results.get(item) ?? refuse(new Refusal(500)))
}

/**
 * The same for one request alone, in a transaction whose statements are waited for one by one.
 *
 * @throws Refusal 422 when the key stands with another request, and what `carryOut` and the presentation throw.
 */
export async function answerOneOnce<Outcome>(
  client: StatementRunner,
  orgId: number,
  request: Retryable<Outcome>,
  carryOut: () => Promise<Outcome>,
): Promise<GivenAnswer> {
  const sent: Promise<unknown>[] = []
  const unawaited = (statement: Promise<unknown>): void => void sent.push(statement)
  const [pending] = await answerOnce({ client, unawaited }, orgId, [request], async () => [await carryOut()])
  await Promise.all(sent)
  if (pending === undefined) throw new Error('one request has one answer')
  return pending()
}

const refuse = (refusal: Refusal) => (): never => {
  throw refusal
}

function replay(first: Answer & { requestHash: string }, key: RetryKey): PendingAnswer {
  if (first.body === '') return refuse(erasedCustomer())
  if (first.requestHash !== key.requestHash) return refuse(new Refusal(422))
  return () => ({ httpStatus: first.httpStatus, body: first.body, isReplay: true })
}
