import { describe, expect, test } from 'vitest'
import { least } from '../support/series-cases.ts'
import { codes, expiry, openSpellings, redeemed, update, type Prepared } from '../support/spelling-cases.ts'

const { prepare, expectSame } = await openSpellings()

describe('the same answer is given to', () => {
  const bySpelling = (queries: readonly string[], url: string) =>
    expectSame(queries.map((query) => () => ['GET', `${url}${query}`] as const))

  test.each(['/v2/customers/coupons?', '/v2/coupon/is_redeemable?details=extended&code=1234567890&'])(
    'external_Id, externalId and external_id: %s',
    (url) =>
      bySpelling(
        [
          'external_Id=4711',
          'externalId=4711',
          'external_id=4711',
          'external_Id=4711&externalId=4711&external_id=',
        ],
        url,
      ),
  )

  test.each(['/v2/customers/coupons?', '/v2/coupon/is_redeemable?code=1234567890&'])(
    'every identifier, with empty ones beside it: %s',
    (url) =>
      expectSame([
        () => ['GET', `${url}mobile=9400488244`],
        () => ['GET', `${url}mobile=919400488244&email=&id=null&externalId=`],
        () => ['GET', `${url}mobile=%2B91%2094004%2088244&external_Id=null&external_id=`],
        () => ['GET', `${url}email=ASHA@example.com&mobile=`],
        ({ customerId }) => ['GET', `${url}id=${customerId}&format=json`],
      ]),
  )

  test('is_redeemable and isredeemable, whatever their capitals', () =>
    expectSame(
      [
        'is_redeemable=true',
        'isredeemable=true',
        'is_redeemable=TRUE',
        'is_redeemable=&isredeemable=True',
      ].map(
        (query) => () =>
          ['POST', `/v2/coupon/bulk/redeem?${query}`, redeemed({ mobile: '9400488244' })] as const,
      ),
    ))

  test('seriesId and seriesIds, numbers as text, in issue/multiple', () =>
    expectSame(
      [
        ({ seriesId }: Prepared) => ({ seriesId, count: 2 }),
        ({ seriesId }: Prepared) => ({ seriesIds: seriesId, count: '2' }),
        ({ seriesId }: Prepared) => ({ seriesId: String(seriesId), seriesIds: null, count: 2 }),
        ({ seriesId }: Prepared) => ({ seriesId: '', seriesIds: String(seriesId), count: 2.0 }),
      ].map(
        (fields) => (one: Prepared) =>
          [
            'POST',
            '/v2/coupon/issue/multiple',
            { ...fields(one), customer: { id: one.customerId } },
          ] as const,
      ),
    ))

  test('seriesIds as a list of numbers, of text and as one number', () =>
    expectSame(
      [(id: number) => [id], (id: number) => [String(id)], (id: number) => id].map(
        (write) =>
          ({ seriesId, customerId }: Prepared) =>
            [
              'POST',
              '/v2/coupon/bulk/issue',
              { seriesIds: write(seriesId), customer: { id: customerId } },
            ] as const,
      ),
    ))

  test('a bill as a number and as text, and codes as a list, an object and a number', () =>
    expectSame(
      [
        {},
        { billAmount: '5' },
        { billAmount: ' 5.00 ' },
        { redemptionRequestList: { code: '1234567890' } },
        { redemptionRequestList: [{ code: 1_234_567_890 }] },
        { transactionNumber: '' },
      ].map((more) => () => ['POST', '/v2/coupon/redeem', redeemed({ mobile: '9400488244' }, more)] as const),
    ))

  test('a time in every format of the contract, and an empty or omitted one', async () => {
    const at = (redemptionTime: unknown) => () =>
      [
        'POST',
        '/v2/coupon/redeem',
        redeemed({ mobile: '9400488244' }, { redemptionRequestList: codes('AT-NINE'), redemptionTime }),
      ] as const
    await expectSame(
      [
        '2026-06-10T09:30:00Z',
        '2026-06-10T15:00:00+05:30',
        '2026-06-10T04:30:00-05:00',
        '2026-06-10 09:30:00',
        '2026-06-10T09:30:00',
      ].map(at),
    )
    const one = await prepare()
    for (const redemptionTime of ['', null, undefined, '2026-06-10']) {
      const [method, url, body] = at(redemptionTime)()
      const reply = await one.shop.call(method, url, body)
      // Ten o'clock and midnight are outside the time window of the series.
      expect([reply.status, reply.at('redemptionStatus.code')]).toEqual([400, 729])
    }
  })

  test('an expiry in every format of the contract', () =>
    expectSame(
      [
        '2026-07-01T12:30:00Z',
        '2026-07-01T18:00:00+05:30',
        '2026-07-01 12:30:00',
        Date.parse('2026-07-01T12:30:00Z'),
        String(Date.parse('2026-07-01T12:30:00Z')),
      ].map(
        (expiryDate) => (one: Prepared) =>
          [
            'PUT',
            '/v2/coupon/bulk/expiry',
            expiry(one, { couponCodes: [{ couponCode: 'AB-2', expiryDate }] }),
          ] as const,
      ),
    ))

  test('an expiry whose series is a number, text, or omitted with one code, beside empty customers', () =>
    expectSame(
      [
        (one: Prepared) => expiry(one),
        (one: Prepared) => expiry(one, { couponSeriesId: String(one.seriesId) }),
        (one: Prepared) => expiry(one, { customer: { mobile: '', id: null } }),
        (one: Prepared) => expiry(one, { customer: {} }),
      ].map((body) => (one: Prepared) => ['PUT', '/v2/coupon/bulk/expiry', body(one)] as const),
    ))

  test('a revocation by code in any case, its series as a number or text, empty customers beside it', () =>
    expectSame(
      [
        ({ seriesId }: Prepared) => ({ couponSeriesId: seriesId, couponCodes: ['AB-2'] }),
        ({ seriesId }: Prepared) => ({ couponSeriesId: String(seriesId), couponCodes: ['ab-2'] }),
        () => ({ couponCodes: ['aB-2'] }),
        () => ({ couponSeriesId: '', couponCodes: ['Ab-2'], customer: { id: '', mobile: '' } }),
      ].map((body) => (one: Prepared) => ['POST', '/v2/coupon/revoke?format=json', body(one)] as const),
    ))

  test('a redemption and a reversal with POST and with PATCH', async () => {
    const methods = ['POST', 'PATCH'] as const
    for (const path of ['redeem', 'bulk/redeem']) {
      await expectSame(
        methods.map(
          (method) => (one: Prepared) =>
            [method, `/v2/coupon/${path}`, redeemed({ id: one.customerId })] as const,
        ),
      )
    }
    await expectSame(
      methods.map(
        (method) => (one: Prepared) =>
          [method, '/v2/coupon/reactivate', { redemptionIds: [one.redemptionId] }] as const,
      ),
    )
  })

  test('redemption ids as numbers and as text', () =>
    expectSame(
      [
        ({ redemptionId, otherRedemptionId }: Prepared) => [redemptionId, otherRedemptionId],
        ({ redemptionId, otherRedemptionId }: Prepared) => [String(redemptionId), String(otherRedemptionId)],
      ].map(
        (ids) => (one: Prepared) => ['POST', '/v2/coupon/reactivate', { redemptionIds: ids(one) }] as const,
      ),
    ))

  test('bill data as numbers and as text, custom fields as an object and as a list of them', () =>
    expectSame(
      [
        (one: Prepared) => update(one, { customFields: { a: 'x', b: '1' } }),
        (one: Prepared) => update(one, { customFields: [{ a: 'x' }, { b: 1 }] }),
        (one: Prepared) =>
          update(one, {
            redemptionId: String(one.redemptionId),
            billAmount: '100',
            billId: '7',
            customFields: { a: 'x', b: 1 },
          }),
        (one: Prepared) => ({ ...update(one, { customFields: { a: 'x', b: '1' } }), user: { mobile: '' } }),
      ].map((body) => (one: Prepared) => ['PUT', '/v2/coupon/redeem', body(one)] as const),
    ))

  test('enumerations in any case, lists by comma, semicolon and repeated keys', async () => {
    const history = '/v2/customers/coupons?mobile=9400488244'
    await bySpelling(
      [
        '&status=ACTIVE_UNREDEEMED,REDEEMED&coupon_code_case=LOWER&sort_order=ASC',
        '&status=Active_Unredeemed;Redeemed&coupon_code_case=lower&sort_order=asc',
        '&status=active_unredeemed&status=redeemed&coupon_code_case=Lower&sort_order=Asc&limit=&offset=null',
      ],
      history,
    )
    await bySpelling(
      ['&transaction_numbers=T-1,0', '&transaction_numbers=T-1&transaction_numbers=0'],
      history,
    )
    await expectSame([
      ({ first, second }) => ['GET', `/v2/coupon?couponIds=${first.id}&couponIds=${second.id}`],
      ({ first, second }) => ['GET', `/v2/coupon?couponIds=${first.id},${second.id}&couponCodes=`],
      () => ['GET', '/v2/coupon?couponCodes=1234567890&couponCodes=AB-2'],
      () => ['GET', '/v2/coupon?couponCodes=1234567890,ab-2&coupon_code_case=upper&showCouponSeries=FALSE'],
    ])
    await expectSame(
      ['Stores', 'store', 'STORE', 'stores'].map(
        (type) =>
          ({ shop }: Prepared) =>
            ['GET', `/v2/coupon/series?orgEntityType=${type}&orgEntityIds=${shop.storeId}`] as const,
      ),
    )
  })

  test('a customer’s path with an id, and both ways to ask for the details', () =>
    expectSame([
      ({ customerId }) => ['GET', `/v2/customers/${customerId}?source=INSTORE`],
      ({ customerId }) => ['GET', `/v2/customers/${customerId}?source=instore&format=json`],
      () => [
        'GET',
        '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=9400488244',
      ],
      () => [
        'GET',
        '/v2/customers/lookup/customerDetails?source=ALL&identifierName=EXTERNALID,email&identifierValue=4711,ASHA@example.com',
      ],
    ]))

  test('a registration whose source stands in the query or in the profile, its mobile as text or number', () => {
    const register = (query: string, profile: object, value: unknown) => () => {
      const identifiers = [{ type: 'Mobile', value }]
      const profiles = [{ firstName: 'Noor', identifiers, ...profile }]
      return ['POST', `/v2/customers${query}`, { profiles }] as const
    }
    return expectSame([
      register('?source=INSTORE', {}, '9400488299'),
      register('?source=instore', { source: '' }, 9_400_488_299),
      register('', { source: 'INSTORE' }, '919400488299'),
      register('?source=', { source: 'Instore' }, '+91 94004 88299'),
    ])
  })

  test('a series whose numbers and flags are text, and whose dates and lists are written in every way', () => {
    const whole = {
      ...least,
      seriesCode: '77',
      validTillDate: '2026-06-11T00:00:00Z',
      maxCreate: 5,
      maxRedeem: -1,
      discountUpto: 0,
      minBillAmount: 10,
      isMultipleUseAllowed: true,
      mutualExclusiveSeriesIds: '[7,8]',
      redemptionRange: '{"dom": [-1], "dow": [1], "hours": [-1]}',
    }
    const spellings = [
      {},
      { validTillDate: '2026-06-11T05:30:00+05:30', discountType: 'abs', clientHandlingType: 'disc_code' },
      {
        validTillDate: '2026-06-11',
        discountValue: '10',
        maxCreate: '5',
        maxRedeem: null,
        minBillAmount: '10.0',
      },
      {
        validTillDate: Date.parse('2026-06-11'),
        anyUser: 'false',
        isMultipleUseAllowed: 'TRUE',
        seriesCode: 77,
      },
      { validTillDate: String(Date.parse('2026-06-11')), mutualExclusiveSeriesIds: [7, '8'] },
      { redemptionRange: { dom: -1, dow: '1' }, expiryStrategyType: 'series_expiry', expiryStrategyValue: 1 },
      { redemptionRange: '{"dom" : "-1", "dow" : 1}', maxRedeem: '-1', discountUpto: '', info: null },
    ]
    return expectSame(
      spellings.map(
        (fields) => () => ['POST', '/v2/coupon/series', { CouponSeriesV2: { ...whole, ...fields } }] as const,
      ),
    )
  })
})
