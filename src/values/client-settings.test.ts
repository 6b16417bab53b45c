import { describe, expect, test } from 'vitest'
import { clientSettings, clientSettingsOf, defaultClientSettings } from './client-settings.ts'

describe('client settings', () => {
  test('each have a default among their values, and an explanation of every value', () => {
    for (const { values, default: usual, valueMeanings } of clientSettings) {
      expect(values).toContain(usual)
      expect(Object.keys(valueMeanings).toSorted()).toEqual([...values].toSorted())
    }
  })

  test('of a till override those of its organisation, which override the defaults', () => {
    expect(clientSettingsOf({ v1Types: 'typed' }, { v1Types: 'text', naiveTime: 'org' })).toEqual({
      ...defaultClientSettings,
      v1Types: 'typed',
      naiveTime: 'org',
    })
    expect(clientSettingsOf(null, null)).toBe(defaultClientSettings)
  })

  test('with values and names of another release count as not stated', () => {
    expect(clientSettingsOf({ v1Types: 'xml', unheardOf: '1' }, { v1Types: 'typed' })).toEqual({
      ...defaultClientSettings,
      v1Types: 'typed',
    })
  })
})
