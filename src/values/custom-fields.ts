/** The most custom fields that one request may give a redemption, and the lengths of their names and values. */
export const customFieldLimits = { count: 50, name: 100, value: 1_000 } as const

/** A redemption can have more fields than one request may give, since each change adds to its fields. */
const maxKept = 1_000

export type CustomFields = Readonly<Record<string, string>>
type Scalar = string | number | boolean | null

/** An element of a list: `{name, value}`, or an object whose keys are names. */
function pairsOf<Value>(one: Readonly<Record<string, Value>>): (readonly [name: string, value: Value])[] {
  const { name, value } = one
  const isNamed = typeof name === 'string' && value !== undefined && Object.keys(one).length === 2
  return isNamed ? [[name, value]] : Object.entries(one)
}

/** The names and values of custom fields, which are given as an object or as a list of objects. */
export function customFieldPairs<Value>(
  fields: Readonly<Record<string, Value>> | readonly Readonly<Record<string, Value>>[],
): (readonly [name: string, value: Value])[] {
  return Array.isArray(fields)
    ? fields.flatMap(pairsOf<Value>)
    : Object.entries(fields as Record<string, Value>)
}

/** The database stores neither U+0000 nor unpaired surrogates. */
const unstorable = /[\0\p{Surrogate}]/u

const isText = (text: string, maxLength: number): boolean =>
  text.length <= maxLength && !unstorable.test(text)
const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)
const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Custom fields as another ledger or an export of this one states them; undefined: the value is something else. */
export function recordedCustomFields(value: unknown): CustomFields | undefined {
  const list = Array.isArray(value) ? (value as unknown[]) : [value]
  if (!list.every(isFields)) return undefined
  const pairs = customFieldPairs(Array.isArray(value) ? list : (list[0] ?? {}))
  const texts = pairs.flatMap(([name, one]): (readonly [string, string])[] =>
    isScalar(one) ? [[name, String(one ?? '')]] : [],
  )
  const isSound =
    texts.length === pairs.length &&
    texts.length <= maxKept &&
    texts.every(
      ([name, text]) => isText(name, customFieldLimits.name) && isText(text, customFieldLimits.value),
    )
  return isSound ? Object.fromEntries(texts) : undefined
}
