import type { Pool } from 'pg'

/** Rows of a statement, which is a transaction. */
export const deletedAtOnce = 10_000

/**
 * Repeats a statement that deletes until it finds no more, so that no transaction is long and no table is locked for long.
 *
 * @param sql deletes at most as many rows as its last parameter says.
 * @param values its other parameters. @returns how many rows are gone.
 */
export async function deleteInChunks(pool: Pool, sql: string, values: readonly unknown[]): Promise<number> {
  let total = 0
  for (;;) {
    const { rowCount } = await pool.query(sql, [...values, deletedAtOnce])
    const deleted = rowCount ?? 0
    total += deleted
    if (deleted < deletedAtOnce) return total
  }
}
