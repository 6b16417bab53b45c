import fc from 'fast-check'
import {
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples' with { type: 'json' }
import { expect, test } from 'vitest'
import { readOwnMobile } from './own-mobile.ts'

const countries = getCountries()
const exampleOf = (country: CountryCode): string | undefined => (examples as Record<string, string>)[country]

/** Reads with the library alone. */
function readSlowly(digits: string, isInternational: boolean, country: CountryCode): string | undefined {
  const number = isInternational
    ? parsePhoneNumberFromString(`+${digits}`)
    : parsePhoneNumberFromString(digits, country)
  return /MOBILE/.test(number?.getType() ?? '') ? number?.number.slice(1) : undefined
}

test('the usual spellings of a number of the country itself are read without the library', () => {
  for (const [digits, isInternational] of [
    ['9400488244', false],
    ['919400488244', false],
    ['919400488244', true],
  ] as const) {
    expect(readOwnMobile(digits, isInternational, 'IN')).toBe('919400488244')
  }
  const read = countries.filter((country) => {
    const example = exampleOf(country)
    return example !== undefined && readOwnMobile(example, false, country) !== undefined
  })
  // The others share their calling code, or their numbers begin with a dialling prefix.
  expect(read.length).toBeGreaterThan(150)
})

test('prefixes, landlines, shared calling codes and texts that are not numbers are left to the library', () => {
  for (const [digits, isInternational, country] of [
    ['09400488244', false, 'IN'],
    ['00919400488244', false, 'IN'],
    ['1123456789', false, 'IN'],
    ['2015550123', false, 'US'],
    ['4915123456789', false, 'IN'],
    ['123', false, 'IN'],
    ['9400488244', true, 'IN'],
  ] as const) {
    expect(readOwnMobile(digits, isInternational, country), digits).toBeUndefined()
  }
})

test('every number is read as by the library, in every country and with any digits', () => {
  const anyDigits = (country: CountryCode) => {
    const example = exampleOf(country) ?? '5551234'
    // Near a real number: its beginning followed by other digits, one digit more or less, preceded by a country code or
    // prefix.
    const near = fc
      .tuple(fc.nat(example.length), fc.stringMatching(/^\d{0,9}$/), fc.integer({ min: -1, max: 1 }))
      .map(([kept, rest, more]) =>
        (example.slice(0, kept) + rest + example).slice(0, Math.max(1, example.length + more)),
      )
    const before = fc.constantFrom('', '', getCountryCallingCode(country), '0', '00', '8', '1')
    return fc.oneof(
      fc.tuple(before, near).map((parts) => parts.join('')),
      fc.stringMatching(/^\d{1,16}$/),
    )
  }
  const anyCase = fc
    .constantFrom(...countries)
    .chain((country) => fc.tuple(fc.constant(country), anyDigits(country), fc.boolean()))
  let read = 0
  fc.assert(
    fc.property(anyCase, ([country, digits, isInternational]) => {
      const quickly = readOwnMobile(digits, isInternational, country)
      if (quickly === undefined) return
      read += 1
      expect(quickly).toBe(readSlowly(digits, isInternational, country))
    }),
    { numRuns: Number(process.env['PHONE_RUNS'] ?? 5_000) },
  )
  // About one in 25: enough to make the agreement meaningful.
  expect(read).toBeGreaterThan(100)
})
