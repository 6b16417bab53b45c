import type { PlatformContext } from '../context.ts'
import { keepWorking } from '../keep-working.ts'

const writeEveryMs = 3_000

/** $1 organisation; the others in the order of the primary key, in which the rows are locked. */
const addSql = `
insert into refusals (org_id, day, operation, series_id, code, refused)
select $1, r.day, r.operation, r.series_id, r.code, r.refused
from unnest($2::date[], $3::text[], $4::bigint[], $5::int[], $6::bigint[]) with ordinality
  as r (day, operation, series_id, code, refused, ordinal)
order by r.ordinal
on conflict (org_id, day, operation, series_id, code) do update set refused = refusals.refused + excluded.refused`

/**
 * Writes this process's counts, one organisation at a time; counts that cannot be written are kept for the next
 * attempt.
 */
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

/** Writes refusal counts every few seconds while the server runs. @returns a function that stops it. */
export function startKeepingRefusals(context: PlatformContext): () => Promise<void> {
  let writtenAtMs = 0
  const step = async (): Promise<boolean> => {
    const nowMs = Date.now()
    if (nowMs - writtenAtMs < writeEveryMs) return false
    writtenAtMs = nowMs
    await writeRefusals(context)
    return false
  }
  return keepWorking(context, step, 'could not write the counts of refusals')
}
