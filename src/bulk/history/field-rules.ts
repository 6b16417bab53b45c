import { maxAmount as maxStoredAmount, readThousandths } from '../../values/amount.ts'
import { quote } from '../../values/errors.ts'
import { parseInstantS } from '../../values/calendar.ts'
import { recordedCustomFields, type CustomFields } from '../../values/custom-fields.ts'
import { isId, maxId } from '../../values/ids.ts'

/** Why a record cannot be imported. Caught where the record is refused. */
export class BadRecord extends Error {
  override name = 'BadRecord'
}

/** The database stores neither U+0000 nor unpaired surrogates. */
const unstorable = /[\0\p{Surrogate}]/u
const maxAmount = 1e12
const earliestS = Date.UTC(1900, 0) / 1000

function show(value: unknown): string {
  return value === undefined ? 'absent' : quote(typeof value === 'string' ? value : JSON.stringify(value))
}

/** Reads the fields of a JSON object. Every method throws BadRecord with the field's name and value. */
export class Fields {
  readonly #object: Readonly<Record<string, unknown>>
  readonly #prefix: string

  /** @param prefix precedes the field names in a reason, e.g. `redemptions[2].` */
  constructor(value: unknown, prefix = '') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new BadRecord(
        `${prefix.replace(/\.$/, '') || 'the record'} must be an object, not ${show(value)}`,
      )
    }
    this.#object = value as Record<string, unknown>
    this.#prefix = prefix
  }

  has(key: string): boolean {
    return (this.#object[key] ?? null) !== null
  }

  fail(key: string, rule: string): BadRecord {
    return new BadRecord(`${this.#prefix}${key} ${rule}, not ${show(this.#object[key])}`)
  }

  /** Null if absent. */
  optionalText(key: string, maxLength: number): string | null {
    const value = this.#object[key] ?? null
    if (value === null) return null
    if (typeof value !== 'string') throw this.fail(key, 'must be a string')
    if (value.length > maxLength) throw this.fail(key, `must have at most ${maxLength} characters`)
    if (unstorable.test(value)) throw this.fail(key, 'must be text without U+0000 and broken characters')
    return value
  }

  text(key: string, maxLength: number): string {
    const value = this.optionalText(key, maxLength)
    if (value === null) throw this.fail(key, 'must be a string')
    return value
  }

  /** @param max lower if new ids need room above it. */
  id(key: string, max = maxId): number {
    const value = this.#object[key]
    if (!isId(value) || value > max) throw this.fail(key, `must be a whole number from 1 to ${max}`)
    return value
  }

  integer(key: string, min: number, max: number): number {
    const value = this.#object[key]
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      throw this.fail(key, `must be a whole number from ${min} to ${max}`)
    }
    return value
  }

  /** Not negative, with at most three decimals: what the database stores exactly. */
  amount(key: string): number {
    const value = this.#object[key]
    if (
      typeof value !== 'number' ||
      !(value >= 0 && value < maxAmount) ||
      Number(value.toFixed(3)) !== value
    ) {
      throw this.fail(key, 'must be a number that is not negative and has at most three decimals')
    }
    return value
  }

  /** False if absent. */
  isTrue(key: string): boolean {
    const value = this.#object[key] ?? false
    if (typeof value !== 'boolean') throw this.fail(key, 'must be true or false')
    return value
  }

  instantS(key: string): number {
    const value = this.#object[key]
    const epochS = typeof value === 'string' && value.length <= 40 ? parseInstantS(value) : undefined
    if (epochS === undefined || epochS < earliestS) {
      throw this.fail(key, 'must be an instant such as 2025-08-19T16:52:11Z')
    }
    return epochS
  }

  /** The first of the two fields that is present; the last is mandatory. */
  firstInstantS(keys: readonly [string, string]): number {
    return this.instantS(this.has(keys[0]) ? keys[0] : keys[1])
  }

  /** Empty if absent. */
  list(key: string, maxLength: number): readonly unknown[] {
    const value = this.#object[key] ?? []
    if (!Array.isArray(value)) throw this.fail(key, 'must be an array')
    if (value.length > maxLength) {
      throw new BadRecord(
        `${this.#prefix}${key} must have at most ${maxLength} elements, not ${value.length}`,
      )
    }
    return value
  }

  /** A number, or the text of one, to the thousandth. Null if absent. */
  optionalAmount(key: string): number | null {
    if (!this.has(key)) return null
    const value = this.#object[key]
    const amount = typeof value === 'number' || typeof value === 'string' ? readThousandths(value) : undefined
    if (amount === undefined) throw this.fail(key, `must be an amount of 0 to ${maxStoredAmount}`)
    return amount
  }

  /** Null if absent. */
  customFields(key: string): CustomFields | null {
    if (!this.has(key)) return null
    const fields = recordedCustomFields(this.#object[key])
    if (fields === undefined) throw this.fail(key, 'must be an object of names and texts')
    return fields
  }

  object(key: string): Fields {
    return new Fields(this.#object[key], `${this.#prefix}${key}.`)
  }

  element(key: string, index: number, value: unknown): Fields {
    return new Fields(value, `${this.#prefix}${key}[${index}].`)
  }
}
