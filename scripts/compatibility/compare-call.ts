import type { ContractCall } from '../../compatibility/contract.ts'
import { hasPath, leavesOf, parseFields, type FieldTree } from './fields.ts'
import { fieldAt, treeOf, type Schema } from './schema-fields.ts'

export const kinds = ['query', 'body', 'answer', 'failure'] as const
type Kind = (typeof kinds)[number]

/** An operation of the OpenAPI document, as far as it is compared. */
export interface Operation {
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly description?: string
  }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >
}

export type Verdict = 'works' | 'fixed' | 'differs' | 'not there' | 'ours'

export interface Row {
  readonly kind: Kind
  readonly path: string
  readonly verdict: Verdict
  /** How and why; empty where nothing is to be said. */
  readonly why: string
}

const schemaIn = (content: Readonly<Record<string, { readonly schema?: Schema }>> | undefined): Schema =>
  Object.values(content ?? {})[0]?.schema ?? {}

function schemaOf(operation: Operation, kind: Kind): Schema {
  if (kind === 'body') return schemaIn(operation.requestBody?.content)
  if (kind === 'answer') return schemaIn(operation.responses['200']?.content)
  if (kind === 'failure') return schemaIn(operation.responses['400']?.content)
  const parameters = (operation.parameters ?? []).filter((one) => one.in === 'query')
  const properties = parameters.map(({ name, description }) => [
    name,
    description === undefined ? {} : { description },
  ])
  return { properties: Object.fromEntries(properties) as Record<string, Schema> }
}

/** `answer entity.x entity.y` → what is said of each of the two. */
function said(call: ContractCall, which: 'differs' | 'missing', kind: Kind): Map<string, string> {
  const all = new Map<string, string>()
  for (const [place, why] of Object.entries(call[which] ?? {})) {
    const [of, ...paths] = place.split(/\s+/)
    if (!kinds.some((one) => one === of) || paths.length === 0)
      throw new Error(`${call.call}: "${place}" begins with none of ${kinds.join(', ')}, or names no field`)
    if (of === kind) for (const path of paths) all.set(path, why)
  }
  return all
}

const isUnder = (path: string, above: string): boolean => path === above || path.startsWith(`${above}.`)

/**
 * Every field of a call of the contract with its verdict, then those that are ours.
 *
 * @throws with all that the hand-kept file says wrongly or leaves unexplained.
 */
export function compareCall(call: ContractCall, operation: Operation): Row[] {
  const wrong: string[] = []
  const rows = kinds.flatMap((kind) => compareKind(call, operation, kind, wrong))
  if (wrong.length > 0) throw new Error(wrong.map((one) => `${call.call}: ${one}`).join('\n'))
  return rows
}

function compareKind(call: ContractCall, operation: Operation, kind: Kind, wrong: string[]): Row[] {
  const schema = schemaOf(operation, kind)
  const [contract, own] = [parseFields(call[kind] ?? ''), treeOf(schema) ?? {}]
  const [differs, missing] = [said(call, 'differs', kind), said(call, 'missing', kind)]
  for (const [path, why] of [...differs, ...missing]) {
    if (!hasPath(contract, path)) wrong.push(`${kind} ${path} is explained and not in the contract`)
    if (why.trim() === '') wrong.push(`${kind} ${path} is explained with nothing`)
  }
  for (const path of missing.keys()) {
    if (hasPath(own, path)) wrong.push(`${kind} ${path} is said to be not there, and it is`)
  }
  const rows = leavesOf(contract).flatMap((path): Row[] => {
    if ([...missing.keys()].some((above) => isUnder(path, above))) return []
    if (!hasPath(own, path)) {
      wrong.push(`${kind} ${path} is in the contract and not in the schema, and nothing says why`)
      return []
    }
    if (differs.has(path)) return []
    const { fixed } = fieldAt(schema, path)
    return [
      {
        kind,
        path,
        ...(fixed === undefined ? { verdict: 'works', why: '' } : { verdict: 'fixed', why: fixed }),
      },
    ]
  })
  const told = (of: Map<string, string>, verdict: Verdict): Row[] =>
    [...of].map(([path, why]) => ({ kind, path, verdict, why }))
  // What of a refused request is ours is the envelope of the family, and that is explained there.
  const ours =
    kind === 'failure' ? [] : oursIn(own, contract).filter((path) => ![...missing.keys()].includes(path))
  return [
    ...rows,
    ...told(differs, 'differs'),
    ...told(missing, 'not there'),
    ...ours.map((path): Row => ({
      kind,
      path,
      verdict: 'ours',
      why: fieldAt(schema, path).description ?? '',
    })),
  ]
}

/** The topmost fields that the contract does not have. */
function oursIn(own: FieldTree, contract: FieldTree, before = ''): string[] {
  return Object.entries(own).flatMap(([name, inner]) => {
    const path = before + name
    // Room for other names beside those of the contract is nothing to tell.
    const known = Object.hasOwn(contract, name) || '*' in contract || name === '*'
    if (!known) return [path]
    const below = contract[name]
    return inner === undefined || below === undefined ? [] : oursIn(inner, below, `${path}.`)
  })
}
