import fc from 'fast-check'
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples' with { type: 'json' }
import { describe, expect, test } from 'vitest'
import { isMobileNumber, mobileBeginnings, normaliseMobile, renewMobile } from './phone.ts'

const countries = [
  'IN', 'MX', 'AR', 'BR', 'US', 'GB', 'DE', 'IT', 'FR', 'ES', 'ID', 'PH', 'MY', 'SG', 'AE', 'SA', 'EG', 'NG', 'ZA', 'AU',
  'JP', 'CL', 'CO', 'TH', 'VN', 'TR', 'PK', 'BD',
] as const satisfies readonly CountryCode[] // prettier-ignore

/** A mobile number of a country: its example with other final digits. */
const mobileOf = (country: CountryCode): fc.Arbitrary<string> => {
  const example = (examples as Record<string, string>)[country] ?? ''
  return fc
    .stringMatching(/^\d{5}$/)
    .map((end) => parsePhoneNumberFromString(example.slice(0, -5) + end, country))
    .filter((number) => /MOBILE/.test(number?.getType() ?? ''))
    .map((number) => number?.number.slice(1) ?? '')
}

const zeros = [0x30, 0x6_60, 0x6_f0, 0x9_66, 0x9_e6, 0xe_50, 0xff_10, 0x1_d7_ce]
const dashes = ['-', '\u2010', '\u2011', '\u2013', '\u2014', '\u2212', '\uFF0D', '\uFE63', '\u30FC']
const blanks = [' ', '\u00A0', '\u2009', '\u202F', '\u3000', '.', '/', '\u2003']
const unseen = [
  '',
  '\u200E',
  '\u200F',
  '\u202A',
  '\u202C',
  '\u2066',
  '\u2069',
  '\u200B',
  '\u2060',
  '\uFEFF',
  '\u00AD',
  '\uFE0F',
]

/** A printed number as it arrives when copied: other digits, dashes and blanks, and invisible marks. */
const copied = (printed: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...zeros),
      fc.constantFrom(...dashes),
      fc.constantFrom(...blanks),
      fc.array(fc.constantFrom(...unseen), { minLength: 8, maxLength: 8 }),
      fc.constantFrom('+', '\uFF0B', '(+', '+('),
    )
    .map(([zero, dash, blank, marks, plus]) => {
      const [scheme, number] = printed.startsWith('tel:') ? ['tel:', printed.slice(4)] : ['', printed]
      const callingCode = parsePhoneNumberFromString(printed)?.countryCallingCode ?? ''
      const bracketed =
        plus.length === 2 && number.startsWith(`+${callingCode}`)
          ? `${plus}${callingCode})${number.slice(callingCode.length + 1)}`
          : number.replace('+', plus.length === 1 ? plus : '+')
      const written = Array.from(bracketed, (character, at) => {
        const other =
          character === '-' ? dash
          : character === ' ' ? blank
          : /\d/.test(character) ? String.fromCodePoint(zero + Number(character))
          : character
        return other + (marks[at % marks.length] ?? '')
      }) // prettier-ignore
      return `${marks[0] ?? ''}${scheme}${written.join('')}`
    })

const printedForms = (digits: string): string[] => {
  const number = parsePhoneNumberFromString(`+${digits}`)
  return number === undefined
    ? []
    : [digits, number.number, number.formatNational(), number.formatInternational(), number.getURI()]
}

/** Spellings of Mexico before 2019, of Brazil before 2016, and of Argentina without 9 and with the domestic 15. */
function otherSpellings(country: CountryCode, digits: string): string[] {
  if (country === 'MX')
    return [digits.replace(/^52/, '521'), digits.replace(/^52/, '+52 1 '), digits.replace(/^52/, '044')]
  if (country === 'AR')
    return [
      digits.replace(/^549/, '54'),
      digits.replace(/^549/, '+54 '),
      digits.replace(/^549(11)/, '0$1 15 '),
    ]
  if (country === 'BR')
    return /^55\d\d9[689]/.test(digits)
      ? [digits.replace(/^(55\d\d)9/, '$1'), digits.replace(/^55(\d\d)9/, '$1')]
      : []
  return []
}

const anyMobile = fc
  .constantFrom(...countries)
  .chain((country) => mobileOf(country).map((digits) => ({ country, digits })))

describe('a mobile number of any of 28 countries', () => {
  test('is found in any form in which it is printed and copied', () => {
    fc.assert(
      fc.property(
        anyMobile.chain(({ country, digits }) =>
          fc
            .constantFrom(...printedForms(digits), ...otherSpellings(country, digits))
            .chain((printed) => fc.tuple(fc.constant({ country, digits, printed }), copied(printed))),
        ),
        ([{ country, digits, printed }, text]) => {
          expect(normaliseMobile(printed, country), printed).toBe(digits)
          expect(normaliseMobile(text, country), JSON.stringify(text)).toBe(digits)
          expect(isMobileNumber(text, country)).toBe(true)
        },
      ),
      { numRuns: 1_500 },
    )
  })

  test('is unchanged in its normal form, which is never renewed', () => {
    fc.assert(
      fc.property(anyMobile, fc.constantFrom(...countries), ({ country, digits }, elsewhere) => {
        expect(normaliseMobile(digits, country)).toBe(digits)
        expect(normaliseMobile(`+${digits}`, elsewhere)).toBe(digits)
        expect(renewMobile(digits, elsewhere)).toBe(digits)
      }),
      { numRuns: 1_500 },
    )
  })

  test('never becomes the number of another person', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...countries)
          .chain((country) => fc.tuple(fc.constant(country), mobileOf(country), mobileOf(country))),
        ([country, one, other]) => {
          fc.pre(one !== other)
          const ofOne = [...printedForms(one), ...otherSpellings(country, one)].map((text) =>
            normaliseMobile(text, country),
          )
          const ofOther = new Set(
            [...printedForms(other), ...otherSpellings(country, other)].map((text) =>
              normaliseMobile(text, country),
            ),
          )
          expect(ofOne.filter((form) => ofOther.has(form))).toEqual([])
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

test('the spellings of a number in Mexico, Argentina and Brazil, and with a kept trunk zero, are one number', () => {
  for (const [country, current, spellings] of [
    [
      'MX',
      '525512345678',
      [
        '+5215512345678',
        '5215512345678',
        '0445512345678',
        '0455512345678',
        '01 55 1234 5678',
        '55 1234 5678',
      ],
    ],
    [
      'AR',
      '5491123456789',
      [
        '+54 9 11 2345-6789',
        '+54 11 2345-6789',
        '011 15-2345-6789',
        '11 15 2345 6789',
        '11 2345 6789',
        '+54 9 11 15 2345 6789',
      ],
    ],
    ['AR', '5492966412345', ['02966 15-412345', '2966 412345', '+54 9 2966 412345']],
    [
      'BR',
      '5511987654321',
      [
        '+55 11 98765-4321',
        '+55 11 8765-4321',
        '551187654321',
        '(11) 8765-4321',
        '011 8765-4321',
        '0 15 11 98765-4321',
      ],
    ],
    ['GB', '447400123456', ['+44 (0)7400 123456', '0044 7400 123456', '07400 123456']],
    ['CL', '56961234567', ['+56 09 6123 4567', '09 6123 4567', '+56 9 6123 4567']],
    ['BJ', '2290190011234', ['+229 90 01 12 34', '+229 01 90 01 12 34']],
  ] as const) {
    for (const spelling of spellings) {
      expect(normaliseMobile(spelling, country), spelling).toBe(current)
      expect(isMobileNumber(spelling, country), spelling).toBe(true)
    }
  }
})

test('landlines, radio numbers and foreign numbers are not read as an old spelling', () => {
  expect(normaliseMobile('+55 11 3765-4321', 'BR')).toBe('551137654321')
  expect(normaliseMobile('+55 11 7765-4321', 'BR')).toBe('551177654321')
  expect(normaliseMobile('6591234567', 'BR')).toBe('6591234567')
  expect(normaliseMobile('+39 031 23456789', 'IT')).toBe('3903123456789')
  expect(isMobileNumber('+39 031 23456789', 'IT')).toBe(false)
  expect(normaliseMobile('15512345678', 'MX')).toBe('15512345678')
})

test('a number with an extension is not a number, and neither are two numbers', () => {
  for (const text of [
    '9400488244 ext 3', '9400488244x3', '9400488244#3', '9400488244,3', '9400488244;ext=3', 'tel:+919400488244;ext=3',
    'tel:+919400488244;isub=3', '94004+88244', '++919400488244', '+91 9400488244 or 9400488245', 'tel:', 'tel:%', 'TEL',
    '½400488244', '①400488244', 'mobile', '\u200E',
  ]) {
    expect(normaliseMobile(text, 'IN'), text).toBeUndefined()
    expect(isMobileNumber(text, 'IN'), text).toBe(false)
  } // prettier-ignore
})

test('a number after tel: has the country code of its context, and loses parameters that do not affect whom it reaches', () => {
  expect(normaliseMobile('tel:94004-88244;phone-context=+91', 'US')).toBe('919400488244')
  expect(normaliseMobile('tel:94004-88244;phone-context=example.com', 'IN')).toBe('919400488244')
  expect(normaliseMobile('TEL:+91-94004-88244;npdi;rn=+1-555', 'US')).toBe('919400488244')
  expect(normaliseMobile('tel:+91%2094004%2088244', 'US')).toBe('919400488244')
})

test('the beginning of a number in an old spelling finds it', () => {
  expect(mobileBeginnings('+521 55 12', 'IN')).toEqual(['525512'])
  expect(mobileBeginnings('(11) 8765', 'BR')).toContain('551198765')
  expect(mobileBeginnings('11 8765-4321', 'BR')).toContain('5511987654321')
  expect(mobileBeginnings('११ 8765', 'BR')).toContain('551198765')
  expect(mobileBeginnings('11 2345', 'AR')).toContain('549112345')
})

test('a number that an earlier release stored is renewed by its full form, not read as a number of the country', () => {
  expect(renewMobile('5215512345678', 'IN')).toBe('525512345678')
  expect(renewMobile('1187654321', 'BR')).toBe('5511987654321')
  expect(renewMobile('541123456789', 'AR')).toBe('5491123456789')
  // A number of Texas that could also be a German one.
  expect(renewMobile('15123456789', 'DE')).toBe('15123456789')
  expect(renewMobile('123', 'IN')).toBe('123')
})
