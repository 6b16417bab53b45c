import { expect, test } from 'vitest'
import { answerOf, savedCoupon, savedCustomer, savedRedemption } from '../../../test/support/saved-answers.ts'
import { notAnAnswer, readAnswer } from './history-rules.ts'

const utc = { timeZone: 'UTC', country: 'IN' }
const path = '$.entity.customers[0]'

function read(coupons: object[], locality = utc, offset = '0') {
  const answer = answerOf(savedCustomer(1, coupons as never))
  answer.entity.pagination.offset = offset
  return readAnswer(answer, '$', locality)
}

const couponsOf = (...given: Parameters<typeof read>) => read(...given).customers[0]?.coupons ?? []

test.each([
  null,
  5,
  'text',
  [],
  {},
  { success: false, errors: [{ code: 8015 }], warnings: [] },
  { entity: null, success: true },
  { entity: { customers: {} }, success: true },
])('%j is not an answer', (value) => {
  expect(readAnswer(value, '$[3]', utc).refused).toMatchObject([{ path: '$[3]', reason: notAnAnswer }])
})

const badCoupons: [name: string, more: object, reason: string][] = [
  ['no id', { id: undefined }, 'id must be a whole number from 1 to 2251799813685248, not absent'],
  [
    'an id that is not a number',
    { id: '1' },
    'id must be a whole number from 1 to 2251799813685248, not "1"',
  ],
  ['an id that is too large', { id: 2 ** 53 }, 'id must be'],
  ['an id that leaves no room for new ones', { id: 2 ** 51 + 1 }, 'id must be a whole number from 1 to'],
  [
    'an empty code',
    { code: ' ' },
    'code must have 1 to 100 characters that can be seen; it has blanks around it',
  ],
  ['a long code', { code: 'x'.repeat(101) }, 'code must have at most 100 characters'],
  ['a control character in the code', { code: 'a\tb' }, 'it holds the invisible character U+0009'],
  ['an invisible character in the code', { code: 'a\u200Bb' }, 'it holds the invisible character U+200B'],
  ['U+0000', { description: 'a\0b' }, 'description must be text without U+0000'],
  ['half a surrogate pair', { transactionNumber: '\uD800' }, 'transactionNumber must be text without'],
  ['an absurd length', { description: 'x'.repeat(1e6) }, 'description must have at most 2000 characters'],
  ['a date that does not exist', { createdDate: '2025-02-30T00:00:00Z' }, 'createdDate must be an instant'],
  ['a date without an offset', { createdDate: '2025-02-03T00:00:00' }, 'createdDate must be an instant'],
  ['no validity', { validTill: undefined, validTillDateTime: undefined }, 'validTill must be an instant'],
  ['an unknown discount', { discountType: 'GIFT' }, 'discountType must be ABS or PERC'],
  ['a negative discount', { discountValue: -1 }, 'discountValue must be a number that is not negative'],
  ['four decimals', { discountValue: 0.0001 }, 'discountValue must be a number that is not negative'],
  [
    'more redemptions than listed',
    { redemptionCount: 1 },
    'redemptionCount is 1 and redemptions has 0 elements',
  ],
  ['less than no limit', { redemptionsLeft: -2 }, 'redemptionsLeft must be a whole number from -1'],
  ['a limit past 32 bits', { redemptionsLeft: 2 ** 31 }, 'redemptionsLeft must be a whole number from -1'],
  [
    'the same redemption twice',
    { redemptionCount: 2, redemptions: [savedRedemption(1), savedRedemption(1)] },
    'redemption 1 stands in it twice',
  ],
  ['redemptions that are not an array', { redemptions: {} }, 'redemptions must be an array'],
  [
    'a redemption without a date',
    { redemptionCount: 1, redemptions: [savedRedemption(1, { date: null })] },
    'redemptions[0].date must be an instant',
  ],
  [
    'a reversal without its date',
    { reversedRedemptions: [savedRedemption(1)] },
    'reversedRedemptions[0].reversedOn must be an instant',
  ],
  ['a store without a code', { issuedAt: { name: 'x' } }, 'issuedAt.code must be a string'],
  [
    'a property without a value',
    { customProperty: [{ name: 'x' }] },
    'customProperty[0].value must be a string',
  ],
]
test.each(badCoupons)(
  'a coupon with %s is refused with its path and reason, and the next one is read',
  (_, more, reason) => {
    const { customers, refused } = read([savedCoupon(1, more), savedCoupon(2)])
    expect(refused).toHaveLength(1)
    expect(refused[0]?.path).toBe(`${path}.coupons[0]`)
    expect(refused[0]?.reason).toContain(reason)
    expect(customers[0]?.coupons.map((one) => one.id)).toEqual([2])
  },
)

test.each([
  ['id', { id: 0 }],
  ['mobile', { mobile: 'call me' }],
  ['email', { email: 'nobody' }],
  ['firstname', { firstname: 7 }],
  ['coupons', { coupons: {} }],
])('a customer with an invalid %s is refused with all coupons', (field, more) => {
  const value = answerOf({ ...savedCustomer(1, [savedCoupon(1), savedCoupon(2)]), ...more } as never)
  const { customers, refused } = readAnswer(value, '$', utc)
  expect(customers).toEqual([])
  expect(refused).toMatchObject([{ path, reason: expect.stringContaining(field), holds: { customers: 1 } }])
})

test('empty identifiers are absent', () => {
  const value = answerOf(savedCustomer(1, [], { mobile: '', email: null, externalId: ' ' }))
  expect(readAnswer(value, '$', utc).customers[0]?.identifiers).toEqual([])
})

test('a mobile number is compared in its normal form and printed as it was saved', () => {
  const value = answerOf(savedCustomer(1, [], { mobile: '+919400488244' }))
  expect(readAnswer(value, '$', utc).customers[0]?.identifiers).toEqual([
    { type: 'mobile', value: '919400488244', shown: '919400488244' },
  ])
})

test('the ISO fields are the actual instants, and the other fields are used only without them', () => {
  const [coupon] = couponsOf([
    savedCoupon(1, {
      createdDateISO: '2025-08-19T11:22:11Z',
      redemptionCount: 1,
      redemptions: [savedRedemption(1, { dateISO: '2025-08-20T04:30:00Z' })],
    }),
  ])
  expect(coupon?.createdAtS).toBe(Date.UTC(2025, 7, 19, 11, 22, 11) / 1000)
  expect(coupon?.redemptions[0]?.redeemedAtS).toBe(Date.UTC(2025, 7, 20, 4, 30) / 1000)
})

test('without validTillDateTime a coupon is valid to the end of the stated day in the organisation’s time zone', () => {
  const saved = savedCoupon(1, { validTillDateTime: undefined, validTill: '2024-10-31T00:00:00Z' })
  const india = { timeZone: 'Asia/Kolkata', country: 'IN' }
  expect(couponsOf([saved])[0]?.validUntilS).toBe(Date.UTC(2024, 9, 31, 23, 59, 59) / 1000)
  expect(couponsOf([saved], india)[0]?.validUntilS).toBe(Date.UTC(2024, 9, 31, 18, 29, 59) / 1000)
})

test('microseconds preserve the order of the file across pages, in both directions', () => {
  const at = (createdDate: string, id: number) => savedCoupon(id, { createdDate })
  const [early, late] = ['2025-01-01T00:00:00Z', '2025-01-02T00:00:00Z'] as const
  const micros = (...given: Parameters<typeof read>) => couponsOf(...given).map((one) => one.createdAtUs)
  expect(micros([at(late, 1), at(early, 2), at(early, 3)])).toEqual([999_999, 999_998, 999_997])
  expect(micros([at(early, 1), at(early, 2), at(late, 3)])).toEqual([0, 1, 2])
  expect(micros([at(late, 1), at(early, 2)], utc, '100')).toEqual([999_899, 999_898])
  expect(micros([at(late, 1), at(early, 2)], utc, '5000000')).toEqual([0, 0])
})
