import type { PlatformContext } from '../context.ts'
import { deleteInSteps } from '../db/delete-in-steps.ts'
import { keepWorking } from '../keep-working.ts'

const writeEveryMs = 3_000
const forgetEveryMs = 60 * 60_000
/** Longer than the longest figures look back. */
const keptDays = 400

/** $1 organisation; the others in the order of the primary key, in which the rows are locked. */
const addSql = `
insert into refusals (org_id, day, operation, series_id, code, refused)
select $1, r.day, r.operation, r.series_id, r.code, r.refused
from unnest($2::date[], $3::text[], $4::bigint[], $5::int[], $6::bigint[]) with ordinality
  as r (day, operation, series_id, code, refused, ordinal)
order by r.ordinal
on conflict (org_id, day, operation, series_id, code) do update set refused = refusals.refused + excluded.refused`

/** Writes what this server has counted, an organisation at a time; what cannot be written is kept for the next time. */
export async function writeRefusals({ database: { pool }, refusals }: PlatformContext): Promise<void> {
  const failures: unknown[] = []
  for (const [orgId, counts] of refusals.take()) {
    try {
      await pool.query({
        name: 'add-refusals',
        text: addSql,
        values: [
          orgId,
          counts.map(({ day }) => day),
          counts.map(({ operation }) => operation),
          counts.map(({ seriesId }) => seriesId),
          counts.map(({ code }) => code),
          counts.map(({ refused }) => refused),
        ],
      })
    } catch (error) {
      refusals.giveBack(orgId, counts)
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** Deletes counts of days that no figures look back to, in small transactions. @returns how many. */
export async function forgetOldRefusals({ database: { pool, queries } }: PlatformContext): Promise<number> {
  const organisations = await queries.selectFrom('organisations').select('org_id').execute()
  let forgotten = 0
  for (const { org_id: orgId } of organisations)
    forgotten += await deleteInSteps(pool, 'refusals', 'org_id = $1 and day < current_date - $2::int', [
      orgId,
      keptDays,
    ])
  return forgotten
}

/** Writes every few seconds what was refused, for as long as the server runs. @returns what ends it. */
export function startKeepingRefusals(context: PlatformContext): () => Promise<void> {
  let [writtenAtMs, forgotAtMs] = [0, Date.now()]
  const step = async (): Promise<boolean> => {
    const nowMs = Date.now()
    if (nowMs - writtenAtMs < writeEveryMs) return false
    writtenAtMs = nowMs
    await writeRefusals(context)
    if (nowMs - forgotAtMs >= forgetEveryMs) {
      forgotAtMs = nowMs
      await forgetOldRefusals(context)
    }
    return false
  }
  return keepWorking(context, step, 'counts of what was refused could not be written')
}
