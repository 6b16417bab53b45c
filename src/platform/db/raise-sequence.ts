import type { Runner } from './runner.ts'

/** Room above the highest id, so that a server that draws ids concurrently cannot collide with it. */
const margin = 1_000

/**
 * Makes new ids continue above those that were written with their own, in the caller's transaction. A sequence that is above
 * them is left as it is.
 *
 * @param name of the sequence. @param highest the highest id that was written; 0: none.
 */
export async function raiseSequence(runner: Runner, name: string, highest: number): Promise<void> {
  if (highest === 0) return
  const below = await runner.query(`select 1 from ${name} where last_value < $1::bigint`, [highest])
  if (below.rows.length === 0) return
  // Others raise the same sequence, also for other organisations; it must not be lowered.
  await runner.query(`select pg_advisory_xact_lock(hashtextextended('counterfoil sequences', 0))`)
  await runner.query(`select setval($3::regclass, $1::bigint) from ${name} where last_value < $2::bigint`, [
    highest + margin,
    highest,
    name,
  ])
}
