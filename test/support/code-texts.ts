import fc from 'fast-check'
import { newCodeFault } from '../../src/values/coupon-code.ts'

/** Letters, marks, blanks and invisible characters that occur together too rarely in text drawn from all of Unicode. */
const odd = fc.constantFrom(
  ...Array.from(
    'aAzZ019- \u00A0\u3000\u200B\u00AD\uFEFF\u200E\u2060\u034F\uFE0F\u{E0041}äÄßẞıİiIſKkÅåςσΣᾳᾼΐǅŉﬁﬃĳ가각\u1100\u1161\u0301\u0307\u0308\u0323\u0345\u0331\u05B4क\u093C\u0958ӘәႠⴀᎠꭰ',
  ),
)

/** Unicode texts that the database can store. */
export const anyText = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.string({ unit: odd, minLength: 1, maxLength: 12 }),
  )
  .filter((text) => !text.includes('\0'))

/** Unicode texts that can be codes of coupons. */
export const anyCode = anyText.filter((text) => newCodeFault(text) === undefined)
