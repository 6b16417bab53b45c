import { describe, expect, test } from 'vitest'
import { endOfDayS } from '../../src/values/calendar.ts'
import { createTestContext, createTestOrganisation, createTestServer } from '../support/harness.ts'
import { seedCoupon, seedCustomer, seedSeries, type SeedCoupon, type SeedSeries } from '../support/seed.ts'

const now = '2026-06-01T10:00:00Z'
const context = await createTestContext()
const { queries } = context.database

const serverAt = (instant: string) =>
  createTestServer({
    ...context,
    fixedNow: new Date(instant),
    lanes: { ...context.lanes, history: new Map() },
  })

interface Coupon {
  code: string
  redemptionCount: number
  redemptionsLeft: number
  redemptionStatus: { status: boolean; code: number; message: string }
}

async function prepare(timeZone = 'UTC', isBlocked = false) {
  const org = await createTestOrganisation(context, { timeZone })
  const customerId = await seedCustomer(queries, org.orgId, { isBlocked })
  const coupon = async (code: string, terms: SeedSeries = {}, given: Partial<SeedCoupon> = {}) => {
    const seriesId = given.seriesId ?? (await seedSeries(queries, org.orgId, terms))
    // Codes are unique in an organisation, so that they can name the cases.
    await seedCoupon(queries, org.orgId, { customerId, code, ...given, seriesId })
    return seriesId
  }
  const list = async (query = '', instant = now) => {
    const app = await serverAt(instant)
    const answer = await app.inject({
      url: `/v2/customers/coupons?id=${customerId}&include=redemptionStatus&coupon_code_case=AS_IT_IS&${query}`,
      headers: { authorization: org.authorization },
    })
    expect(answer.statusCode, answer.body).toBe(200)
    return answer.json<{ entity: { customers: [{ coupons: Coupon[] }] } }>().entity.customers[0].coupons
  }
  const codes = async (query = '', instant = now) =>
    (await list(query, instant))
      .map(({ code }) => code)
      .sort()
      .join(' ')
  return { ...org, customerId, coupon, list, codes }
}

const past = new Date('2026-05-31T23:59:59Z')
const use = (reversedAt: Date | null = null) => ({ redeemedAt: new Date('2026-05-20T09:00:00Z'), reversedAt })

describe('status', () => {
  test('lists exactly the coupons that are so, for one status and for several joined by comma, semicolon or repetition', async () => {
    const { coupon, codes } = await prepare()
    await coupon('au')
    await coupon('ar', {}, { redemptions: [use()] })
    await coupon('eu', {}, { validUntil: past })
    await coupon('er', {}, { validUntil: past, redemptions: [use()] })
    await coupon('back', {}, { redemptions: [use(past)] })
    await coupon('gone', {}, { revokedAt: past })
    for (const [query, expected] of [
      ['', 'ar au back er eu'],
      ['status=ACTIVE', 'ar au back'],
      ['status=EXPIRED', 'er eu'],
      ['status=REDEEMED', 'ar er'],
      ['status=UNREDEEMED', 'au back eu'],
      ['status=ACTIVE_REDEEMED', 'ar'],
      ['status=ACTIVE_UNREDEEMED', 'au back'],
      ['status=EXPIRED_REDEEMED', 'er'],
      ['status=EXPIRED_UNREDEEMED', 'eu'],
      ['status=REDEEMABLE', 'ar au back'],
      ['status=REVOKED', 'gone'],
      ['status=Active_Unredeemed', 'au back'],
      ['status=active_redeemed,EXPIRED_UNREDEEMED', 'ar eu'],
      ['status=active_redeemed;Expired_Unredeemed', 'ar eu'],
      ['status=ACTIVE_REDEEMED&status=EXPIRED_UNREDEEMED', 'ar eu'],
      ['status=ACTIVE_REDEEMED,%20ACTIVE_REDEEMED;EXPIRED_REDEEMED&status=REVOKED', 'ar er gone'],
      ['status=ACTIVE,EXPIRED', 'ar au back er eu'],
      ['status=REDEEMABLE,EXPIRED_REDEEMED', 'ar au back er'],
      ['status=REDEEMED,UNREDEEMED,REVOKED', 'ar au back er eu gone'],
      ['status=', 'ar au back er eu'],
      ['status=null', 'ar au back er eu'],
      ['status=,;', 'ar au back er eu'],
    ] as const) {
      expect(await codes(query), query).toBe(expected)
    }
  })

  test('applies to coupons that are requested by code, in any letter case, only if it is given', async () => {
    const { queries: db } = context.database
    const { coupon, codes, orgId, customerId, list } = await prepare()
    await coupon('one', {}, { redemptions: [use(), use(past)] })
    const shared = await coupon('two')
    await db.updateTable('coupons').set({ is_shared: true }).where('series_id', '=', shared).execute()
    await coupon('gone', {}, { revokedAt: past })
    await coupon('other')
    const somebodyElse = await seedCustomer(queries, orgId)
    await coupon('theirs', {}, { customerId: somebodyElse })
    expect(customerId).not.toBe(somebodyElse)
    for (const [query, expected] of [
      ['coupon_codes=ONE', 'one'],
      ['coupon_codes=one,Two,GONE,theirs,nowhere', 'gone one two'],
      ['coupon_codes=one,gone&status=REVOKED', 'gone'],
      ['coupon_codes=one,two,gone&status=REDEEMED', 'one'],
      ['coupon_codes=one,two&transaction_numbers=nothing', ''],
      ['coupon_codes=theirs', ''],
      ['coupon_codes=', 'one other two'],
    ] as const) {
      expect(await codes(query), query).toBe(expected)
    }
    expect(await list('coupon_codes=one')).toMatchObject([
      { redemptions: [{}], reversedRedemptions: [{}], redemptionStatus: { code: 700 } },
    ])
  })

  test.each([
    ['UTC', '2026-06-11', '2026-06-11T23:59:59Z'],
    ['Asia/Kolkata', '2026-06-11', '2026-06-11T18:29:59Z'],
    ['Europe/Berlin', '2026-06-11', '2026-06-11T21:59:59Z'],
    ['Europe/Berlin', '2026-12-11', '2026-12-11T22:59:59Z'],
    ['Europe/Berlin', '2026-10-25', '2026-10-25T22:59:59Z'],
    ['America/New_York', '2026-03-08', '2026-03-09T03:59:59Z'],
  ])(
    'shows in %s that a coupon with the last day %s works until %s, the last second included',
    async (timeZone, day, lastInstant) => {
      const { coupon, codes, list } = await prepare(timeZone)
      const validUntil = new Date(endOfDayS(timeZone, day) * 1000)
      expect(validUntil.toISOString()).toBe(lastInstant.replace('Z', '.000Z'))
      await coupon('one', {}, { validUntil })
      await coupon('series', { valid_until: validUntil })
      expect(await codes('status=ACTIVE', lastInstant)).toBe('one series')
      expect(await codes('status=REDEEMABLE', lastInstant)).toBe('one series')
      expect(await codes('status=EXPIRED', lastInstant)).toBe('')
      expect((await list('', lastInstant)).map((one) => one.redemptionStatus.code)).toEqual([700, 700])
      const after = new Date(validUntil.getTime() + 1_000).toISOString()
      expect(await codes('status=EXPIRED', after)).toBe('one')
      expect(await codes('status=REDEEMABLE', after)).toBe('')
      const verdicts = (await list('', after)).map(({ code, redemptionStatus }) => [
        code,
        redemptionStatus.code,
      ])
      expect(Object.fromEntries(verdicts)).toEqual({ one: 713, series: 712 })
      expect(await codes('status=EXPIRED', new Date(validUntil.getTime() + 1).toISOString())).toBe('one')
    },
  )

  test('REDEEMABLE agrees with redemptionStatus for every rule that a history can break', async () => {
    const { coupon, list, codes } = await prepare()
    const otherDay = [2, 3]
    await coupon('700')
    await coupon('660', {}, { revokedAt: past })
    await coupon('712', { valid_until: past })
    await coupon('713', {}, { validUntil: past })
    await coupon('739-from', { redemption_valid_from: new Date('2026-06-01T10:00:01Z') })
    await coupon(
      '739-days',
      { redemption_valid_after_days: 1 },
      { createdAt: new Date('2026-06-01T00:00:00Z') },
    )
    await coupon('729-day', { redemption_days_of_month: otherDay })
    await coupon('729-weekday', { redemption_days_of_week: otherDay })
    await coupon('729-hour', { redemption_hours: [9, 11] })
    await coupon('711', { is_multiple_use_allowed: false }, { redemptions: [use()] })
    await coupon('711-own', {}, { maxRedeemed: 1, redemptions: [use()] })
    await coupon('716', { is_same_user_multiple_redeem: false }, { redemptions: [use()] })
    await coupon('696', { max_redemptions_per_coupon: 2 }, { redemptions: [use(), use()] })
    await coupon('696-own', {}, { maxRedeemed: 2, redemptions: [use(), use()] })
    await coupon('736', { max_redemptions_per_customer: 1 }, { redemptions: [use()] })
    const lastSecond = new Date('2026-05-31T10:00:00.400Z')
    await coupon(
      '700-gap',
      { min_days_between_redemptions: 1 },
      { redemptions: [{ redeemedAt: lastSecond }] },
    )
    const early = new Date('2026-05-31T10:00:01Z')
    await coupon('738', { min_days_between_redemptions: 1 }, { redemptions: [{ redeemedAt: early }] })
    await coupon('728', { max_redeemed: 1 }, { redemptions: [use()] })
    const found = await list('status=ACTIVE,EXPIRED,REVOKED')
    expect(found).toHaveLength(18)
    for (const { code, redemptionStatus } of found) {
      expect(redemptionStatus.code, code).toBe(Number(code.slice(0, 3)))
      expect(redemptionStatus.status, code).toBe(code.startsWith('700'))
      expect(redemptionStatus.message).not.toBe('')
    }
    expect(await codes('status=REDEEMABLE')).toBe('700 700-gap')
  })

  test('REDEEMABLE lists nothing for a blocked customer', async () => {
    const { coupon, list, codes } = await prepare('UTC', true)
    await coupon('one')
    expect(await codes('status=REDEEMABLE')).toBe('')
    expect((await list()).map((one) => one.redemptionStatus.code)).toEqual([742])
  })
})

describe('redemptionsLeft', () => {
  test('is the smallest of the applicable limits, -1 without any and at least 0', async () => {
    const { coupon, list, orgId } = await prepare()
    const other = await seedCustomer(queries, orgId)
    const byOther = { ...use(), customerId: other }
    await coupon('-1', {}, { redemptions: [use(), use()] })
    await coupon('1 untouched single', { is_multiple_use_allowed: false })
    await coupon('0 used single', { is_multiple_use_allowed: false }, { redemptions: [use()] })
    await coupon('1 reversed single', { is_multiple_use_allowed: false }, { redemptions: [use(past)] })
    await coupon('5 series', { max_redeemed: 5 })
    await coupon('4 series by anyone', { max_redeemed: 5 }, { redemptions: [byOther] })
    await coupon('3 customer', { max_redemptions_per_customer: 4 }, { redemptions: [use(), byOther] })
    await coupon('2 code by anyone', { max_redemptions_per_coupon: 4 }, { redemptions: [use(), byOther] })
    await coupon('1 own', {}, { maxRedeemed: 2, redemptions: [use()] })
    await coupon(
      '0 expired keeps its limits',
      { max_redeemed: 1 },
      { validUntil: past, redemptions: [use()] },
    )
    await coupon('7 expired', { max_redeemed: 7 }, { validUntil: past })
    await coupon(
      '2 of all kinds',
      { max_redeemed: 9, max_redemptions_per_customer: 3, max_redemptions_per_coupon: 5 },
      { maxRedeemed: 4, redemptions: [use(), byOther, use(past)] },
    )
    await coupon('1 single beats others', { is_multiple_use_allowed: false, max_redeemed: 8 })
    for (const { code, redemptionsLeft } of await list()) {
      expect(redemptionsLeft, code).toBe(Number(code.split(' ')[0]))
    }
  })

  test('counts the redemptions of the customer and of the series on all coupons', async () => {
    const { coupon, list } = await prepare()
    const seriesId = await coupon(
      'first',
      { max_redemptions_per_customer: 5 },
      { redemptions: [use(), use()] },
    )
    await coupon('second', {}, { seriesId })
    const found = (await list()).toSorted((a, b) => a.redemptionCount - b.redemptionCount)
    expect(found.map((one) => [one.redemptionCount, one.redemptionsLeft])).toEqual([
      [0, 3],
      [2, 3],
    ])
  })

  test('is 0, not negative, if an edit has set a limit below the number of uses', async () => {
    const { coupon, list } = await prepare()
    await coupon('over', { max_redemptions_per_coupon: 1 }, { redemptions: [use(), use(), use()] })
    expect((await list()).map((one) => one.redemptionsLeft)).toEqual([0])
  })
})
