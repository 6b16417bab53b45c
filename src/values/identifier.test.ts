import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identifierTypes, normaliseIdentifier } from './identifier.ts'

describe('an identifier', () => {
  test('is compared by its type: mobile numbers by number, e-mail addresses case-insensitively, external ids exactly', () => {
    expect(normaliseIdentifier('mobile', '94004 88244', 'IN')).toBe('919400488244')
    expect(normaliseIdentifier('email', ' Asha.Rao@Example.COM ', 'IN')).toBe('asha.rao@example.com')
    expect(normaliseIdentifier('externalId', ' Ext 1 ', 'IN')).toBe(' Ext 1 ')
  })

  test('is undefined for text that cannot be one', () => {
    for (const text of ['', 'asha', '@example.com', 'asha@', 'a b@example.com', 'a@b@c', 'a\0@example.com']) {
      expect(normaliseIdentifier('email', text, 'IN'), text).toBeUndefined()
    }
    for (const type of identifierTypes) {
      expect(normaliseIdentifier(type, '', 'IN'), type).toBeUndefined()
      expect(normaliseIdentifier(type, `1${'0'.repeat(320)}`, 'IN'), type).toBeUndefined()
    }
    expect(normaliseIdentifier('externalId', 'x'.repeat(320), 'IN')).toHaveLength(320)
  })

  test('does not change when it is normalised again', () => {
    fc.assert(
      fc.property(fc.constantFrom(...identifierTypes), fc.string({ unit: 'binary' }), (type, text) => {
        const once = normaliseIdentifier(type, text, 'IN')
        fc.pre(once !== undefined)
        expect(normaliseIdentifier(type, once, 'IN')).toBe(once)
      }),
    )
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const once = normaliseIdentifier('email', address, 'IN')
        expect(once).toBe(address.toLowerCase())
        expect(normaliseIdentifier('email', address.toUpperCase(), 'IN')).toBe(once)
      }),
    )
  })
})
