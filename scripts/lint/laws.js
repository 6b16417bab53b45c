// The rules of the code for oxlint: which room may import which, which packages a room may import, and which code
// writes the ledger. They apply to all of `src/`: a folder that is not in the list of rooms is refused with its first
// file.
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const src = fileURLToPath(new URL('../../src/', import.meta.url))

/** The rooms of `src/`, lowest first: each may import from itself and from those before it. */
export const rooms = [
  'values',
  'platform',
  'identity',
  'ledger',
  'webhooks',
  'bulk',
  'operate',
  'http',
  'api',
  'cli',
]

/** Packages that only some rooms may import. A name that ends in `/` stands for everything that begins with it. */
const roomsOfPackage = new Map([
  ['fastify', ['http', 'api']],
  ['@fastify/', ['http', 'api']],
  ['typebox', ['http', 'api']],
  ['fast-xml-parser', ['http', 'api']],
  ['zod', ['api']],
  ['@modelcontextprotocol/', ['api', 'cli']],
  ['commander', ['cli']],
  ['cli-progress', ['cli']],
  ['pg', ['platform', 'identity', 'ledger', 'webhooks', 'bulk', 'operate']],
  ['pg-copy-streams', ['platform', 'identity', 'ledger', 'webhooks', 'bulk', 'operate']],
  ['kysely', ['platform', 'identity', 'ledger', 'webhooks', 'bulk', 'operate']],
])

/** Modules that pure code may not import: files, networks, processes, the database, HTTP, and code that uses them. */
const impure = [
  /^node:(?!crypto$|path$|url$|net$)/,
  /^(pg|pg-copy-streams|kysely|fastify|pino|prom-client)$/,
  /(^|\/)(context|config|database|server)\.ts$/,
  /\/db\//,
]

const isPure = (room, file) => room === 'values' || file.endsWith('-rules.ts')

/**
 * The room of a file of `src/`; undefined: the file is not in `src/`, or is a test, which may import from every room.
 */
function roomOf(file) {
  const path = relative(src, file)
  if (path.startsWith('..') || path.endsWith('.test.ts')) return undefined
  const slash = path.indexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

const isOnlyTypes = ({ specifiers }) =>
  Array.isArray(specifiers) && specifiers.length > 0 && specifiers.every((one) => one.importKind === 'type')

/** Calls `check` for every module that a file imports, in any form of import. */
function onImports(check) {
  const visit = (node) => {
    if (typeof node.source?.value === 'string')
      check(node.source, node.source.value, node.importKind === 'type' || isOnlyTypes(node))
  }
  return {
    ImportDeclaration: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    ImportExpression: visit,
  }
}

const oneWay = {
  create(context) {
    const file = context.filename
    const room = roomOf(file)
    if (room === undefined) return {}
    const at = rooms.indexOf(room)
    return {
      Program(node) {
        if (at < 0)
          context.report({
            node,
            message: `Every file of src/ is in one of the rooms ${rooms.join(', ')} (scripts/lint/laws.js)`,
          })
      },
      ...onImports((node, name) => {
        if (!name.startsWith('.') || at < 0) return
        const target = roomOf(resolve(dirname(file), name))
        if (target !== undefined && rooms.indexOf(target) > at)
          context.report({
            node,
            message: `${room}/ is below ${target}/: imports run downward, from ${rooms.toReversed().join(' → ')}`,
          })
      }),
    }
  },
}

const packages = {
  create(context) {
    const file = context.filename
    const room = roomOf(file)
    if (room === undefined) return {}
    return onImports((node, name, isType) => {
      for (const [known, allowed] of roomsOfPackage) {
        const isMeant = known.endsWith('/')
          ? name.startsWith(known)
          : name === known || name.startsWith(`${known}/`)
        if (isMeant && !isType && !allowed.includes(room))
          context.report({
            node,
            message: `${name} is imported in ${allowed.join(', ')} only, not in ${room}/`,
          })
      }
      if (isPure(room, file) && !isType && impure.some((one) => one.test(name)))
        context.report({ node, message: `${name}: values and rules are pure, without I/O, database or HTTP` })
      if (['http', 'api'].includes(room) && /platform\/db\//.test(name) && !isType)
        context.report({ node, message: 'Endpoints know no SQL: call a verb' })
    })
  },
}

/** The folder whose files write rows of the ledger. */
const post = resolve(src, 'ledger/post')

/** Statements that add to the ledger or change its counters, as SQL and as calls of the typed builder. */
const postings = [
  /\binsert\s+into\s+(coupons|redemptions|reversals|events|customer_series_usage|budget_usage|holds|hold_items|returns|redemption_items)\b/i,
  /\bupdate\s+(only\s+)?(coupons|reversals|events|series_usage|customer_series_usage|budget_usage|holds|hold_items|returns|redemption_items)\b/i,
  /\bdelete\s+from\s+(only\s+)?(coupons|redemptions|reversals|events|series_usage|customer_series_usage|budget_usage|holds|hold_items|returns|redemption_items)\b/i,
]
const typedPostings = {
  insertInto: [
    'coupons',
    'redemptions',
    'reversals',
    'events',
    'customer_series_usage',
    'budget_usage',
    'holds',
    'hold_items',
    'returns',
    'redemption_items',
  ],
  updateTable: [
    'coupons',
    'reversals',
    'events',
    'series_usage',
    'customer_series_usage',
    'budget_usage',
    'holds',
    'hold_items',
    'returns',
    'redemption_items',
  ],
  deleteFrom: [
    'coupons',
    'redemptions',
    'reversals',
    'events',
    'series_usage',
    'customer_series_usage',
    'budget_usage',
    'holds',
    'hold_items',
    'returns',
    'redemption_items',
  ],
}

const oneHand = {
  create(context) {
    const file = context.filename
    if (roomOf(file) === undefined || dirname(file) === post) return {}
    const report = (node) =>
      context.report({
        node,
        message: 'Only ledger/post/ writes the ledger: compose the statement from its parts',
      })
    const checkText = (node, text) => {
      if (postings.some((one) => one.test(text))) report(node)
    }
    return {
      Literal(node) {
        if (typeof node.value === 'string') checkText(node, node.value)
      },
      TemplateElement(node) {
        checkText(node, node.value.raw)
      },
      CallExpression(node) {
        const method = node.callee.type === 'MemberExpression' ? node.callee.property.name : undefined
        const tables = Object.hasOwn(typedPostings, method ?? '') ? typedPostings[method] : []
        const [table] = node.arguments
        if (table?.type === 'Literal' && tables.includes(table.value)) report(node)
      },
    }
  },
}

export default {
  meta: { name: 'laws' },
  rules: { 'one-way': oneWay, packages, 'one-hand': oneHand },
}
