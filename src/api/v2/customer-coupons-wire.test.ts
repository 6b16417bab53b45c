import fc from 'fast-check'
import type { TObject } from 'typebox'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { historyAnswer, historyText, inclusions } from './customer-coupons-wire.ts'

type Found = Parameters<typeof historyText>[0]

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\u2028', '","id":1'),
)
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const instant = fc.integer({ min: 0, max: 253_402_300_799 })
const place = fc.option(fc.record({ code: text, name: text }))
const amount = fc.oneof(
  fc.nat(),
  fc.integer({ min: 0, max: 999_999_999 }).map((thousandths) => thousandths / 1_000),
)
const redemption = fc.record({
  id,
  redeemedAtS: instant,
  transactionNumber: text,
  customerId: id,
  redeemedAt: place,
})

/** Money is whole thousandths. */
const discount = fc.record({
  given: fc.nat(),
  returns: fc.array(fc.record({ amount: fc.nat(), returnedAtS: instant, returnsUse: fc.boolean() }), {
    maxLength: 2,
  }),
  isKept: fc.boolean(),
})
const sample = { given: 12_500, returns: [], isKept: false }

const found = fc.record({
  customerId: id,
  firstName: text,
  lastName: text,
  mobile: fc.option(text),
  email: fc.option(text),
  externalId: fc.option(text),
  total: fc.nat(),
  discounts: fc.option(
    fc.array(fc.tuple(id, discount)).map((discounts) => new Map([[1, sample], ...discounts])),
    { nil: undefined },
  ),
  coupons: fc.array(
    fc.record(
      {
        id,
        code: text,
        seriesId: id,
        terms: fc.record({
          description: text,
          discountType: fc.constantFrom('ABS', 'PERC'),
          discountValue: amount,
          discountUpto: amount,
          customProperties: fc.option(fc.array(fc.record({ name: text, value: text }))),
        }),
        createdAtS: instant,
        validUntilS: instant,
        transactionNumber: fc.option(text),
        issuedAt: place,
        redemptions: fc.array(redemption, { maxLength: 2 }),
        reversals: fc.array(
          fc.tuple(redemption, instant).map(([one, reversedAtS]) => ({ ...one, reversedAtS })),
          { maxLength: 2 },
        ),
        redemptionsLeft: fc.integer({ min: -1 }),
        refusal: fc.constantFrom(null, 711 as const),
      },
      {
        noNullPrototype: true,
        requiredKeys: [
          'id',
          'code',
          'seriesId',
          'terms',
          'createdAtS',
          'validUntilS',
          'transactionNumber',
          'issuedAt',
          'redemptions',
          'reversals',
          'redemptionsLeft',
        ],
      },
    ),
    { maxLength: 3 },
  ),
}) as unknown as fc.Arbitrary<Found>

const presentation = fc.record({
  codeCase: fc.constantFrom('UPPER' as const, 'LOWER' as const, 'AS_IT_IS' as const),
  withReversals: fc.boolean(),
  include: fc.subarray([...inclusions]),
  currency: fc.constantFrom(null, 'INR', 'JPY'),
})

const orderOf = (schema: { properties: object }, printed: object): string[] =>
  Object.keys(schema.properties).filter((name) => name in printed)

test('the text of a history is JSON of the documented shape and order for any values', () => {
  fc.assert(
    fc.property(found, presentation, (history, presented) => {
      const printed = historyText(history, 'Asia/Kolkata', presented, { limit: 100, offset: 0 })
      const answer = JSON.parse(printed) as {
        entity: { customers: [{ coupons: Record<string, unknown>[] }] }
      }
      expect([...Value.Errors(historyAnswer, answer)]).toEqual([])
      const { customers } = historyAnswer.properties.entity.properties
      const [customer] = answer.entity.customers
      expect(Object.keys(customer)).toEqual(orderOf(customers.items, customer))
      expect(customer).toMatchObject({ firstname: history.firstName, lastname: history.lastName })
      const schema: TObject = customers.items.properties.coupons.items
      for (const [at, coupon] of customer.coupons.entries()) {
        const one = history.coupons[at] as Found['coupons'][number]
        expect(Object.keys(coupon)).toEqual(orderOf(schema, coupon))
        expect(coupon).toMatchObject({
          id: one.id,
          description: one.terms.description,
          discountValue: one.terms.discountValue,
          discountUpto: one.terms.discountUpto,
          redemptionCount: one.redemptions.length,
          transactionNumber: one.transactionNumber ?? '0',
        })
        expect(coupon['issuedAt'] ?? null).toEqual(one.issuedAt)
        expect(coupon['customProperty'] ?? null).toEqual(one.terms.customProperties)
        for (const [name, shape, kept] of [
          ['redemptions', schema.properties['redemptions'], one.redemptions],
          [
            'reversedRedemptions',
            schema.properties['reversedRedemptions'],
            presented.withReversals ? one.reversals : [],
          ],
        ] as const) {
          const listed = coupon[name] as Record<string, unknown>[]
          expect(listed.map((each) => [each['id'], each['redeemedAt'] ?? null])).toEqual(
            kept.map((each) => [each.id, each.redeemedAt]),
          )
          const { items } = shape as unknown as { items: TObject }
          for (const each of listed) expect(Object.keys(each)).toEqual(orderOf(items, each))
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('amounts are printed with a decimal point, and everything else as by JSON.stringify', () => {
  const terms = { description: 'Ten "off"', discountType: 'ABS', discountValue: 10, discountUpto: 0.5 }
  const coupon = {
    id: 7,
    code: 'Ten',
    seriesId: 3,
    terms: { ...terms, customProperties: [{ name: 'a', value: '1' }] },
    createdAtS: 0,
    validUntilS: 86_399,
    transactionNumber: null,
    issuedAt: { code: 's1', name: 'One' },
    redemptions: [{ id: 9, redeemedAtS: 5, transactionNumber: 'B1', customerId: 1, redeemedAt: null }],
    reversals: [],
    redemptionsLeft: 0,
  }
  const history = {
    customerId: 1,
    firstName: 'A',
    lastName: 'B',
    mobile: null,
    email: 'a@example.com',
    externalId: null,
    total: 2,
    coupons: [coupon, coupon],
  } as unknown as Found
  const printed = historyText(
    history,
    'UTC',
    { codeCase: 'UPPER', withReversals: true, include: [...inclusions], currency: 'INR' },
    { limit: 1, offset: 0 },
  )
  const amounts = '"discountValue":10.0,"discountUpto":0.5,'
  expect(printed.split(amounts)).toHaveLength(3)
  expect(printed.replaceAll('10.0,', '10,')).toBe(JSON.stringify(JSON.parse(printed)))
})
