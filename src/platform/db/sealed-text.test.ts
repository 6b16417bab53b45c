import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { seal, unseal } from './sealed-text.ts'

const [first, second] = [randomBytes(32), randomBytes(32)]

test('what is sealed does not stand in what is kept, and opens with any key that is given', () => {
  const kept = seal(first, 'here', 'whsec_secret')
  expect(kept).not.toContain('whsec')
  expect(seal(first, 'here', 'whsec_secret')).not.toBe(kept)
  expect(unseal([second, first], 'here', kept)).toBe('whsec_secret')
})

test('what was copied elsewhere, changed or sealed with a lost key does not open', () => {
  const kept = seal(first, 'here', 'whsec_secret')
  expect(() => unseal([first], 'there', kept)).toThrow(/authenticate/)
  const [scheme, name, base64 = ''] = kept.split(':')
  const bytes = Buffer.from(base64, 'base64')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  expect(() => unseal([first], 'here', `${scheme}:${name}:${bytes.toString('base64')}`)).toThrow(
    /authenticate/,
  )
  expect(() => unseal([second], 'here', kept)).toThrow(/SECRET_KEYS lacks the key/)
})

test('without a key a text is kept as it is, and stays readable when there is one', () => {
  const kept = seal(undefined, 'here', 'a:b')
  expect(unseal([first], 'here', kept)).toBe('a:b')
})
