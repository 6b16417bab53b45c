import type { Runner } from './runner.ts'

/** Rows per statement; each statement is a transaction. */
export const deletedAtOnce = 10_000

/**
 * Deletes any number of rows in small transactions.
 *
 * @param condition SQL, with `values` as $1, $2 …
 * @returns the number of deleted rows.
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
