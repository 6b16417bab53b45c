import type { CustomFields } from '../../values/custom-fields.ts'
import { quote } from '../../values/errors.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { identifierTypes, type IdentifierType } from '../../values/identifier.ts'
import type {
  CouponRecord,
  CustomerRecord,
  PlaceRecord,
  RedemptionRecord,
  SeriesRecord,
} from './history-record.ts'
import {
  identifierKey,
  type Known,
  type KnownCoupon,
  type KnownCustomer,
  type KnownRedemption,
  type KnownSeries,
} from './known.ts'

/**
 * Compares records with the ledger, one by one in the order of the file, and adds each new one to the known records:
 * duplicates within a batch are judged like those across batches. Pure.
 */

/** A reason for refusing the record; null: it already exists; undefined: it is new. */
export type Verdict = string | null | undefined

const typeNames: Record<IdentifierType, string> = {
  mobile: 'mobile',
  email: 'e-mail',
  externalId: 'external id',
}

/** Judges a customer record; a new one is then known. */
export function judgeCustomer(record: CustomerRecord, known: Known): Verdict {
  const there = known.customers.get(record.id)
  if (there !== undefined) return describeOtherCustomer(record, there) ?? null
  for (const identifier of record.identifiers) {
    const owner = known.owners.get(identifierKey(identifier))
    if (owner !== undefined) {
      return `${typeNames[identifier.type]} ${quote(identifier.shown)} belongs to customer ${owner}`
    }
  }
  for (const identifier of record.identifiers) known.owners.set(identifierKey(identifier), record.id)
  known.customers.set(record.id, { ...record, mergedInto: null, identifiers: [...record.identifiers] })
  return undefined
}

function describeOtherCustomer(record: CustomerRecord, there: KnownCustomer): string | undefined {
  const differ = (what: string, old: string | undefined, now: string | undefined) =>
    `customer ${record.id} is there with ${what} ${old === undefined ? 'absent' : quote(old)}, here it is ${
      now === undefined ? 'absent' : quote(now)
    }`
  if (there.mergedInto !== null)
    return `customer ${record.id} was merged into customer ${there.mergedInto}, who has the coupons`
  for (const [what, key] of [
    ['first name', 'firstName'],
    ['last name', 'lastName'],
  ] as const) {
    if (there[key] !== record[key]) return differ(what, there[key], record[key])
  }
  for (const type of identifierTypes) {
    const old = there.identifiers.filter((one) => one.type === type).map((one) => one.value)
    const now = record.identifiers.find((one) => one.type === type)?.value
    if (now === undefined ? old.length > 0 : !old.includes(now)) return differ(typeNames[type], old[0], now)
  }
  return undefined
}

/** Judges a coupon record of a known customer; a new one is then known, with its series and stores. */
export function judgeCoupon(record: CouponRecord, customerId: number, known: Known): Verdict {
  const { id, series, redemptions } = record
  const there = known.coupons.get(id)
  const knownSeries = known.series.get(series.id)
  const otherSeries = knownSeries && describeOtherSeries(series, knownSeries)
  if (there !== undefined) return describeOtherCoupon(record, customerId, there) ?? otherSeries ?? null

  const holder = known.codes.get(codeKey(record.code))
  if (holder !== undefined) {
    const owner = known.coupons.get(holder)?.customerId ?? null
    const whose = owner === null ? 'which is not given away yet' : `of customer ${owner}`
    return `code ${quote(record.code)} belongs to coupon ${holder} ${whose}`
  }
  for (const redemption of redemptions) {
    const other = known.redemptions.get(redemption.id)
    if (other !== undefined) return `redemption ${redemption.id} belongs to coupon ${other}`
  }
  if (otherSeries !== undefined) return otherSeries
  const standing = redemptions.filter((one) => one.reversedAtS === null).length
  const full = knownSeries ? describeFullSeries(knownSeries, standing) : describeTakenCode(series, known)
  if (full !== undefined) return full

  if (knownSeries === undefined) {
    const limits = { issuesLeft: Number.POSITIVE_INFINITY, redemptionsLeft: Number.POSITIVE_INFINITY }
    known.series.set(series.id, { terms: series, ...limits })
    known.seriesCodes.set(String(series.id), series.id)
  } else {
    knownSeries.issuesLeft -= 1
    knownSeries.redemptionsLeft -= standing
  }
  known.coupons.set(id, { ...stateOf(record), customerId })
  known.codes.set(codeKey(record.code), id)
  for (const redemption of redemptions) known.redemptions.set(redemption.id, id)
  return undefined
}

/** The stores that a record names. */
export function placesOf({ place, redemptions }: CouponRecord): PlaceRecord[] {
  return [place, ...redemptions.map((one) => one.place)].filter((one) => one !== null)
}

function stateOf(record: CouponRecord): Omit<KnownCoupon, 'customerId'> {
  return {
    seriesId: record.series.id,
    code: record.code,
    createdAtS: record.createdAtS,
    validUntilS: record.validUntilS,
    transactionNumber: record.transactionNumber,
    maxRedeemed: record.maxRedeemed,
    storeCode: record.place?.code ?? null,
    redemptions: new Map(record.redemptions.map((one) => [one.id, redemptionState(one)])),
  }
}

export function redemptionState(record: RedemptionRecord): KnownRedemption {
  return { ...record, keepsDiscount: record.discountKept !== null, storeCode: record.place?.code ?? null }
}

function describeTakenCode({ id }: SeriesRecord, known: Known): string | undefined {
  const other = known.seriesCodes.get(String(id))
  return other === undefined
    ? undefined
    : `series ${id} would get the code "${id}", which belongs to series ${other}`
}

function describeFullSeries(there: KnownSeries, standing: number): string | undefined {
  if (there.issuesLeft < 1) return `series ${there.terms.id} is issued up to its limit`
  return there.redemptionsLeft < standing ? `series ${there.terms.id} is redeemed up to its limit` : undefined
}

export function describeOtherSeries(record: SeriesRecord, { terms }: KnownSeries): string | undefined {
  for (const key of [
    'description',
    'discountType',
    'discountValue',
    'discountUpto',
    'customProperties',
  ] as const) {
    if (JSON.stringify(terms[key]) === JSON.stringify(record[key])) continue
    const name = key === 'customProperties' ? 'customProperty' : key
    return `series ${record.id} is there with ${name} ${show(terms[key])}, here it is ${show(record[key])}`
  }
  return undefined
}

const show = (value: unknown): string =>
  value === null || value === undefined
    ? 'absent'
    : typeof value === 'number'
      ? String(value)
      : quote(typeof value === 'string' ? value : JSON.stringify(value))

const instantOf = (epochS: number | null): string | null =>
  epochS === null ? null : new Date(epochS * 1000).toISOString().replace('.000', '')

type Field = readonly [name: string, there: string | number | null, here: string | number | null]

export function describeOtherCoupon(
  record: CouponRecord,
  customerId: number,
  there: KnownCoupon,
): string | undefined {
  const here = stateOf(record)
  const fields: Field[] = [
    ['customer', there.customerId, customerId],
    ['series', there.seriesId, here.seriesId],
    ['code', codeKey(there.code), codeKey(here.code)],
    ['createdDate', instantOf(there.createdAtS), instantOf(here.createdAtS)],
    ['validity', instantOf(there.validUntilS), instantOf(here.validUntilS)],
    ['transactionNumber', there.transactionNumber, here.transactionNumber],
    ['store', there.storeCode, here.storeCode],
    ['own limit', there.maxRedeemed, here.maxRedeemed],
  ]
  for (const id of new Set([...there.redemptions.keys(), ...here.redemptions.keys()])) {
    fields.push(...redemptionFields(id, there.redemptions.get(id), here.redemptions.get(id)))
  }
  const different = fields.find(([, old, now]) => old !== now)
  if (different === undefined) return undefined
  const [name, old, now] = different
  return `coupon ${record.id} is there with ${name} ${show(old)}, here it is ${show(now)}`
}

function redemptionFields(
  id: number,
  there: KnownRedemption | undefined,
  here: KnownRedemption | undefined,
): Field[] {
  if (there === undefined || here === undefined) {
    return [[`redemption ${id}`, there ? 'there' : null, here ? 'there' : null]]
  }
  // Saved answers omit the number of a reversed redemption, and most omit the custom fields and the discount.
  const fields = [fieldsText(there.customFields), fieldsText(here.customFields)] as const
  const amounts = [amountText(there.discountAmount), amountText(here.discountAmount)] as const
  const returned = [amountText(there.discountReturned), amountText(here.discountReturned)] as const
  const numbers = [there.transactionNumber, here.transactionNumber] as const
  return [
    [`the date of redemption ${id}`, instantOf(there.redeemedAtS), instantOf(here.redeemedAtS)],
    [`the store of redemption ${id}`, there.storeCode, here.storeCode],
    [`the reversal of redemption ${id}`, instantOf(there.reversedAtS), instantOf(here.reversedAtS)],
    [`the transactionNumber of redemption ${id}`, numbers[0] ?? numbers[1], numbers[1] ?? numbers[0]],
    [`the customFields of redemption ${id}`, fields[0] ?? fields[1], fields[1] ?? fields[0]],
    [`the discountAmount of redemption ${id}`, amounts[0] ?? amounts[1], amounts[1] ?? amounts[0]],
    [`the discountReturned of redemption ${id}`, returned[0] ?? '0', returned[1] ?? returned[0] ?? '0'],
  ]
}

const amountText = (amount: number | null): string | null => (amount === null ? null : String(amount))

/** Fields in the order of their names; null: none are stated. */
const fieldsText = (fields: CustomFields | null): string | null =>
  fields === null
    ? null
    : JSON.stringify(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)))
