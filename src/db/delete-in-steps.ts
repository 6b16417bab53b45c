import type { Pool } from 'pg'

const maxRowsPerStatement = 10_000

/**
 * Deletes rows in transactions that are small, however many they are.
 *
 * @param condition of SQL, with `values` as $1, $2 …
 * @returns how many there were.
 */
export async function deleteInSteps(
  pool: Pool,
  table: string,
  condition: string,
  values: readonly unknown[],
): Promise<number> {
  let all = 0
  for (;;) {
    const { rowCount } = await pool.query(
      `delete from ${table} where (${condition}) and ctid = any(array(
         select ctid from ${table} where ${condition} limit ${maxRowsPerStatement}))`,
      [...values],
    )
    all += rowCount ?? 0
    if ((rowCount ?? 0) < maxRowsPerStatement) return all
  }
}
