import type { Node } from './statement-laws.ts'

/** A table of an organisation in a statement. */
export interface Table {
  readonly name: string
  /** Whether its rows are those of one organisation that a parameter names. */
  readonly isBound: boolean
}

/** A parameter or literal. */
const constant = '='

/** Columns that are equal to each other in one query; the names are `alias.column`, and `constant`. */
class Equals {
  readonly #groups: Set<string>[] = []

  add(one: string, other: string): void {
    const joined = new Set([one, other])
    for (const group of this.#groups.filter((each) => each.has(one) || each.has(other))) {
      for (const name of group) joined.add(name)
      this.#groups.splice(this.#groups.indexOf(group), 1)
    }
    this.#groups.push(joined)
  }

  isConstant(name: string): boolean {
    return this.#groups.some((group) => group.has(name) && group.has(constant))
  }
}

interface Scope {
  readonly keys: ReadonlyMap<string, string>
  /** Names of the WITH queries that can be seen. */
  readonly named: ReadonlySet<string>
  readonly found: Table[]
}

const at = (node: unknown, key: string): unknown => (node as Node | undefined)?.[key]
/** A name in the tree of a statement. */
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

const fieldsOf = (node: unknown): string[] =>
  listOf(at(at(node, 'ColumnRef'), 'fields')).map((field) => textOf(at(at(field, 'String'), 'sval')) ?? '*')

/** The name by which a term of an equation is known; undefined: it is computed. */
function termOf(node: unknown, sole: string | undefined): string | undefined {
  const cast = at(at(node, 'TypeCast'), 'arg')
  if (cast !== undefined) return termOf(cast, sole)
  if (at(node, 'ParamRef') !== undefined || at(node, 'A_Const') !== undefined) return constant
  const fields = fieldsOf(node)
  if (fields.length === 2) return fields.join('.')
  return fields.length === 1 && sole !== undefined ? `${sole}.${fields[0]}` : undefined
}

/** Terms that hold for every row: joined by AND. */
function conjuncts(node: unknown): unknown[] {
  if (at(at(node, 'BoolExpr'), 'boolop') === 'AND_EXPR')
    return listOf(at(at(node, 'BoolExpr'), 'args')).flatMap(conjuncts)
  return node === undefined ? [] : [node]
}

/** `(a, b) = (c, d)` is two equations. */
const itemsOf = (node: unknown): readonly unknown[] => {
  const row = at(at(node, 'RowExpr'), 'args')
  return row === undefined ? [node] : listOf(row)
}

interface From {
  /** Table of an organisation, and the alias by which the query knows it. */
  readonly tables: { readonly name: string; readonly alias: string }[]
  readonly aliases: string[]
  readonly conditions: unknown[]
}

function readRange(range: unknown, { keys, named }: Scope, from: From): void {
  if (range === undefined) return
  const name = textOf(at(range, 'relname')) ?? ''
  const alias = textOf(at(at(range, 'alias'), 'aliasname')) ?? name
  from.aliases.push(alias)
  if (keys.has(name) && !named.has(name)) from.tables.push({ name, alias })
}

/** Reads a FROM item; sub-selects are left to `readBelow`. */
function readFrom(item: unknown, scope: Scope, from: From): void {
  const join = at(item, 'JoinExpr')
  if (join !== undefined) {
    readFrom(at(join, 'larg'), scope, from)
    readFrom(at(join, 'rarg'), scope, from)
    from.conditions.push(...conjuncts(at(join, 'quals')))
    for (const column of listOf(at(join, 'usingClause'))) {
      // Both sides have the column, so it is bound if one of them is.
      const shared = textOf(at(at(column, 'String'), 'sval'))
      const [first, ...others] = from.tables
      for (const other of others)
        from.conditions.push({ same: [`${first?.alias}.${shared}`, `${other.alias}.${shared}`] })
    }
    return
  }
  const range = at(item, 'RangeVar')
  if (range !== undefined) readRange(range, scope, from)
  else
    for (const kind of ['RangeSubselect', 'RangeFunction', 'RangeTableFunc']) {
      const alias = textOf(at(at(at(item, kind), 'alias'), 'aliasname'))
      if (alias !== undefined) from.aliases.push(alias)
    }
}

function equalsOf(from: From): Equals {
  const equals = new Equals()
  const sole = from.aliases.length === 1 ? from.aliases[0] : undefined
  for (const condition of from.conditions) {
    const same = at(condition, 'same') as readonly [string, string] | undefined
    if (same !== undefined) equals.add(...same)
    const expression = at(condition, 'A_Expr')
    if (at(expression, 'kind') !== 'AEXPR_OP') continue
    if (at(at(listOf(at(expression, 'name'))[0], 'String'), 'sval') !== '=') continue
    const [left, right] = [itemsOf(at(expression, 'lexpr')), itemsOf(at(expression, 'rexpr'))]
    if (left.length !== right.length) continue
    for (const [index, one] of left.entries()) {
      const [a, b] = [termOf(one, sole), termOf(right[index], sole)]
      if (a !== undefined && b !== undefined) equals.add(a, b)
    }
  }
  return equals
}

/** An insert names the organisation by a parameter, or copies it from a table that is bound. */
function isInsertBound(statement: Node, key: string): boolean {
  const position = listOf(statement['cols']).findIndex(
    (column) => at(at(column, 'ResTarget'), 'name') === key,
  )
  const select = at(statement['selectStmt'], 'SelectStmt')
  const rows = listOf(at(select, 'valuesLists'))
  if (position < 0) return false
  if (rows.length > 0)
    return rows.every((row) => termOf(listOf(at(at(row, 'List'), 'items'))[position], undefined) === constant)
  const from: From = { tables: [], aliases: [], conditions: [] }
  const scope: Scope = { keys: new Map(), named: new Set(), found: [] }
  for (const item of listOf(at(select, 'fromClause'))) readFrom(item, scope, from)
  from.conditions.push(...conjuncts(at(select, 'whereClause')))
  const sole = from.aliases.length === 1 ? from.aliases[0] : undefined
  const given = termOf(at(at(listOf(at(select, 'targetList'))[position], 'ResTarget'), 'val'), sole)
  return given === constant || (given !== undefined && equalsOf(from).isConstant(given))
}

const queries = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt'])

function readQuery(type: string, statement: Node, scope: Scope): void {
  const ctes = listOf(at(statement['withClause'], 'ctes'))
  const own = ctes.map((cte) => textOf(at(at(cte, 'CommonTableExpr'), 'ctename')) ?? '')
  const inner: Scope = { ...scope, named: new Set([...scope.named, ...own]) }
  const from: From = { tables: [], aliases: [], conditions: [] }
  for (const item of [...listOf(statement['fromClause']), ...listOf(statement['usingClause'])])
    readFrom(item, inner, from)
  const target = at(statement, 'relation')
  if (type === 'InsertStmt') {
    const name = textOf(at(target, 'relname')) ?? ''
    const key = scope.keys.get(name)
    if (key !== undefined) scope.found.push({ name, isBound: isInsertBound(statement, key) })
  } else readRange(target, inner, from)
  from.conditions.push(...conjuncts(statement['whereClause']))
  const equals = equalsOf(from)
  for (const { name, alias } of from.tables)
    scope.found.push({ name, isBound: equals.isConstant(`${alias}.${scope.keys.get(name)}`) })
  readBelow(statement, inner)
}

/** Reads the queries inside a node, each on its own: a tie to an outer query binds no table. */
function readBelow(value: unknown, scope: Scope): void {
  if (Array.isArray(value)) for (const one of value as unknown[]) readBelow(one, scope)
  else if (typeof value === 'object' && value !== null)
    for (const [key, one] of Object.entries(value)) {
      if (queries.has(key)) readQuery(key, one as Node, scope)
      // The sides of a UNION are queries without a type.
      else if ((key === 'larg' || key === 'rarg') && at(one, 'op') !== undefined)
        readQuery('SelectStmt', one as Node, scope)
      else readBelow(one, scope)
    }
}

/** The tables of organisations in a statement, once for each place. */
export function readScopes(statement: unknown, keys: ReadonlyMap<string, string>): readonly Table[] {
  const found: Table[] = []
  readBelow(statement, { keys, named: new Set(), found })
  return found
}
