import { pipeline } from 'node:stream/promises'
import { Transform, type Writable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { to as copyTo } from 'pg-copy-streams'
import { withCopyClient } from '../../platform/db/copy-client.ts'
import type { Database } from '../../platform/db/database.ts'
import type { ExportKind } from './export-columns.ts'
import { exportSql, type ExportFilter } from './export-sql.ts'

export interface Export {
  readonly database: Database
  readonly kind: ExportKind
  readonly format: 'csv' | 'ndjson'
  readonly isGzip: boolean
  readonly filter: ExportFilter
  readonly target: Writable
  /** When aborted, the statement is cancelled too. */
  readonly signal?: AbortSignal | undefined
  /** Called with the number of rows written so far. */
  readonly onProgress?: ((rows: number) => void) | undefined
}

/**
 * Writes the rows of one snapshot to a stream in constant memory, and ends the stream.
 *
 * @returns the number of rows. @throws if the target is closed before the end; the statement is then cancelled.
 */
export async function exportRows(given: Export): Promise<number> {
  const { database, kind, format, isGzip, filter, target, onProgress } = given
  const broken = new AbortController()
  const signal = given.signal ? AbortSignal.any([given.signal, broken.signal]) : broken.signal
  let rows = 0
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      onProgress?.(rows)
      callback(null, chunk)
    },
  })
  await withCopyClient(
    database,
    async (client) => {
      // An export reads whole tables on purpose; planner statistics of an organisation may be wrong by millions.
      await client.query(
        'set enable_seqscan = on; set enable_hashjoin = on; set enable_mergejoin = on; set enable_nestloop = off',
      )
      const copy = client.query(copyTo(exportSql(kind, format, filter)))
      copy.on('data', () => (rows = copy.rowCount))
      const steps = isGzip ? [copy, counter, createGzip(), target] : [copy, counter, target]
      try {
        await pipeline(steps as [typeof copy, typeof counter, Writable], { signal })
        rows = copy.rowCount
      } catch (error) {
        broken.abort()
        throw error
      }
    },
    signal,
  )
  return rows
}
