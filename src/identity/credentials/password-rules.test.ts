import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../values/errors.ts'
import { commonPasswords } from './common-passwords-rules.ts'
import { checkChosenPassword } from './password-rules.ts'

const names = { 'till code': 's1.till.front', 'name of the organisation': 'Acme Retail Group' }
const check = (password: string) => checkChosenPassword(password, names)

describe('a chosen password', () => {
  test.each([
    'correct horse',
    'a long one that works',
    'go up to it',
    'xK9#mq2Lp0vR',
    '729103846551',
    'überraschungsei',
    'Sieben Zwerge!',
    'acme retail group has eleven stores',
    'x'.repeat(3) + 'ypqrstuvwx',
  ])('may be %j', (password) => {
    expect(check(password)).toBe(password)
  })

  test.each([
    ['', 'at least 12 characters or 4 different words'],
    ['short', 'at least 12 characters or 4 different words'],
    ['elevenchars', 'at least 12 characters or 4 different words'],
    ['go go go go', 'at least 12 characters or 4 different words'],
    ['a b c d e f', 'at least 12 characters or 4 different words'],
    ['x'.repeat(201), 'at most 200 characters'],
    ['aaaaaaaaaaaa', '5 different characters'],
    ['abababababab', '5 different characters'],
    ['abcdeabcdeabcdeabcde', 'common'],
    ['password1234', 'common'],
    ['Password!2026', 'common'],
    ['1234!!!dragon!!!', 'common'],
    ['passwordpassword', 'common'],
    ['password password', 'common'],
    ['password-password-password', 'common'],
    ['123456789012', 'common'],
    ['987654321098', 'common'],
    ['abcdefghijkl', 'common'],
    ['1q2w3e4r5t6y', 'common'],
    ['s1.till.front', 'must not be the till code'],
    ['S1-Till-Front', 'must not be the till code'],
    ['acmeretailgroup', 'must not be the name of the organisation'],
    ['Acme Retail Group 2026', 'must not be the name of the organisation'],
  ])('may not be %j: %s', (password, why) => {
    expect(() => check(password)).toThrow(Refusal)
    expect(() => check(password)).toThrow(why)
  })

  test('may not be one of the thousand most common, in any letter case and with any digits around it', () => {
    expect(commonPasswords.size).toBeGreaterThanOrEqual(1_000)
    for (const common of commonPasswords)
      for (const one of [common, common.toUpperCase(), `${common}${common}`, `${common} ${common}`])
        expect(() => check(one), one).toThrow(Refusal)
    for (const common of [...commonPasswords].filter((one) => /^[a-z]{4,}$/.test(one)))
      for (const one of [`${common}12345678`, `!!${common}2026!!`])
        expect(() => check(one), one).toThrow(Refusal)
  })

  test('may contain a name of few letters', () => {
    for (const name of ['7', '001', 's1', 'a-b', ''])
      expect(checkChosenPassword('729103846551', { 'till code': name })).toBe('729103846551')
  })

  test('is judged in a short time, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (password) => {
        try {
          return check(password) === password
        } catch (error) {
          return error instanceof Refusal
        }
      }),
    )
  })
})
