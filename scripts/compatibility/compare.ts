import { STATUS_CODES } from 'node:http'
import { areas } from '../../compatibility/areas.ts'
import { couponCodes, customerCodes, requestCodes } from '../../compatibility/codes.ts'
import type { ContractCall, ContractCode, ContractRule } from '../../compatibility/contract.ts'
import { commonRules, couponRules, signInRules } from '../../compatibility/rules.ts'
import { catalogue as refusals } from '../../src/values/errors.ts'
import { compareCall, kinds, type Operation } from './compare-call.ts'
import { parseFields } from './fields.ts'
import type { Comparison } from './page.ts'

/** The compared part of the OpenAPI document. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** Sources by path, without the tests; and the tests by path. */
export interface Sources {
  readonly code: Readonly<Record<string, string>>
  readonly tests: Readonly<Record<string, string>>
}

/** Names of path parameters do not matter. */
const shapeOf = (call: string): string => call.replaceAll(/\{[^}]*\}/g, '{}')

/** Whether a path belongs to the contract; all others are our own. */
const isOfContract = (path: string): boolean => /^\/(v\d|coupon\/)/.test(path)

function operationsOf({ paths }: Document): Map<string, Operation> {
  return new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [
        shapeOf(`${method.toUpperCase()} ${path}`),
        operation,
      ]),
    ),
  )
}

/**
 * Compares the contract with the implementation.
 *
 * @param catalogue the codes that an answer can carry.
 * @throws with a line for everything that `compatibility/` states wrongly or leaves unexplained.
 */
export function compare(document: Document, catalogue: readonly number[], sources: Sources): Comparison {
  const wrong: string[] = []
  const operations = operationsOf(document)
  const attempt = <Value>(make: () => Value): Value[] => {
    try {
      return [make()]
    } catch (error) {
      wrong.push((error as Error).message)
      return []
    }
  }
  const compared = areas.map(({ title, calls }) => ({
    title,
    calls: calls.flatMap((call) => attempt(() => ({ call, rows: rowsOf(call, operations) }))),
  }))
  const known = new Set(areas.flatMap(({ calls }) => calls.flatMap(pathsOf).map(shapeOf)))
  for (const call of operations.keys()) {
    if (isOfContract(call.split(' ')[1] ?? '') && !known.has(call))
      wrong.push(`${call} is here, and compatibility/ does not know it`)
  }
  const codes = [
    { title: 'Requests', codes: requestCodes },
    { title: 'Coupons and series', codes: couponCodes },
    { title: 'Customers and places', codes: customerCodes },
  ]
  const all = Object.assign({}, ...codes.map((one) => one.codes)) as Record<string, ContractCode>
  wrong.push(...wrongCodes(all, catalogue, sources))
  const rules = [
    { title: 'Sign-in and access', rules: signInRules },
    { title: 'What holds for every call', rules: commonRules },
    { title: 'Rules of coupons', rules: couponRules },
  ]
  wrong.push(...rules.flatMap((one) => one.rules).flatMap((rule) => wrongRule(rule, sources)))
  if (wrong.length > 0) throw new Error(`The table of compatibility does not hold:\n${wrong.join('\n')}`)
  return { areas: compared, rules, codes, ownCodes: catalogue.filter((code) => all[code] === undefined) }
}

/** The call under each of its paths. */
const pathsOf = ({ call, also = [] }: ContractCall): string[] => [
  call,
  ...also.map((path) => `${call.split(' ')[0] ?? ''} ${path}`),
]

function rowsOf(call: ContractCall, operations: ReadonlyMap<string, Operation>) {
  if (call.isMissing !== undefined) {
    if (operations.has(shapeOf(call.call))) throw new Error(`${call.call} is said to be not there, and it is`)
    // Explanations for calls that do not exist yet must be readable.
    for (const kind of kinds) parseFields(call[kind] ?? '')
    return []
  }
  const [rows = []] = pathsOf(call).map((path) => {
    const own = operations.get(shapeOf(path))
    if (own === undefined) throw new Error(`${path} is not there, and nothing says why`)
    return compareCall(call, own)
  })
  return rows
}

const nameOf = (code: number): string =>
  (refusals as Readonly<Record<number, { name: string }>>)[code]?.name ?? '-'

function wrongCodes(
  codes: Readonly<Record<string, ContractCode>>,
  known: readonly number[],
  { code: source }: Sources,
): string[] {
  const text = Object.entries(source)
    .filter(([path]) => path !== 'src/values/errors.ts')
    .map(([, content]) => content)
    .join('\n')
  // The HTTP layer itself refuses with these.
  const isOfHttp = (code: number) => code < 500 && STATUS_CODES[code] !== undefined
  const arises = (code: number) =>
    known.includes(code) &&
    (isOfHttp(code) || new RegExp(String.raw`\b${code}\b|\brefuse\.${nameOf(code)}\b`).test(text))
  const unused = known
    .filter((code) => !arises(code))
    .map((code) => `code ${code} is in the catalogue, and nothing uses it`)
  return [
    ...unused,
    ...Object.entries(codes).flatMap(([code, { missing }]) => {
      const isThere = arises(Number(code))
      if (missing !== undefined && isThere) return [`code ${code} is said to be not there, and it is`]
      if (missing === undefined && !isThere) return [`code ${code} is not there, and nothing says why`]
      return []
    }),
  ]
}

function wrongRule({ rule, test, differs, missing }: ContractRule, { tests }: Sources): string[] {
  if (test === undefined)
    return differs === undefined && missing === undefined ? [`no test holds the rule "${rule}"`] : []
  const [file, title] = test
  return tests[file]?.includes(title) ? [] : [`${file} has no test "${title}" for the rule "${rule}"`]
}
