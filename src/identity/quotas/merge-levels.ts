import type { IdentityContext } from '../context.ts'
import { sha256 } from '../credentials/secrets.ts'

/** In the order of the keys, so that processes cannot deadlock. $1 keys, $2 usage, $3 replenishment per second. */
const mergeSql = `
insert into request_levels as l (bucket, level, per_second, changed_at)
select w.bucket, w.used, w.per_second, clock_timestamp()
from unnest($1::bytea[], $2::float8[], $3::float8[]) as w(bucket, used, per_second) order by w.bucket
on conflict (bucket) do update set
  level = greatest(0, l.level - l.per_second * greatest(0, date_part('epoch', excluded.changed_at - l.changed_at))) + excluded.level,
  per_second = excluded.per_second, changed_at = greatest(l.changed_at, excluded.changed_at)
returning bucket, level`

/** Shares this process's quota usage with the other processes and reads theirs: one statement for all. */
export async function mergeRequestLevels({ database, requestLevels }: IdentityContext): Promise<void> {
  const told = requestLevels.takeUntold()
  if (told.length > 0) {
    const keys = new Map(told.map((one) => [sha256(one.key).toString('hex'), one.key]))
    try {
      const { rows } = await database.pool.query<{ bucket: Buffer; level: number }>({
        name: 'merge-request-levels',
        text: mergeSql,
        values: [
          [...keys.keys()].map((hex) => Buffer.from(hex, 'hex')),
          told.map(({ used }) => used),
          told.map(({ perSecond }) => perSecond),
        ],
      })
      const nowMs = performance.now()
      for (const { bucket, level } of rows)
        requestLevels.learn(keys.get(bucket.toString('hex')) ?? '', level, nowMs)
    } catch (error) {
      requestLevels.giveBack(told)
      throw error
    }
  }
}
