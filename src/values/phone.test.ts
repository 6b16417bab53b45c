import fc from 'fast-check'
import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples' with { type: 'json' }
import { describe, expect, test } from 'vitest'
import { isCountry, normaliseMobile } from './phone.ts'

const countries = getCountries()

describe('a mobile number', () => {
  test('is the same number with and without country code, plus, trunk zero, blanks and punctuation', () => {
    for (const spelling of [
      '9400488244',
      '919400488244',
      '+919400488244',
      '+91 94004 88244',
      '09400488244',
      ' (94004) 88-244 ',
      '94004.88244',
    ]) {
      expect(normaliseMobile(spelling, 'IN'), spelling).toBe('919400488244')
    }
  })

  test('of another country is read as such if it begins with a plus', () => {
    expect(normaliseMobile('+49 1512 3456789', 'IN')).toBe('4915123456789')
    expect(normaliseMobile('+1 (201) 555-0123', 'IN')).toBe('12015550123')
  })

  test('from an answer leads to the same customer when it is sent back, in every country', () => {
    for (const country of countries) {
      const national = (examples as Record<string, string>)[country]
      if (national === undefined) continue
      const printed = `${getCountryCallingCode(country)}${national}`
      expect(normaliseMobile(`+${printed}`, country), country).toBe(printed)
      expect(normaliseMobile(printed, country), country).toBe(printed)
    }
  })

  test('that is invalid is compared by its digits', () => {
    expect(normaliseMobile('123', 'IN')).toBe('123')
    expect(normaliseMobile('12-3', 'IN')).toBe('123')
    expect(normaliseMobile('0000000000', 'IN')).toBe('0000000000')
  })

  test('with other letters, without a digit or of excessive length is not a number', () => {
    for (const text of ['', ' ', '+', 'abc', '94004x88244', '94004+88244', '9'.repeat(41), '94\0']) {
      expect(normaliseMobile(text, 'IN'), text).toBeUndefined()
    }
  })

  test('is normalised to digits or undefined for any text, and a valid one does not change when it is normalised again', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^\+?[\d ().-]{0,20}$/),
      fc.stringMatching(/^\d{10}$/),
    )
    fc.assert(
      fc.property(anyText, fc.constantFrom('IN', 'DE', 'US', 'GB'), (text, country) => {
        const once = normaliseMobile(text, country)
        if (once === undefined) return
        expect(once).toMatch(/^\d+$/)
        // A text that is no valid number anywhere is kept as given; read again, it may look like a number of the
        // country.
        if (!parsePhoneNumberFromString(`+${once}`)?.isValid()) return
        expect(normaliseMobile(once, country)).toBe(once)
      }),
    )
  })
})

test('a country is one that has telephone numbers', () => {
  expect(['IN', 'DE', 'in', 'XX', '', 'IND'].map(isCountry)).toEqual([true, true, false, false, false, false])
})
