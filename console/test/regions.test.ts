import { expect, test } from 'vitest'
import { checkCountry, checkCurrency } from '../../src/identity/organisations/organisation-rules.ts'
import { countries, currencies, withPresent } from '../src/parts/regions.ts'

test('every country and currency of the lists is one that the server takes, and has a name', () => {
  const refused = [
    ...countries().filter(({ value }) => !isTaken(() => checkCountry(value))),
    ...currencies().filter(({ value }) => !isTaken(() => checkCurrency(value))),
  ]
  expect(refused).toEqual([])
  expect(countries().filter(({ value, label }) => label === `${value} (${value})`)).toEqual([])
})

function isTaken(check: () => void): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

test('the lists contain what shops use, by name, and no country of the past', () => {
  const shown = countries().map(({ label }) => label)
  expect(shown).toEqual(expect.arrayContaining(['India (IN)', 'United Kingdom (GB)', 'Germany (DE)']))
  expect(shown.filter((label) => /USSR|Soviet|Yugoslavia|Zaire|Pseudo|Unknown/.test(label))).toEqual([])
  expect(shown.length).toBeGreaterThan(230)
  expect(currencies().map(({ label }) => label)).toEqual(
    expect.arrayContaining(['Indian Rupee (INR)', 'Euro (EUR)', 'US Dollar (USD)']),
  )
})

test('a value that is in no list stays choosable', () => {
  expect(withPresent(currencies(), 'XYZ')[0]).toEqual({ value: 'XYZ', label: 'XYZ' })
  expect(withPresent(currencies(), null)).toEqual(currencies())
})
