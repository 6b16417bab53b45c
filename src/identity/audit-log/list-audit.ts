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
  readonly limit: number
  /** The id of the last entry of the previous page; undefined: the first page. */
  readonly after: number | undefined
}

const nameOfActor = (orgId: number) => sql<string | null>`case a.actor_kind
  when 'user' then (select u.name from users u where u.org_id = ${orgId} and u.id = a.actor_id)
  when 'client' then (select c.name from clients c where c.org_id = ${orgId} and c.id = a.actor_id)
  when 'till' then (select t.code from tills t where t.org_id = ${orgId} and t.id = a.actor_id) end`

/** The query of the list: latest first, each page from an index. */
export function selectAudit(queries: Queries, orgId: number, query: AuditQuery) {
  const { actor, subject, action, fromS, toS, after } = query
  return queries
    .selectFrom('audit_log as a')
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

/** Returns matching entries of the audit log, latest first. */
export async function listAudit(queries: Queries, orgId: number, query: AuditQuery): Promise<AuditEntry[]> {
  const rows = await selectAudit(queries, orgId, query).execute()
  return rows.map((row) => ({
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
  }))
}
