import type { IdentityContext } from '../context.ts'
import { keepWorking } from '../../platform/keep-working.ts'

const writeEveryMs = 60_000

/**
 * $1 organisation; the others in the order of the primary key, in which the rows are locked. A deleted organisation has
 * none.
 */
const writeSql = `
insert into last_uses (org_id, kind, holder_id, used_at)
select o.org_id, u.kind, u.holder_id, to_timestamp(u.used_at_ms / 1000)
from organisations o, unnest($2::text[], $3::bigint[], $4::float8[]) with ordinality as u (kind, holder_id, used_at_ms, ordinal)
where o.org_id = $1
order by u.ordinal
on conflict (org_id, kind, holder_id) do update set used_at = excluded.used_at where last_uses.used_at < excluded.used_at`

/** Writes when callers last used this process, one organisation at a time; what cannot be written is kept. */
export async function writeLastUses({ database: { pool }, lastUses }: IdentityContext): Promise<void> {
  const failures: unknown[] = []
  for (const [orgId, uses] of lastUses.take()) {
    try {
      await pool.query({
        name: 'write-last-uses',
        text: writeSql,
        values: [
          orgId,
          uses.map(({ kind }) => kind),
          uses.map(({ holderId }) => holderId),
          uses.map(({ usedAtMs }) => usedAtMs),
        ],
      })
    } catch (error) {
      lastUses.giveBack(orgId, uses)
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** Writes them once a minute while the server runs. @returns a function that stops it. */
export function startKeepingLastUses(context: IdentityContext): () => Promise<void> {
  let writtenAtMs = Date.now()
  const step = async (): Promise<boolean> => {
    const nowMs = Date.now()
    if (nowMs - writtenAtMs < writeEveryMs) return false
    writtenAtMs = nowMs
    await writeLastUses(context)
    return false
  }
  return keepWorking(context, step, 'could not write when callers were last seen')
}
