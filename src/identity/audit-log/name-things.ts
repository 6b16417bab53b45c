import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'
import type { AuditEntry } from './list-audit.ts'
import { thingKey, thingsIn, type NamedKind } from './things-rules.ts'

interface Thing {
  readonly id: number
  readonly name: string | null
  /** Of a batch of codes or an upload: the series that it belongs to. */
  readonly seriesId?: number | null
}

/** Their present names, by primary key. The names of customers are not part of the log. */
const readers: Readonly<Record<NamedKind, string>> = {
  store: 'select x.id, x.name from stores x',
  till: 'select x.id, x.code as name from tills x',
  client: 'select x.id, x.name from clients x',
  user: 'select x.id, x.name from users x',
  series: 'select x.id, x.description as name from series x',
  zone: 'select x.id, x.name from zones x',
  concept: 'select x.id, x.name from concepts x',
  'access-group': 'select x.id, x.name from access_groups x',
  webhook: 'select x.id, x.name from webhooks x',
  coupon: 'select x.id, x.code as name from coupons x',
  session:
    'select x.id, u.name from user_sessions x join users u on u.org_id = x.org_id and u.id = x.user_id',
  'code-batch':
    'select x.id, s.description as name, x.series_id as "seriesId" from code_batches x join series s on s.org_id = x.org_id and s.id = x.series_id',
  upload:
    'select x.id, s.description as name, x.series_id as "seriesId" from uploads x join series s on s.org_id = x.org_id and s.id = x.series_id',
}

/**
 * Returns the things that entries are about or mention and that still exist, by `kind:id`: what an id meant to whoever
 * made the change.
 */
export async function nameThings(
  queries: Queries,
  orgId: number,
  entries: readonly Pick<AuditEntry, 'subject' | 'before' | 'after'>[],
): Promise<ReadonlyMap<string, Thing>> {
  const named = new Map<string, Thing>()
  for (const [kind, ids] of thingsIn(entries)) {
    const { rows } = await sql<Thing>`
      ${sql.raw(readers[kind])} where x.org_id = ${orgId} and x.id = any(${[...ids]}::bigint[])`.execute(
      queries,
    )
    for (const row of rows) named.set(thingKey(kind, row.id), row)
  }
  return named
}
