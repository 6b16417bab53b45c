import { DatabaseError, type Pool, type PoolClient } from 'pg'

export interface IndexResult {
  readonly index: string
  /** The fault of the index; null: none. */
  readonly fault: string | null
  readonly elapsedMs: number
}

export interface IndexResults {
  readonly results: readonly IndexResult[]
  /** Why indexes were not checked; null if they were. */
  readonly hindrance: string | null
}

interface Index {
  readonly oid: number
  readonly name: string
  /** Major version of PostgreSQL. */
  readonly major: number
}

/**
 * Feature not supported, insufficient privilege, undefined file: `amcheck` is not installed, or not available to this
 * role.
 */
const hindrances = new Set(['0A000', '42501', '58P01'])

/**
 * Verifies with PostgreSQL's own `amcheck` that every B-tree of this database is in order and contains every row of its
 * table. Writes continue meanwhile. The extension exists only for the length of each transaction.
 */
export async function checkIndexes(
  pool: Pool,
  onChecked: (result: IndexResult) => void = () => {},
): Promise<IndexResults> {
  const { rows: indexes } = await pool.query<Index>(`
    select c.oid::int8 as oid, c.relname as name, current_setting('server_version_num')::int / 10000 as major
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_am a on a.oid = c.relam
    where a.amname = 'btree' and c.relnamespace = current_schema()::regnamespace and i.indisvalid
    order by c.relname`)
  const results: IndexResult[] = []
  const client = await pool.connect()
  try {
    for (const index of indexes) {
      await client.query('begin')
      const hindrance = results.length === 0 ? await findHindrance(client) : null
      if (hindrance !== null) {
        await client.query('rollback')
        client.release()
        return { results, hindrance }
      }
      const startedAt = performance.now()
      const fault = await findFault(client, index)
      const result = { index: index.name, fault, elapsedMs: performance.now() - startedAt }
      results.push(result)
      onChecked(result)
      await client.query('rollback')
    }
    client.release()
    return { results, hindrance: null }
  } catch (error) {
    // Its transaction ends with the connection.
    client.release(true)
    throw error
  }
}

const withExtension = 'create extension if not exists amcheck'

async function findHindrance(client: PoolClient): Promise<string | null> {
  try {
    await client.query(`savepoint before; ${withExtension}; rollback to before`)
    return null
  } catch (error) {
    if (error instanceof DatabaseError && hindrances.has(error.code ?? '')) return error.message
    throw error
  }
}

/** From PostgreSQL 17 on it also checks unique indexes for duplicates. */
const checkSql = (knowsUnique: boolean) =>
  `select bt_index_check($1::int8::oid::regclass, heapallindexed => true${knowsUnique ? ', checkunique => true' : ''})`

async function findFault(client: PoolClient, { oid, major }: Index): Promise<string | null> {
  await client.query(withExtension)
  try {
    await client.query(checkSql(major >= 17), [oid])
    return null
  } catch (error) {
    // An externally cancelled statement (class 57) says nothing about the index.
    if (error instanceof DatabaseError && !error.code?.startsWith('57')) return error.message
    throw error
  }
}
