import { describe, expect, test } from 'vitest'
import { clientSettings, clientSettingsOf, defaultClientSettings } from './client-settings.ts'

describe('settings of programs that call', () => {
  test('the default of each is one of its values, and each value is explained', () => {
    for (const { values, default: usual, valueMeanings } of clientSettings) {
      expect(values).toContain(usual)
      expect(Object.keys(valueMeanings).toSorted()).toEqual([...values].toSorted())
    }
  })

  test('a till decides before its organisation, and the organisation before the default', () => {
    expect(clientSettingsOf({ v1Types: 'typed' }, { v1Types: 'text', naiveTime: 'org' })).toEqual({
      ...defaultClientSettings,
      v1Types: 'typed',
      naiveTime: 'org',
    })
    expect(clientSettingsOf(null, null)).toBe(defaultClientSettings)
  })

  test('values and names of another release count as not stated', () => {
    expect(clientSettingsOf({ v1Types: 'xml', unheardOf: '1' }, { v1Types: 'typed' })).toEqual({
      ...defaultClientSettings,
      v1Types: 'typed',
    })
  })
})
