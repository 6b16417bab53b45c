import type { ClientBase, Pool } from 'pg'
import { inTransaction } from '../../platform/db/transaction.ts'
import { normaliseIdentifier, type IdentifierType } from '../../values/identifier.ts'
import { renewMobile } from '../../values/phone.ts'

/**
 * Increase this number with every change to the normal form of identifiers; all stored identifiers are then checked
 * again.
 */
const normalFormVersion = 1

/** Rows per transaction, and per read. */
const chunkRows = 1_000
const maxTries = 5

/**
 * For a week after an organisation is finished, rows that processes of the previous release may have added are checked
 * too.
 */
const unfinishedSql = `
select o.org_id as "orgId", o.country, case when f.version = $1 then f.brought_at end as "broughtAt"
from organisations o left join identifier_forms f on f.org_id = o.org_id
where f.version is distinct from $1 or f.brought_at > now() - interval '7 days'
order by o.org_id`

/**
 * $1 organisation, $2 and $3 type and value to continue after, $4 when the organisation was finished, or null, $5
 * limit. The form of addresses and external ids in ASCII has not changed. One extra day covers transactions that were
 * open at that time.
 */
const chunkSql = `
select i.type, i.value, i.same_as as "sameAs" from customer_identifiers i
where i.org_id = $1 and (i.type, i.value) > ($2, $3)
  and (i.type = 'mobile' or i.value ~ '[^ -~]')
  and ($4::timestamptz is null or i.created_at > $4::timestamptz - interval '1 day' or i.same_as is not null)
order by i.type, i.value limit $5`

/**
 * Applies the new form where it is free; within a chunk the first of several gets it. `shown`, the printed form, does
 * not change.
 */
const renewSql = `
update customer_identifiers i set value = g.renewed, same_as = null
from (
  select distinct on (type, renewed) type, value, renewed
  from unnest($2::text[], $3::text[], $4::text[]) as g(type, value, renewed) order by type, renewed, value
) g
where i.org_id = $1 and i.type = g.type and i.value = g.value
  and not exists (
    select from customer_identifiers o where o.org_id = $1 and o.type = g.type and o.value = g.renewed)
returning i.type, g.value`

/** Leaves the others unchanged and records which identifier they collide with. */
const collideSql = `
update customer_identifiers i set same_as = g.renewed
from unnest($2::text[], $3::text[], $4::text[]) as g(type, value, renewed)
where i.org_id = $1 and i.type = g.type and i.value = g.value and i.same_as is distinct from g.renewed
returning i.value`

const doneSql = `
insert into identifier_forms as f (org_id, version) values ($1, $2)
on conflict (org_id) do update set version = excluded.version, brought_at = now() where f.version <> excluded.version`

interface Row {
  readonly type: IdentifierType
  readonly value: string
  readonly sameAs: string | null
}

interface Change {
  readonly type: IdentifierType
  readonly value: string
  readonly renewed: string
}

/** Number of identifiers that got a new form, and of those that could not because another customer has it. */
export interface Renewed {
  renewed: number
  collisions: number
}

/**
 * Converts identifiers stored in the normal form of an earlier release to the current form, so that look-ups find them,
 * in transactions of at most a thousand rows. No data is lost: if two customers turn out to share an identifier, both
 * keep their rows. Look-ups find the one that has it in the current form, else the one whose spelling sorts first, and
 * the other row records the collision. An interrupted run is completed by another call; a finished organisation costs
 * one row.
 */
export async function bringIntoNormalForm(
  pool: Pool,
  isStopped: () => boolean = () => false,
): Promise<Renewed> {
  const { rows } = await pool.query<{ orgId: number; country: string; broughtAt: Date | null }>(
    unfinishedSql,
    [normalFormVersion],
  )
  const sum: Renewed = { renewed: 0, collisions: 0 }
  for (const { orgId, country, broughtAt } of rows) {
    let last: Row = { type: 'email', value: '', sameAs: null }
    for (;;) {
      if (isStopped()) return sum
      const read = await pool.query<Row>(chunkSql, [orgId, last.type, last.value, broughtAt, chunkRows])
      const changes = changesOf(read.rows, country)
      if (changes.length > 0) {
        // A concurrent request may register the new form: the work is then retried from the read.
        const work = (client: ClientBase) => renew(client, orgId, changes)
        const { renewed, collisions } = await inTransaction(pool, work, { retryOn: 'races', maxTries })
        sum.renewed += renewed
        sum.collisions += collisions
      }
      const end = read.rows.at(-1)
      if (end === undefined || read.rows.length < chunkRows) break
      last = end
    }
    await pool.query(doneSql, [orgId, normalFormVersion])
  }
  return sum
}

function changesOf(rows: readonly Row[], country: string): Change[] {
  return rows.flatMap(({ type, value }) => {
    const renewed =
      type === 'mobile' ? renewMobile(value, country) : normaliseIdentifier(type, value, country)
    return renewed === undefined || renewed === value ? [] : [{ type, value, renewed }]
  })
}

async function renew(client: ClientBase, orgId: number, changes: readonly Change[]): Promise<Renewed> {
  // Two servers that start at the same time take turns.
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `counterfoil identifiers ${orgId}`,
  ])
  const given = (list: readonly Change[]) => [
    orgId,
    list.map(({ type }) => type),
    list.map(({ value }) => value),
    list.map(({ renewed }) => renewed),
  ]
  const { rows } = await client.query<{ type: string; value: string }>(renewSql, given(changes))
  const moved = new Set(rows.map(({ type, value }) => `${type} ${value}`))
  const left = changes.filter(({ type, value }) => !moved.has(`${type} ${value}`))
  const collided = left.length === 0 ? 0 : ((await client.query(collideSql, given(left))).rowCount ?? 0)
  return { renewed: rows.length, collisions: collided }
}
