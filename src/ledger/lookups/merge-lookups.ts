import { runnerOf, type Queries } from '../../platform/db/queries.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { sql } from 'kysely'
import { recordEntry } from '../../identity/audit-log/record-entry.ts'
import type { Context } from '../context.ts'
import { tell } from '../post/events.ts'
import type { Counted, LastFailure, LearntFailures } from './failed-lookups.ts'
import { isNoticed, type LookupKind } from '../../values/lookup-rules.ts'

/**
 * $1 organisations, $2 kinds, $3 subjects, $4 counted or credited amounts, $5 amounts that expire per second, $6 age of
 * the last failure.
 */
const mergeSql = `
insert into failed_lookups as l (org_id, kind, subject, level, per_second, changed_at, failed_at)
select w.org_id, w.kind, w.subject, w.change, w.per_second, clock_timestamp(),
  clock_timestamp() - make_interval(secs => w.failed_ago_ms / 1000)
from unnest($1::bigint[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::float8[])
  as w(org_id, kind, subject, change, per_second, failed_ago_ms)
order by w.org_id, w.kind, w.subject
on conflict (org_id, kind, subject) do update set
  level = greatest(0, greatest(0,
    l.level - l.per_second * greatest(0, date_part('epoch', excluded.changed_at - l.changed_at))) + excluded.level),
  per_second = excluded.per_second, changed_at = greatest(l.changed_at, excluded.changed_at),
  failed_at = greatest(l.failed_at, excluded.failed_at)`

/** Everything that any process has changed within the last $1 seconds. */
const changedSql = `
select org_id as "orgId", kind, subject, level, per_second * 3600 as "perHour",
  (date_part('epoch', clock_timestamp() - changed_at) * 1000)::float8 as "changedAgoMs",
  (date_part('epoch', clock_timestamp() - failed_at) * 1000)::float8 as "failedAgoMs"
from failed_lookups where changed_at > now() - make_interval(secs => $1) order by changed_at desc limit 10000`

/** Overlap of successive reads, so that late commits are not missed. */
const overlapMs = 5_000

/**
 * Shares this process's failed look-ups with the other processes and reads theirs. Then reports subjects with too many,
 * at most once an hour each.
 *
 * @param sinceMs time since the previous merge.
 */
export async function mergeFailedLookups(context: Context, sinceMs: number): Promise<void> {
  const { failed: failedLookups } = context.lookups
  const { pool } = context.database
  const told = failedLookups.takeUntold()
  const nowMs = performance.now()
  try {
    if (told.length > 0) {
      await pool.query({
        name: 'merge-failed-lookups',
        text: mergeSql,
        values: [
          told.map(({ counted }) => counted.orgId),
          told.map(({ counted }) => counted.kind),
          told.map(({ counted }) => counted.subject),
          told.map(({ change }) => change),
          told.map(({ counted }) => counted.perHour / 3_600),
          told.map(({ failedAtMs }) => nowMs - failedAtMs),
        ],
      })
    }
  } catch (error) {
    failedLookups.giveBack(told)
    throw error
  }
  const { rows } = await pool.query<LearntFailures & { kind: LookupKind }>({
    name: 'changed-failed-lookups',
    text: changedSql,
    values: [(sinceMs + overlapMs) / 1000],
  })
  for (const row of rows) failedLookups.learn(row, performance.now())
  for (const { counted } of told) {
    if (counted.last !== undefined && isNoticed(counted.kind, counted.level, counted.perHour))
      await notice(context, counted, counted.last)
  }
}

const noticeSql = `${tell('till_id, details')} select $1, 'guessing-noticed', $2::bigint, $3::jsonb`
const noticeEveryS = 3_600

/**
 * Writes an event and an audit log entry in the name of the caller of the last failure, unless they were written within
 * the last hour.
 */
async function notice(
  { database, log, metrics }: Context,
  counted: Counted,
  last: LastFailure,
): Promise<void> {
  const { orgId, kind, subject, level } = counted
  const who = kind.replace('-customers', '')
  const { address, requestId } = last
  const author = { ...last, origin: { address, requestId, reason: null } }
  const work = async (transaction: Queries): Promise<boolean> => {
    const { numAffectedRows } = await sql`
      update failed_lookups set noticed_at = now() where org_id = ${orgId} and kind = ${kind} and subject = ${subject}
        and (noticed_at is null or noticed_at < now() - make_interval(secs => ${noticeEveryS}))`.execute(
      transaction,
    )
    if (numAffectedRows !== 1n) return false
    const id = kind === 'address' ? null : Number(subject)
    const failedLookups = Math.round(level)
    const details = {
      by: who,
      ...(kind === 'address' ? { address: subject } : { [`${who}Id`]: id }),
      failedLookups,
      ...(kind !== who && { of: 'customers' }),
    }
    const tillId = who === 'till' ? id : null
    await runnerOf(transaction).query(noticeSql, [orgId, tillId, JSON.stringify(details)])
    await recordEntry(transaction, orgId, `${who}.guessing`, id, details)
    return true
  }
  if (!(await inTransaction(database.queries, work, { author }))) return
  metrics.guessingNoticed.inc({ kind })
  log.warn(
    { orgId, by: kind, subject, failedLookups: Math.round(level) },
    kind === who ? 'codes are being guessed' : 'customers are being guessed',
  )
}
