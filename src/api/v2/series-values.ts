import { badParameter, quote, refuse } from '../../values/errors.ts'
import { maxAmount, readThousandths } from '../../values/amount.ts'
import { lastS, withinTimeS } from '../../values/calendar.ts'
import { parseStatedTimeS } from '../../values/stated-time.ts'
import { damageOfCode } from '../../values/spreadsheet-notation.ts'
import { given, readNumber, readPlainCode } from '../../http/fields.ts'

/** Readers of single fields of a series. Each returns the value, or undefined for an absent or null field. */

type Given<Value> = Value | null | undefined

/** The largest integer of the contract; larger values are refused, not wrapped around. */
export const maxInt = 2_147_483_647

export function readFlag(name: string, value: Given<boolean | string>): boolean | undefined {
  const stated = given(value)
  if (stated === undefined || typeof stated === 'boolean') return stated
  const lower = stated.toLowerCase()
  if (lower !== 'true' && lower !== 'false') throw badParameter(name, stated, 'true or false')
  return lower === 'true'
}

export function readEnum<Value extends string>(
  name: string,
  value: Given<string>,
  allowed: readonly Value[],
): Value | undefined {
  const stated = given(value)
  if (stated === undefined) return undefined
  const known = allowed.find((one) => one === stated.trim().toUpperCase())
  if (known === undefined) throw badParameter(name, stated, `one of ${allowed.join(', ')}`)
  return known
}

/** The same as a reader. */
export const readOneOf =
  <Value extends string>(...allowed: readonly Value[]) =>
  (name: string, value: Given<string>): Value | undefined =>
    readEnum(name, value, allowed)

export function readInteger(
  name: string,
  value: Given<number | string>,
  range: { min: number; max?: number },
): number | undefined {
  const stated = given(value)
  if (stated === undefined) return undefined
  const { min, max = maxInt } = range
  const number = readNumber(name, stated)
  if (!Number.isInteger(number) || number < min || number > max)
    throw badParameter(name, String(stated), `a whole number from ${min} to ${max}`)
  return number
}

/** Reads a limit. Null, like −1, means none. With `min` 0, zero is a limit that permits nothing. */
export function readLimit(name: string, value: Given<number | string>, min: 0 | 1 = 1): number | null {
  const stated = given(value)
  if (stated === undefined) return null
  const number = readNumber(name, stated)
  if (number === -1) return null
  if (!Number.isInteger(number) || number < min || number > maxInt) {
    throw badParameter(name, String(stated), `a whole number from ${min} to ${maxInt}, or -1 for no limit`)
  }
  return number
}

/** Reads a gap in days; −1, 0 or null means none. */
export function readGap(name: string, value: Given<number | string>): number | null {
  return readLimit(name, value, 0) || null
}

/** Reads an amount or a percentage with at most three decimals. */
export function readDecimal(name: string, value: Given<number | string>): number | undefined {
  const stated = given(value)
  if (stated === undefined) return undefined
  const typed = readNumber(name, stated)
  const number = readThousandths(stated)
  // A term is refused rather than rounded, since it would become a different term.
  if (number === undefined || number !== typed) {
    throw badParameter(name, String(stated), `0 to ${maxAmount}, with at most three decimals`)
  }
  return number
}

/** Reads a bound of the bill. −1 or null means none, and for the upper bound also 0 or the largest exact integer. */
export function readBillBound(name: string, value: Given<number | string>, isUpper: boolean): number | null {
  const stated = given(value)
  if (stated === undefined) return null
  const number = readNumber(name, stated)
  if (number === -1 || (isUpper && (number === 0 || number === Number.MAX_SAFE_INTEGER))) return null
  return readDecimal(name, stated) ?? null
}

/** Reads ISO 8601 (without an offset in the organisation's time zone), or epoch milliseconds. */
export function readInstantS(
  name: string,
  value: Given<number | string>,
  timeZone: string,
): number | undefined {
  const stated = given(value)
  if (stated === undefined) return undefined
  const text = String(stated)
  // A short text of digits is a day without hyphens or a year, not an instant.
  const isEpochMs = typeof stated === 'number' ? /^\d+$/.test(text) : /^\d{12,16}$/.test(text)
  const epochS = isEpochMs ? Math.floor(Number(text) / 1000) : parseStatedTimeS(text, timeZone)
  if (epochS === undefined || epochS < 0 || epochS > lastS)
    throw badParameter(name, text, 'a time in ISO 8601 that there is, from 1970 to 9999')
  return withinTimeS(timeZone, epochS)
}

/** Reads text with line breaks, which may be empty. */
export function readLines(name: string, value: Given<string>, maxLength: number): string | undefined {
  if (value === undefined || value === null) return undefined
  // PostgreSQL stores neither NUL nor unpaired surrogates.
  // oxlint-disable-next-line no-control-regex
  if (value.length > maxLength || /[\u0000-\u0008\u000B\u000C\u000E-\u001F\p{Surrogate}]/u.test(value)) {
    throw badParameter(name, value, `at most ${maxLength} characters without control characters`)
  }
  return value
}

/** Reads the prefix or suffix of a code. */
export function readAffixText(name: string, value: Given<string>): string | null {
  const stated = given(value)
  if (stated === undefined) return null
  if (!/^[A-Za-z0-9_-]{1,10}$/.test(stated)) {
    throw badParameter(name, stated, 'at most 10 letters, digits, - and _')
  }
  return stated
}

/** Empty where it is stated so. */
export const readSeriesCode = (name: string, value: Given<string | number>): string | undefined =>
  value === undefined || value === null ? undefined : readPlainCode(name, value)

/** The same for a code for customers. @throws Refusal 633 for a code damaged by a spreadsheet. */
export function readGenericCode(name: string, value: Given<string | number>): string | undefined {
  const code = readSeriesCode(name, value)
  const damage = code === undefined ? undefined : damageOfCode(code)
  if (damage !== undefined) throw refuse.codeInvalid(`The code ${quote(code ?? '')} ${damage}`)
  return code
}

/** Reads the number of random characters; 0 or −1: the default. */
export function readCodeLength(name: string, value: Given<number | string>): number {
  const stated = given(value)
  if (stated === undefined) return 0
  const length = readNumber(name, stated)
  if (length === 0 || length === -1) return 0
  if (!Number.isInteger(length) || length < 4 || length > 40)
    throw badParameter(name, String(stated), '4 to 40, or 0 for the default')
  return length
}
