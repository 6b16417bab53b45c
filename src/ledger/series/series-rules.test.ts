import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../values/errors.ts'
import { dayOf } from '../../values/calendar.ts'
import { openTerms } from '../../../test/support/open-terms.ts'
import { decideSeriesTerms, type SeriesCircumstances, type StatedSeries } from './series-rules.ts'
import type { Series } from './terms.ts'

const nowS = 1_780_000_000
const dayS = 86_400
const needed = {
  code: 'S',
  description: 'Ten off',
  discountCode: 'TEN',
  smsTemplate: '',
  discountValue: 10,
  discountType: 'ABS',
  isAnyUser: false,
  clientHandlingType: 'DISC_CODE',
  expiryStrategy: 'SERIES_EXPIRY',
  expiryStrategyValue: undefined,
  validTillDateS: nowS + 10 * dayS,
  validTillDateTimeS: undefined,
  redemptionValidFromS: undefined,
  genericCode: undefined,
  info: undefined,
  tag: undefined,
} as const satisfies Partial<StatedSeries>
const least: StatedSeries = { ...openTerms, isResendMessageEnabled: true, ...needed }

const circumstances: SeriesCircumstances = {
  nowS,
  timeZone: 'Asia/Kolkata',
  organisation: { prefix: null, suffix: null },
  kept: undefined,
}

const decide = (fields: Partial<StatedSeries>, given: Partial<SeriesCircumstances> = {}) =>
  decideSeriesTerms({ ...least, ...fields }, { ...circumstances, ...given }, 'NEW')

function keptOf(fields: Partial<StatedSeries>, counters: Partial<Series> = {}): Series {
  return {
    ...decide(fields),
    budget: null,
    halt: null,
    issueValidFromS: null,
    id: 1,
    version: 1,
    orgId: 1,
    createdTillId: null,
    isImported: false,
    createdAtS: nowS,
    updatedAtS: nowS,
    issued: 0,
    redeemed: 0,
    lastIssuedAtS: null,
    lastRedeemedAtS: null,
    waitingCodes: 0,
    ...counters,
  }
}

function refusalOf(work: () => unknown): Refusal | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

const orNull = (value: fc.Arbitrary<number>) => fc.option(value, { nil: null })

describe('the terms of a series', () => {
  test('have a limit per code only if others may redeem and each coupon has its own code', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.constantFrom('DISC_CODE' as const, 'DISC_CODE_PIN' as const, 'GENERIC' as const),
        orNull(fc.integer({ min: 1, max: 2_147_483_647 })),
        (isAnyUser, clientHandlingType, limit) => {
          const genericCode = clientHandlingType === 'GENERIC' ? 'ALL' : undefined
          const fields = { isAnyUser, clientHandlingType, genericCode }
          const refusal = refusalOf(() => decide({ ...fields, maxRedemptionsPerCoupon: limit }))
          const isFine = limit === null || (isAnyUser && clientHandlingType !== 'GENERIC')
          expect(refusal === undefined).toBe(isFine)
          expect(refusal?.message ?? 'redemptionPerCouponMaxLimit').toContain('redemptionPerCouponMaxLimit')
        },
      ),
    )
  })

  test('are accepted in an edit exactly if no limit is below what is used', () => {
    const count = fc.nat(5)
    const limit = orNull(fc.integer({ min: 1, max: 6 }))
    fc.assert(
      fc.property(count, count, limit, limit, (issued, redeemed, maxIssued, maxRedeemed) => {
        const kept = keptOf({}, { issued, redeemed })
        const refusal = refusalOf(() => decide({ maxIssued, maxRedeemed }, { kept }))
        const isFine = issued <= (maxIssued ?? issued) && redeemed <= (maxRedeemed ?? redeemed)
        expect(refusal === undefined).toBe(isFine)
      }),
    )
  })

  test('end with the last second of the stated day of the organisation, never in the past', () => {
    const zone = fc.constantFrom('UTC', 'Asia/Kolkata', 'America/New_York', 'Pacific/Auckland')
    fc.assert(
      fc.property(fc.integer({ min: -5 * dayS, max: 400 * dayS }), zone, (inS, timeZone) => {
        const validTillDateS = nowS + inS
        const work = () => decide({ validTillDateS }, { timeZone })
        const isPast = dayOf(timeZone, validTillDateS) < dayOf(timeZone, nowS)
        expect(refusalOf(work) !== undefined).toBe(isPast)
        if (isPast) return
        const { validUntilS } = work()
        expect(dayOf(timeZone, validUntilS)).toBe(dayOf(timeZone, validTillDateS))
        expect(dayOf(timeZone, validUntilS + 1)).not.toBe(dayOf(timeZone, validUntilS))
      }),
    )
  })

  test('stay the same when an edit states them again', () => {
    const some = fc.record({
      expiryStrategy: fc.constantFrom('SERIES_EXPIRY' as const, 'DAYS' as const, 'MONTHS_END' as const),
      expiryStrategyValue: fc.nat(100),
      isAnyUser: fc.boolean(),
      discountValue: fc.nat(100),
      discountType: fc.constantFrom('ABS' as const, 'PERC' as const),
    })
    fc.assert(
      fc.property(some, (fields) => {
        const kept = keptOf(fields)
        const again = decide({ ...fields, code: kept.code }, { kept })
        expect(kept).toMatchObject(again)
        // This includes mandatory terms that an edit omits.
        const leftOut = Object.fromEntries(
          Object.keys({ ...fields, ...needed }).map((key) => [key, undefined]),
        )
        const { description, code } = least
        expect(decide({ ...leftOut, description, code }, { kept })).toEqual(again)
      }),
    )
  })

  test('define the organisation’s prefix, the stated one or none for codes', () => {
    const organisation = { prefix: 'ORG', suffix: null }
    const affix = (text: string | null, isEnabled: boolean, isOfOrganisation: boolean) => ({
      statedPrefix: text,
      isPrefixEnabled: isEnabled,
      isPrefixOfOrganisation: isOfOrganisation,
    })
    expect(decide(affix('P', true, false), { organisation }).codePrefix).toBe('P')
    expect(decide(affix('P', false, false), { organisation })).toMatchObject({
      codePrefix: '',
      statedPrefix: 'P',
    })
    expect(decide(affix('P', true, true), { organisation }).codePrefix).toBe('ORG')
    expect(decide(affix(null, false, true), { organisation }).codePrefix).toBe('ORG')
    expect(refusalOf(() => decide({ isSuffixOfOrganisation: true }, { organisation }))).toBeDefined()
  })

  test('include a generated series code if none is stated, and an empty one is refused', () => {
    expect(decide({ code: undefined }).code).toBe('NEW')
    expect(refusalOf(() => decide({ code: '' }))?.code).toBe(753)
    expect(refusalOf(() => decide({ code: undefined }, { kept: keptOf({}) }))?.code).toBe(753)
  })
})
