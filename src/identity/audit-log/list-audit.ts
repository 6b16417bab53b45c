import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'

export const actorKinds = ['user', 'client', 'till', 'command-line'] as const
export type ActorKind = (typeof actorKinds)[number]

/** A change with its author and reason. */
export interface AuditEntry {
  readonly id: number
  /** Epoch milliseconds. */
  readonly atMs: number
  /** `name`: of the user or client, or the code of the till; null for the command line. */
  readonly actor: { readonly kind: ActorKind; readonly id: number | null; readonly name: string | null }
  readonly action: string
  readonly subject: { readonly kind: string; readonly id: number | null }
  /** By field; secrets and personal data are only recorded as present. */
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly reason: string | null
  readonly address: string | null
  readonly requestId: string | null
}

export interface AuditQuery {
  readonly actor: { readonly kind: ActorKind; readonly id: number | undefined } | undefined
  readonly subject: { readonly kind: string; readonly id: number | undefined } | undefined
  readonly action: string | undefined
  /** Epoch seconds, `[from, to)`. */
  readonly fromS: number | undefined
  readonly toS: number | undefined
  /** Words that an entry must all contain: in its action, names, values, reason, address or request. */
  readonly words?: readonly string[]
  readonly limit: number
  /** The id of the last entry of the previous page; undefined: the first page. */
  readonly after: number | undefined
}

/** A page of the log. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[]
  /** The id with which the next page is asked for; null: there is no more. */
  readonly next: number | null
  /** Of a search that stopped before the end: the time of the last entry that it read, in epoch milliseconds. */
  readonly searchedToMs: number | null
}

/**
 * The most entries that one page of a search reads. Words are found in no index, since an index of everything that
 * entries contain would cost every change; a search goes on with the next page.
 */
export const searchedAtOnce = 10_000

const nameOfActor = (orgId: number) => sql<string | null>`case a.actor_kind
  when 'user' then (select u.name from users u where u.org_id = ${orgId} and u.id = a.actor_id)
  when 'client' then (select c.name from clients c where c.org_id = ${orgId} and c.id = a.actor_id)
  when 'till' then (select t.code from tills t where t.org_id = ${orgId} and t.id = a.actor_id) end`

/** Everything of an entry in which words are looked for. */
const haystack = (orgId: number) => sql`concat_ws(' ', a.action, ${nameOfActor(orgId)}, case a.subject_kind
  when 'till' then (select t.code from tills t where t.org_id = ${orgId} and t.id = a.subject_id)
  when 'client' then (select c.name from clients c where c.org_id = ${orgId} and c.id = a.subject_id)
  when 'store' then (select s.code || ' ' || s.name from stores s where s.org_id = ${orgId} and s.id = a.subject_id)
  when 'user' then (select u.name || ' ' || u.email from users u where u.org_id = ${orgId} and u.id = a.subject_id)
  when 'series' then (select s.description from series s where s.org_id = ${orgId} and s.id = a.subject_id)
  when 'webhook' then (select w.name from webhooks w where w.org_id = ${orgId} and w.id = a.subject_id) end,
  a.before::text, a.after::text, a.reason, a.address, a.request_id)`

const patternOf = (word: string): string => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`

type From = Pick<AuditQuery, 'actor' | 'subject' | 'action' | 'fromS' | 'toS' | 'after'>

/** The entries that a filter by indexed columns selects, latest first. */
function selectFrom(queries: Queries, orgId: number, { actor, subject, action, fromS, toS, after }: From) {
  return queries
    .selectFrom('audit_log as a')
    .where('a.org_id', '=', orgId)
    .$if(actor !== undefined, (rows) => rows.where('a.actor_kind', '=', actor?.kind ?? ''))
    .$if(actor?.id !== undefined, (rows) => rows.where('a.actor_id', '=', actor?.id ?? 0))
    .$if(subject !== undefined, (rows) => rows.where('a.subject_kind', '=', subject?.kind ?? ''))
    .$if(subject?.id !== undefined, (rows) => rows.where('a.subject_id', '=', subject?.id ?? 0))
    .$if(action !== undefined, (rows) => rows.where('a.action', '=', action ?? ''))
    .$if(fromS !== undefined, (rows) => rows.where(sql<boolean>`a.at >= to_timestamp(${fromS}::float8)`))
    .$if(toS !== undefined, (rows) => rows.where(sql<boolean>`a.at < to_timestamp(${toS}::float8)`))
    .$if(after !== undefined, (rows) =>
      rows.where(
        sql<boolean>`(a.at, a.id) < ((select x.at from audit_log x where x.org_id = ${orgId} and x.id = ${after}), ${after})`,
      ),
    )
    .orderBy('a.at', 'desc')
    .orderBy('a.id', 'desc')
}

/** The query of the list: latest first, each page from an index. */
export function selectAudit(
  queries: Queries,
  orgId: number,
  /** `until`: the id of the last entry that a search reads. */
  query: AuditQuery & { readonly until?: number | undefined },
) {
  const { words = [], until } = query
  return selectFrom(queries, orgId, query)
    .select([
      'a.id',
      sql<number>`(date_part('epoch', a.at) * 1000)::float8`.as('at_ms'),
      'a.actor_kind',
      'a.actor_id',
      nameOfActor(orgId).as('actor_name'),
      'a.action',
      'a.subject_kind',
      'a.subject_id',
      'a.before',
      'a.after',
      'a.reason',
      'a.address',
      'a.request_id',
    ])
    .$if(words.length > 0, (rows) =>
      rows.where(sql<boolean>`${haystack(orgId)} ilike all(${words.map(patternOf)}::text[])`),
    )
    .$if(until !== undefined, (rows) =>
      rows.where(
        sql<boolean>`(a.at, a.id) >= ((select x.at from audit_log x where x.org_id = ${orgId} and x.id = ${until}), ${until})`,
      ),
    )
    .limit(query.limit)
}

/** Converts column names to the field names of the APIs. */
function fieldsOf(columns: unknown): Record<string, unknown> | null {
  if (columns === null || typeof columns !== 'object') return null
  return Object.fromEntries(
    Object.entries(columns).map(([name, value]) => [
      name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  )
}

/** The last entry that a search may read before its page ends; undefined: it reads to the end of the log. */
async function endOfSearch(queries: Queries, orgId: number, query: AuditQuery) {
  if (query.words === undefined || query.words.length === 0) return undefined
  return selectFrom(queries, orgId, query)
    .select(['a.id', sql<number>`(date_part('epoch', a.at) * 1000)::float8`.as('at_ms')])
    .offset(searchedAtOnce - 1)
    .limit(1)
    .executeTakeFirst()
}

/** Returns a page of the matching entries, latest first. A search may return none and still have a next page. */
export async function listAudit(queries: Queries, orgId: number, query: AuditQuery): Promise<AuditPage> {
  const { limit } = query
  const end = await endOfSearch(queries, orgId, query)
  const rows = await selectAudit(queries, orgId, { ...query, limit: limit + 1, until: end?.id }).execute()
  const isMore = rows.length > limit
  const entries = rows.slice(0, limit).map(entryOf)
  return {
    entries,
    next: isMore ? (entries.at(-1)?.id ?? null) : (end?.id ?? null),
    searchedToMs: isMore ? null : (end?.at_ms ?? null),
  }
}

type Row = Awaited<ReturnType<ReturnType<typeof selectAudit>['execute']>>[number]

const entryOf = (row: Row): AuditEntry => ({
  id: row.id,
  atMs: row.at_ms,
  actor: { kind: row.actor_kind as ActorKind, id: row.actor_id, name: row.actor_name },
  action: row.action,
  subject: { kind: row.subject_kind, id: row.subject_id },
  before: fieldsOf(row.before),
  after: fieldsOf(row.after),
  reason: row.reason,
  address: row.address,
  requestId: row.request_id,
})
