import { loadModule, parseSync } from 'libpg-query'
import { readScopes, type Table } from './statement-scopes.ts'

/**
 * The laws that let any engine which spreads organisations over servers route a statement to one of them. Each has been seen
 * to be refused, or to make a transaction of several servers.
 */
export const laws = {
  organisation: 'every table of an organisation has org_id = $n, not only a tie to another table or query',
  ctid: 'no ctid: it names a row of one server',
  nextval: 'no nextval in a statement that reads a table: it is a write, and makes the read one',
  clock:
    'no clock in CASE or COALESCE of a write, and no clock_timestamp in a write: the instant is a parameter',
  returning: 'no clock and no part of an instant in RETURNING',
  insert: 'no insert in a WITH: it is carried out in steps on several servers',
  setting: 'settings of a transaction by SET LOCAL: set_config() stays on the server that received it',
} as const
export type Law = keyof typeof laws

interface Fault {
  readonly law: Law
  readonly what: string
}

export type Node = { readonly [key: string]: unknown }

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

/** Calls `visit` for every node below, with its type and the types of those above. */
function walk(
  value: unknown,
  visit: (type: string, node: Node, above: readonly string[]) => void,
  above: readonly string[] = [],
): void {
  if (Array.isArray(value)) for (const one of value as unknown[]) walk(one, visit, above)
  else if (isNode(value))
    for (const [key, one] of Object.entries(value)) {
      if (isNode(one) && !Array.isArray(one)) visit(key, one, above)
      walk(one, visit, [...above, key])
    }
}

const nameOf = (names: unknown): string =>
  (names as readonly { String?: { sval: string } }[]).at(-1)?.String?.sval ?? ''

const clocks = new Set(['now', 'statement_timestamp', 'transaction_timestamp', 'clock_timestamp'])
const parts = new Set([...clocks, 'extract', 'date_part', 'date_trunc', 'to_char'])
const writing = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'])

/** Whether the keys that lead to a node pass through one of these. */
const isWithin = (above: readonly string[], ...keys: string[]): boolean =>
  keys.some((key) => above.includes(key))

function faultsOfFunctions(statement: unknown): Fault[] {
  const faults: Fault[] = []
  let isWrite = false
  // A number that is drawn alone is no read.
  let readsTable = false
  walk(statement, (type) => {
    if (writing.has(type)) isWrite = true
    if (type === 'RangeVar') readsTable = true
  })
  walk(statement, (type, node, above) => {
    if (type === 'SQLValueFunction' && isWrite && isWithin(above, 'CaseExpr', 'CoalesceExpr'))
      faults.push({ law: 'clock', what: 'a clock in CASE or COALESCE' })
    if (type === 'ColumnRef' && nameOf(node['fields']) === 'ctid') faults.push({ law: 'ctid', what: 'ctid' })
    if (type === 'InsertStmt' && isWithin(above, 'CommonTableExpr'))
      faults.push({ law: 'insert', what: `insert into ${String((node['relation'] as Node)['relname'])}` })
    if (type !== 'FuncCall') return
    const name = nameOf(node['funcname'])
    if (name === 'nextval' && readsTable && !isWrite) faults.push({ law: 'nextval', what: name })
    if (name === 'set_config') faults.push({ law: 'setting', what: name })
    if (!isWrite) return
    if (name === 'clock_timestamp' || (clocks.has(name) && isWithin(above, 'CaseExpr', 'CoalesceExpr')))
      faults.push({ law: 'clock', what: `${name}()` })
    if (parts.has(name) && isWithin(above, 'returningList', 'returningClause'))
      faults.push({ law: 'returning', what: `${name}()` })
  })
  return faults
}

/** Loads the parser of PostgreSQL. Call it once, before `faultsOf`. */
export const loadLaws = (): Promise<void> => loadModule()

/**
 * What a statement does that the laws forbid.
 *
 * @param keys the column that names the organisation, by table; other tables belong to none.
 */
export function faultsOf(text: string, keys: ReadonlyMap<string, string>): Fault[] {
  const { stmts = [] } = parseSync(text) as { stmts?: readonly { stmt?: unknown }[] }
  return stmts.flatMap(({ stmt }) => {
    const tables = readScopes(stmt, keys)
    const ofFunctions = faultsOfFunctions(stmt)
    return [
      // Tables of no organisation are on one server.
      ...(tables.length > 0 ? ofFunctions : ofFunctions.filter(({ law }) => law === 'setting')),
      ...tables
        .filter(({ isBound }: Table) => !isBound)
        .map(({ name }): Fault => ({ law: 'organisation', what: name })),
    ]
  })
}
