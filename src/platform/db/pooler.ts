import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { OperatorError } from '../../values/errors.ts'
import type { Client } from './client.ts'
import type { Connections } from './connections.ts'

/** A pooler assigns its connections in its own order. */
const rounds = 3

const markSql = `select set_config('counterfoil.session', $1, false)`
const readSql = `select current_setting('counterfoil.session', true) as mark`

/**
 * Session locks, settings and prepared statements need a session: a pooler must reserve one connection to PostgreSQL
 * for each of ours. In transaction mode it shares the session of one connection with another.
 *
 * @param connections at least one of them is open; it shows whether there is a pooler at all.
 * @throws OperatorError if the address leads to a pooler that does not reserve sessions.
 */
export async function requireSessions(connections: Connections): Promise<void> {
  if (![...connections.open].some(isPooled)) return
  const first = await connections.connect()
  try {
    const mark = randomUUID()
    await first.query(markSql, [mark])
    for (let round = 1; round <= rounds; round += 1) {
      const second = await connections.connect()
      try {
        // While the transaction is open, nobody else uses its connection to PostgreSQL.
        await second.query('begin')
        if ((await readMark(second)) === mark || (await readMark(first)) !== mark) throw noSessions()
        await second.query('rollback')
      } finally {
        second.discard()
      }
    }
  } catch (error) {
    // In statement mode the pooler refuses transactions.
    const isRefused =
      error instanceof pg.DatabaseError && /transaction blocks not allowed/.test(error.message)
    throw isRefused ? noSessions() : error
  } finally {
    first.discard()
  }
}

/** Behind a pooler, the working process differs from the one that the protocol reports. */
const isPooled = (client: Client): boolean =>
  (client as unknown as { processID: number }).processID !== client.backendPid

async function readMark(client: pg.ClientBase): Promise<string | null | undefined> {
  const { rows } = await client.query<{ mark: string | null }>(readSql)
  return rows[0]?.mark
}

const noSessions = (): OperatorError =>
  new OperatorError(
    'DATABASE_URL leads to a connection pooler that does not keep sessions; set its pool_mode to session (docs/operations.md)',
  )
