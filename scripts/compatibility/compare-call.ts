import type { ContractCall } from '../../compatibility/contract.ts'
import { hasPath, leavesOf, parseFields, type FieldTree } from './fields.ts'
import { fieldAt, treeOf, type Schema } from './schema-fields.ts'

export const kinds = ['query', 'body', 'answer', 'failure'] as const
type Kind = (typeof kinds)[number]

/** The compared part of an operation of the OpenAPI document. */
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
  /** How and why; empty if there is nothing to explain. */
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

/** `answer entity.x entity.y` → the explanation for each of the two. */
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
 * Returns every field of a call of the contract with its verdict, then the fields of our own.
 *
 * @throws with a line for everything that the hand-written file states wrongly or leaves unexplained.
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
  // Fields of our own in a refusal belong to the envelope of its family, which is explained there.
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
    // Permission for further names besides those of the contract needs no row.
    const known = Object.hasOwn(contract, name) || '*' in contract || name === '*'
    if (!known) return [path]
    const below = contract[name]
    return inner === undefined || below === undefined ? [] : oursIn(inner, below, `${path}.`)
  })
}
