import type { ClientBase } from 'pg'
import { badParameter, refuse } from '../../values/errors.ts'
import { codeFormOf, codeFormSql, type CodeTerms } from '../../ledger/series/code-form-rules.ts'
import { keysOf, selectTerms, type Series } from '../../ledger/series/terms.ts'
import { stillWorks } from '../../ledger/sql.ts'
import { keyspaceOf, type CodeForm } from '../../values/code-form.ts'
import { batchColumns, type CodeBatch } from './code-batch.ts'
import { requireRoom, requireStrong, strengthOf } from './strength-rules.ts'

/** Maximum number of codes per batch. */
export const maxBatchCodes = 10_000_000

export interface BatchOrder {
  readonly seriesId: number
  /** 1 to `maxBatchCodes`. */
  readonly count: number
  /** True: generate the codes even if one can be guessed within a year. */
  readonly allowWeak: boolean
  /** The till that orders it; null: the command line. */
  readonly tillId: number | null
}

interface SeriesRow extends CodeTerms, Pick<Series, 'clientHandlingType' | 'isAnyUser'> {
  readonly isExpired: boolean
}

/**
 * Held until the batch is stored: concurrent orders for a series cannot both take the last free codes, and its form
 * cannot change.
 */
const lockSql = `
select ${selectTerms(['clientHandlingType', 'isAnyUser', ...keysOf('code', 'form')])},
  coalesce($3::timestamptz, statement_timestamp()) > s.valid_until as "isExpired"
from series s where s.org_id = $1 and s.id = $2 for no key update`

const now = 'coalesce($7::timestamptz, statement_timestamp())'

/**
 * Codes of all series with the same form: a guess may hit any of them. $1 organisation; the form: $2 alphabet, $3
 * pattern, $4 prefix, $5 suffix, $6 check character; $7 the instant or null.
 */
const takenSql = `
with alike as (
  select s.id, s.is_multiple_use_allowed from series s
  where s.org_id = $1 and s.client_handling_type <> 'GENERIC'
    and upper(${codeFormSql.alphabet}) = upper($2) and upper(${codeFormSql.pattern}) = upper($3)
    and upper(${codeFormSql.prefix}) = upper($4) and upper(${codeFormSql.suffix}) = upper($5)
    and ${codeFormSql.hasCheckCharacter} = $6
), there as (
  select count(*) as taken, count(*) filter (where ${stillWorks(now, ['singleUse'])}) as live
  from alike s join coupons c on c.org_id = $1 and c.series_id = s.id
), ordered as (
  select coalesce(sum(b.asked - b.made), 0) as n from alike a
  join code_batches b on b.org_id = $1 and b.series_id = a.id and b.state = 'making'
)
select (there.taken + ordered.n)::text as taken, (there.live + ordered.n)::text as live from there, ordered`

const insertSql = `
insert into code_batches as b (org_id, series_id, asked, form, live_codes, valid_until, created_till_id, created_at)
select s.org_id, s.id, $3, $4, $5, s.valid_until, $6, coalesce($7::timestamptz, statement_timestamp())
from series s where s.org_id = $1 and s.id = $2
returning ${batchColumns}`

/**
 * Orders a batch of codes; the first available process works on it.
 *
 * @throws Refusal 404 for an unknown series; 400 for a number outside the range and for a series without pre-generated
 * codes; 712 if the series has expired; 5006 if its form has no room; 5007 if the codes would be weak.
 */
export async function createBatch(
  client: ClientBase,
  orgId: number,
  order: BatchOrder,
  now: Date | null = null,
): Promise<CodeBatch> {
  const { seriesId, count } = order
  if (!Number.isInteger(count) || count < 1 || count > maxBatchCodes)
    throw badParameter('count', String(count), `a whole number from 1 to ${maxBatchCodes}`)
  const { rows } = await client.query<SeriesRow>(lockSql, [orgId, seriesId, now])
  const [series] = rows
  if (series === undefined) throw refuse.notFound(`There is no coupon series ${seriesId}`)
  requirePool(series)
  const form = codeFormOf(series)
  const keyspace = keyspaceOf(form)
  const { taken, live } = await countCodes(client, orgId, form, now)
  requireRoom(keyspace, taken, BigInt(count))
  const strength = strengthOf(keyspace, live + BigInt(count))
  if (!order.allowWeak) requireStrong(strength)
  const made = await client.query<CodeBatch>(insertSql, [
    orgId,
    seriesId,
    count,
    JSON.stringify(form),
    String(strength.liveCodes),
    order.tillId,
    now,
  ])
  const [batch] = made.rows
  if (batch === undefined) throw new Error(`series ${seriesId} was locked and is gone`)
  return batch
}

/** Codes without a customer must be able to reach one: by issue, or because anyone may redeem them. */
function requirePool({ clientHandlingType, isAnyUser, isExpired }: SeriesRow): void {
  if (isExpired) throw refuse.seriesExpired()
  if (clientHandlingType === 'GENERIC')
    throw refuse.badRequest('A series of clientHandlingType GENERIC has one code only')
  if (clientHandlingType === 'DISC_CODE' && !isAnyUser) {
    throw refuse.badRequest(
      'Nobody could redeem codes made beforehand: a series of clientHandlingType DISC_CODE gives them to no customer. ' +
        'Set anyUser, or take a series of clientHandlingType DISC_CODE_PIN',
    )
  }
}

async function countCodes(
  client: ClientBase,
  orgId: number,
  { alphabet, pattern, prefix, suffix, hasCheckCharacter }: CodeForm,
  now: Date | null,
): Promise<{ taken: bigint; live: bigint }> {
  const { rows } = await client.query<{ taken: string; live: string }>(takenSql, [
    orgId,
    alphabet,
    pattern,
    prefix,
    suffix,
    hasCheckCharacter,
    now,
  ])
  return { taken: BigInt(rows[0]?.taken ?? 0), live: BigInt(rows[0]?.live ?? 0) }
}
