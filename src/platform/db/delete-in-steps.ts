import type { Runner } from './runner.ts'

/** Rows of a statement, which is a transaction. */
export const deletedAtOnce = 10_000

/**
 * Deletes rows in transactions that are small, however many they are.
 *
 * @param condition of SQL, with `values` as $1, $2 …
 * @returns how many there were.
 */
export async function deleteInSteps(
  runner: Runner,
  table: string,
  condition: string,
  values: readonly unknown[],
): Promise<number> {
  let all = 0
  for (;;) {
    const { rowCount } = await runner.query(
      `delete from ${table} where (${condition}) and ctid = any(array(
         select ctid from ${table} where ${condition} limit ${deletedAtOnce}))`,
      [...values],
    )
    all += rowCount ?? 0
    if ((rowCount ?? 0) < deletedAtOnce) return all
  }
}
