import { expect, test } from 'vitest'
import { decimals } from './decimals.ts'

test('whole numbers under the given names get a decimal point, and nothing else changes', () => {
  const write = decimals('discountValue', 'discountUpto')
  expect(
    write({
      discountValue: 500,
      discountUpto: 0,
      list: [{ discountUpto: -3 }, { discountValue: 12.5 }, { discountValueAsDouble: 1 }],
      redemptionCount: 7,
      text: '"discountValue":500,"discountUpto":1}',
      discountUptoText: '500',
    }),
  ).toBe(
    '{"discountValue":500.0,"discountUpto":0.0,"list":[{"discountUpto":-3.0},{"discountValue":12.5},' +
      '{"discountValueAsDouble":1}],"redemptionCount":7,"text":"\\"discountValue\\":500,\\"discountUpto\\":1}",' +
      '"discountUptoText":"500"}',
  )
})
