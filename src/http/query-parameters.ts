import { Type } from 'typebox'
import { badParameter } from '../values/errors.ts'

/**
 * Readers of query parameters. Empty values and the word `null` count as absent, a repeated key is an error unless the
 * parameter is a list, and an invalid value is refused with the parameter's name and the allowed values.
 */
export type Query = Readonly<Record<string, string | string[] | undefined>>

/**
 * The parameters of a URL as they were sent, for requests without a route. A `+` is literal, as programs send it in
 * mobile numbers.
 */
export function parametersOf(url: string): [name: string, value: string][] {
  const at = url.indexOf('?')
  return at === -1 ? [] : [...new URLSearchParams(url.slice(at + 1).replaceAll('+', '%2B'))]
}

/**
 * Schema of a parameter that is also accepted under other names. The document has only one name, because client
 * generators give `external_id` and `externalId` the same name.
 */
export const spelled = (description: string, ...others: readonly string[]) =>
  Type.Optional(Type.String({ description: `${description} Also ${others.join(', ')}.` }))

const isAbsent = (value: string | undefined): boolean =>
  value === undefined || value === '' || value === 'null'

function refuseControlCharacters(name: string, value: string): void {
  // PostgreSQL cannot store NUL; no code, name or number contains other control characters.
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001F]/.test(value)) throw badParameter(name, value, 'text without control characters')
}

/**
 * The value of a name. Programs vary the letter case of names, so an absent name is searched for case-insensitively.
 */
function under(query: Query, name: string): string | string[] | undefined {
  const value = query[name]
  if (value !== undefined) return value
  for (const key in query)
    if (key.length === name.length && key.toLowerCase() === name.toLowerCase()) return query[key]
  return undefined
}

const none: readonly string[] = []

/** All values of a parameter, whose key may be repeated, except empty ones; the word `null` is a value too. */
export function valuesAsGiven(query: Query, name: string): readonly string[] {
  const value = under(query, name)
  // A short cut, since most parameters are absent from most requests.
  if (value === undefined || value === '') return none
  const values = typeof value === 'string' ? [value] : value.filter((one) => one !== '')
  for (const one of values) refuseControlCharacters(name, one)
  return values
}

const valuesOf = (query: Query, name: string): readonly string[] =>
  valuesAsGiven(query, name).filter((one) => !isAbsent(one))

export function readText(query: Query, name: string): string | undefined {
  return theOne(name, valuesOf(query, name))
}

/** The same for a parameter that may be any text, including the word `null`. */
export function readGivenText(query: Query, name: string): string | undefined {
  return theOne(name, valuesAsGiven(query, name))
}

function theOne(name: string, given: readonly string[]): string | undefined {
  const [first] = given
  if (given.some((one) => one !== first))
    throw badParameter(name, [...new Set(given)].join(', '), 'give it once')
  return first
}

export function readInteger(
  query: Query,
  name: string,
  range: { min: number; max: number },
): number | undefined {
  const text = readText(query, name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^[+-]?\d{1,19}$/.test(text) || value < range.min || value > range.max) {
    throw badParameter(name, text, `a whole number from ${range.min} to ${range.max}`)
  }
  return value
}

const flags = new Map([
  ...['true', '1', 'yes'].map((text) => [text, true] as const),
  ...['false', '0', 'no'].map((text) => [text, false] as const),
])

/** Whether a text means true; undefined: neither true nor false. */
export const flagOf = (text: string): boolean | undefined => flags.get(text.toLowerCase())

export function readBoolean(query: Query, name: string): boolean | undefined {
  const text = readText(query, name)
  if (text === undefined) return undefined
  const value = flagOf(text)
  if (value === undefined) throw badParameter(name, text, 'true or false')
  return value
}

function oneOf<Value extends string>(name: string, text: string, allowed: readonly Value[]): Value {
  const value = allowed.find((one) => one.toLowerCase() === text.trim().toLowerCase())
  if (value === undefined) throw badParameter(name, text, `one of ${allowed.join(', ')}`)
  return value
}

export function readEnum<Value extends string>(
  query: Query,
  name: string,
  allowed: readonly Value[],
): Value | undefined {
  const text = readText(query, name)
  return text === undefined ? undefined : oneOf(name, text, allowed)
}

/** The key may be repeated, values may be separated by commas, or both. */
export function readList(
  query: Query,
  name: string,
  range: { maxItems: number; separator?: RegExp },
): string[] {
  const items = valuesOf(query, name)
    .flatMap((text) => text.split(range.separator ?? ','))
    .map((item) => item.trim())
    .filter((item) => !isAbsent(item))
  if (items.length > range.maxItems)
    throw badParameter(name, `${items.length} values`, `at most ${range.maxItems}`)
  return items
}

/** Like `readList`, for items of a set; `;` is a separator too. */
export function readEnumList<Value extends string>(
  query: Query,
  name: string,
  allowed: readonly Value[],
): Value[] {
  const items = readList(query, name, { maxItems: 100, separator: /[,;]/ })
  return [...new Set(items.map((item) => oneOf(name, item, allowed)))]
}
