import { beforeAll, expect, test } from 'vitest'
import type { App } from '../../src/http/app.ts'
import { loadDemo } from '../../src/operate/demo/load-demo.ts'
import { basic, createTestContext, createTestServer } from '../../test/support/harness.ts'
import type { Series, StatedSeries } from '../src/api/types.ts'
import { formatsOf } from '../src/parts/format.ts'
import { fieldError } from '../src/pages/series/series-errors.ts'
import { bodyOf, copyOf, fieldsOf, newFields, typedFields } from '../src/pages/series/series-fields.ts'

const formats = formatsOf('UTC', null)
const headers = { authorization: basic('demo.till', 'demo') }

let app: App
beforeAll(async () => {
  const context = await createTestContext()
  await loadDemo(context)
  app = await createTestServer(context)
})

async function listSeries(): Promise<Series[]> {
  const { series } = (await app.inject({ url: '/admin/v1/series?limit=500&sort=id', headers })).json<{
    series: Series[]
  }>()
  return series
}

async function save(body: StatedSeries, id?: number) {
  const url = id === undefined ? '/v2/coupon/series' : `/v2/coupon/series/${id}`
  const method = id === undefined ? 'POST' : 'PUT'
  const accept = 'application/problem+json'
  return app.inject({ method, url, headers: { ...headers, accept }, payload: { CouponSeriesV2: body } })
}

/** Without what any edit changes: when it was saved, and the tag of an imported series that has none. */
function terms(series: Series) {
  const tag = series.tag || series.description
  return { ...series, lastUsed: '', redemptionValidFrom: '', dvsExpiryDate: '', tag, version: 0 }
}

test('numbers are read as people type them, and what is no number stays for its field to refuse', () => {
  const typed = {
    maxCreate: '50,000',
    maxRedeem: '1 00 000',
    discountValue: '99,50',
    discountUpto: '1,00,000.5',
  }
  expect(typedFields({ ...newFields, ...typed, minBillAmount: 'ten', maxVouchersPerUser: '' })).toEqual({
    ...newFields,
    maxCreate: '50000',
    maxRedeem: '100000',
    discountValue: '99.50',
    discountUpto: '100000.5',
    minBillAmount: 'ten',
    maxVouchersPerUser: '',
  })
})

test('the form of a series, saved as it was filled, changes nothing of it', async () => {
  const everything: StatedSeries = {
    description: 'Everything',
    info: 'Small print',
    tag: 'winter',
    discountCode: 'ALL',
    discountType: 'PERC',
    discountValue: 12.5,
    discountUpto: 200,
    validTillDate: '2099-12-31',
    validTillDateTime: '2099-12-31T18:00:00Z',
    redemptionValidFrom: '2026-01-01',
    redemptionValidAfterDays: 2,
    anyUser: true,
    clientHandlingType: 'DISC_CODE',
    expiryStrategyType: 'DAYS',
    expiryStrategyValue: 30,
    maxCreate: 100,
    maxRedeem: 90,
    isMultipleUseAllowed: true,
    sameUserMultipleRedeem: true,
    redemptionPerCouponMaxLimit: 3,
    maxRedemptionsInSeriesPerUser: 5,
    minDaysBetweenRedemption: 1,
    isMultipleVouchersPerUserAllowed: true,
    maxVouchersPerUser: 4,
    minDaysBetweenVouchers: 2,
    doNotResendExistingVoucher: true,
    minBillAmount: 10,
    maxBillAmount: 10_000,
    redemptionRange: { dom: [1, 15], dow: [1, 7], hours: [9, 10] },
    productInfo: [{ productType: 'SKU', productCodes: ['a', 'b'] }],
    customPropertyMap: { banner: 'x' },
    couponPrefix: 'WIN-',
    isPrefixEnabled: true,
    couponSuffix: 'Z',
    isSuffixEnabled: false,
    randomCodeLength: 12,
    alphaNumeric: true,
    resendMessageEnabled: false,
    isSMSDisabled: true,
    smsTemplate: 'Code: {{voucher}}',
    redemptionOrgEntityDetails: [{ redemptionOrgEntityType: 'STORE', orgEntityId: 1 }],
  }
  expect((await save(everything)).statusCode).toBe(200)
  const before = await listSeries()
  expect(before.length).toBeGreaterThan(10)
  for (const series of before) {
    // An imported series may have no discount code; an edit needs one.
    const fields = {
      ...fieldsOf(series, formats),
      ...(series.discountCode === 'NO_VALUE' && { discountCode: 'NO_VALUE' }),
    }
    const answer = await save(bodyOf(fields, series, formats), series.id)
    expect(answer.statusCode, answer.body).toBe(200)
  }
  expect((await listSeries()).map(terms)).toEqual(before.map(terms))
})

test('another series made of one has its terms, and what must be its own is new', async () => {
  const today = '2026-05-04'
  const original = (await listSeries()).find(({ seriesCode }) => seriesCode === 'FESTIVAL500')
  if (original === undefined) throw new Error('the demo has no such series')
  const fields = copyOf(original, formats, today)
  expect(fields).toMatchObject({ seriesCode: '', description: original.description, maxCreate: '40' })
  const answer = await save(bodyOf(fields, original, formats))
  expect(answer.statusCode, answer.body).toBe(200)
  const { id } = answer.json<{ id: number }>()
  const copy = (await listSeries()).find((one) => one.id === id)
  if (copy === undefined) throw new Error('it is not there')
  const own = {
    id: 0,
    seriesCode: '',
    createdOn: '',
    createdBy: 0,
    validDaysFromCreation: 0,
    latestIssualTime: 0,
  }
  const counters = { numIssued: 0, numRedeemed: 0, latestRedemptionTime: 0 }
  expect({ ...terms(copy), ...own, ...counters }).toEqual({ ...terms(original), ...own, ...counters })
  expect(copy.numIssued).toBe(0)
  expect(copyOf({ ...original, endsAt: '2026-05-03T23:59:59Z' }, formats, today).validTillDate).toBe('')
})

test('what the server refuses of a series stands at the field of the form that it speaks of', async () => {
  const valid = {
    ...newFields,
    description: 'x',
    discountCode: 'X',
    discountValue: '5',
    validTillDate: '2099-12-31',
  }
  const wrong = [
    [{ discountValue: '' }, 'discountValue'],
    [{ description: '' }, 'description'],
    [{ randomCodeLength: '3' }, 'randomCodeLength'],
    [{ maxCreate: '0' }, 'maxCreate'],
    [{ validTillDate: '2001-01-01' }, 'validTillDate'],
    [{ couponPrefix: 'ä' }, 'couponPrefix'],
    [{ clientHandlingType: 'GENERIC' }, 'genericCode'],
    [{ expiryStrategyType: 'DAYS', expiryStrategyValue: '999999' }, 'expiryStrategyValue'],
    [{ minBillAmount: '5', maxBillAmount: '1' }, 'minBillAmount'],
    [{ seriesCode: '68579' }, 'seriesCode'],
  ] as const
  for (const [fields, name] of wrong) {
    const answer = await save(bodyOf({ ...valid, ...fields }, undefined, formats))
    const { code, detail, errors } = answer.json<{
      code: number
      detail: string
      errors?: { field: string; allowed?: string }[]
    }>()
    const { field, allowed } = errors?.[0] ?? {}
    expect([answer.statusCode, fieldError({ code, message: detail, field, allowed })?.name]).toEqual([
      400,
      name,
    ])
  }
})
