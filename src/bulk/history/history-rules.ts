import { quote } from '../../values/errors.ts'
import { parseInstantS } from '../../values/calendar.ts'
import {
  normaliseIdentifier,
  registrable,
  registrableIdentifier,
  type IdentifierType,
} from '../../values/identifier.ts'
import { trimmedText, withoutInvisible } from '../../values/trimmed-text.ts'
import { asciiDigits } from '../../values/typed-number.ts'
import { readCoupon } from './coupon-record-rules.ts'
import { BadRecord, Fields } from './field-rules.ts'
import type {
  AnswerRecords,
  CouponRecord,
  CustomerRecord,
  Doubt,
  IdentifierRecord,
  RecordCounts,
  RefusedRecord,
} from './history-record.ts'

/** The organisation's locale: days end in its time zone, and mobile numbers are read as numbers of its country. */
export interface Locality {
  readonly timeZone: string
  readonly country: string
}

export const notAnAnswer = 'not an answer of GET /v2/customers/coupons'

const maxNameLength = 200
const maxMicros = 999_999

/**
 * Reads the records of a saved answer; unreadable ones are returned with path and reason. Pure: comparison with the
 * database happens elsewhere.
 *
 * @param root the path of the answer in its file: `$`, `$[12]`, `line 12 $`.
 */
export function readAnswer(answer: unknown, root: string, locality: Locality): AnswerRecords {
  const customers: CustomerRecord[] = []
  const refused: RefusedRecord[] = []
  const warnings: Doubt[] = []
  const found = customersOf(answer)
  if (found === undefined) {
    return { customers, warnings, refused: [{ path: root, reason: notAnAnswer, holds: nothing }] }
  }
  for (const [at, one] of found.customers.entries()) {
    const path = `${root}.entity.customers[${at}]`
    try {
      customers.push(readCustomer(one, path, found.offset, locality, refused))
      warnings.push(...doubtsOf(customers.at(-1), locality.country))
    } catch (error) {
      if (!(error instanceof BadRecord)) throw error
      refused.push({ path, reason: error.message, holds: countRaw(one) })
    }
  }
  return { customers, refused, warnings }
}

/**
 * A recorded history is imported unchanged, so identifiers that registration would reject are kept: without them the
 * customer could not be found, and the coupons would be lost.
 */
function doubtsOf(customer: CustomerRecord | undefined, country: string): Doubt[] {
  return (customer?.identifiers ?? []).flatMap(({ type, shown }) =>
    registrableIdentifier(type, shown, country) === undefined
      ? [
          {
            path: customer?.path ?? '',
            reason: `${type} ${quote(shown)} is not ${registrable[type]}; it is stored as recorded`,
          },
        ]
      : [],
  )
}

const nothing: RecordCounts = { customers: 0, coupons: 0, redemptions: 0, reversals: 0, returns: 0 }

type Raw = Readonly<Record<string, unknown>> | null | undefined

function customersOf(answer: unknown): { customers: readonly unknown[]; offset: number } | undefined {
  const { entity, success } = (answer ?? {}) as { entity?: Raw; success?: unknown }
  const customers = entity?.['customers']
  if (success === false || !Array.isArray(customers)) return undefined
  const offset = Number((entity?.['pagination'] as Raw)?.['offset'] ?? 0)
  return { customers, offset: Number.isSafeInteger(offset) && offset > 0 ? offset : 0 }
}

function readCustomer(
  value: unknown,
  path: string,
  offset: number,
  { timeZone, country }: Locality,
  refused: RefusedRecord[],
): CustomerRecord {
  const fields = new Fields(value)
  const customer = {
    path,
    id: fields.id('id'),
    firstName: trimmedText(fields.optionalText('firstname', maxNameLength) ?? ''),
    lastName: trimmedText(fields.optionalText('lastname', maxNameLength) ?? ''),
    identifiers: readIdentifiers(fields, country),
  }
  const raw = fields.list('coupons', Number.MAX_SAFE_INTEGER)
  const isAscending = createdAtS(raw[0]) < createdAtS(raw.at(-1))
  const coupons: CouponRecord[] = []
  for (const [at, one] of raw.entries()) {
    const couponPath = `${path}.coupons[${at}]`
    // Coupons of one second keep the order of the file, whatever the order of their ids.
    const rank = Math.min(offset + at, maxMicros)
    const micros = isAscending ? rank : maxMicros - rank
    try {
      coupons.push(readCoupon(new Fields(one), couponPath, micros, timeZone))
    } catch (error) {
      if (!(error instanceof BadRecord)) throw error
      refused.push({ path: couponPath, reason: error.message, holds: countRawCoupon(one) })
    }
  }
  return { ...customer, coupons }
}

function createdAtS(value: unknown): number {
  const coupon = value as Raw
  const text = coupon?.['createdDateISO'] ?? coupon?.['createdDate']
  return (typeof text === 'string' ? parseInstantS(text) : undefined) ?? Number.NaN
}

function readIdentifiers(fields: Fields, country: string): IdentifierRecord[] {
  const found: IdentifierRecord[] = []
  const read = (type: IdentifierType, what: string, show: (text: string) => string): void => {
    const text = fields.optionalText(type, 320)
    if (text === null || text.trim() === '') return
    const value = normaliseIdentifier(type, text, country)
    if (value === undefined) throw fields.fail(type, `must be ${what}`)
    found.push({ type, value, shown: show(text) })
  }
  read('mobile', 'a mobile number', (text) => asciiDigits(text).replaceAll(/\D/g, ''))
  read('email', 'an e-mail address', trimmedText)
  read('externalId', 'an external id', withoutInvisible)
  return found
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const countRawReturns = (redemption: Raw): number =>
  redemption?.['returns'] === undefined
    ? Number(Number(redemption?.['discountReturned'] ?? 0) > 0)
    : listOf(redemption['returns']).length

function countRawCoupon(value: unknown): RecordCounts {
  const coupon = value as Raw
  const lists = [coupon?.['redemptions'], coupon?.['reversedRedemptions']].map(listOf)
  return {
    customers: 0,
    coupons: 1,
    redemptions: lists.flat().length,
    reversals: lists[1]?.length ?? 0,
    returns: lists.flat().reduce<number>((sum, one) => sum + countRawReturns(one as Raw), 0),
  }
}

function countRaw(value: unknown): RecordCounts {
  const coupons = (value as Raw)?.['coupons']
  const counts = { ...nothing, customers: 1 }
  for (const one of Array.isArray(coupons) ? coupons : []) {
    const held = countRawCoupon(one)
    counts.coupons += 1
    counts.redemptions += held.redemptions
    counts.reversals += held.reversals
    counts.returns += held.returns
  }
  return counts
}
