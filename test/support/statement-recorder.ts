import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import type { Database } from '../../src/platform/db/database.ts'

/** A statement that was sent to the database. */
export interface Recorded {
  readonly text: string
  /** The file below `src/` that sent it, such as `src/ledger/coupons/revoke-coupons.ts`. */
  readonly file: string
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const own = 'test/support/statement-recorder.ts'
/** Files that pass statements of others on. */
const carriers = /^src\/platform\/(db|idempotency)\/|^src\/platform\/tracing/
const maxFrames = 60

/** The nearest file of the product above the call, across `await`; undefined: a test sends the statement itself. */
function sender(): string | undefined {
  const { stackTraceLimit, prepareStackTrace } = Error as {
    stackTraceLimit: number
    prepareStackTrace?: unknown
  }
  Error.stackTraceLimit = maxFrames
  // Names of files suffice; reading source maps for the lines would take most of the test's time.
  Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFileName() ?? '')
  const paths = new Error('a statement').stack as unknown as readonly string[]
  Object.assign(Error, { stackTraceLimit, prepareStackTrace })
  const files = paths
    .filter((path) => path.endsWith('.ts') && !path.includes('/node_modules/'))
    .map((path) => relative(root, path.replace(/^file:\/\//, '')))
    .filter((path) => path !== own)
  const ofProduct = files.filter((path) => path.startsWith('src/'))
  const found = ofProduct.find((path) => !carriers.test(path)) ?? ofProduct[0]
  return found ?? (files.length > 0 ? undefined : 'unknown')
}

const textOf = (statement: unknown): string | undefined =>
  typeof statement === 'string' ? statement : (statement as { text?: string } | undefined)?.text

/**
 * Records what is sent to a database from now on: by its pool, by pools and connections that are opened later. Call it
 * before the first statement.
 *
 * @returns the statements, each text once, with the first file that sent it.
 */
export function recordStatements({ pool, connections }: Database): ReadonlyMap<string, Recorded> {
  const recorded = new Map<string, Recorded>()
  const ofTests = new Set<string>()
  const record = (statement: unknown): void => {
    const text = textOf(statement)
    const shape = text?.replaceAll(/'(?:[^']|'')*'|\b\d+\b/g, '?')
    // A stack takes long to read.
    if (text === undefined || shape === undefined || recorded.has(shape) || ofTests.has(shape)) return
    const file = sender()
    if (file === undefined) ofTests.add(shape)
    else recorded.set(shape, { text, file })
  }
  const watched = <On extends { query: (...given: never[]) => unknown }>(on: On): On => {
    const query = on.query.bind(on) as (...given: unknown[]) => unknown
    on.query = (...given: unknown[]) => {
      record(given[0])
      return query(...given)
    }
    return on
  }
  // A pool sends its own statements from a callback, which does not know the caller.
  const watchPool = (opened: pg.Pool): pg.Pool => watched(opened.on('connect', watched))
  watchPool(pool)
  const openPool = connections.pool.bind(connections)
  connections.pool = (...given) => watchPool(openPool(...given))
  const connect = connections.connect.bind(connections)
  connections.connect = async (...given) => watched(await connect(...given))
  return recorded
}
