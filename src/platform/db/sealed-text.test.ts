import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { seal, unseal } from './sealed-text.ts'

const [first, second] = [randomBytes(32), randomBytes(32)]

test('a sealed text does not contain the original, and can be unsealed with any of the given keys', () => {
  const kept = seal(first, 'here', 'whsec_secret')
  expect(kept).not.toContain('whsec')
  expect(seal(first, 'here', 'whsec_secret')).not.toBe(kept)
  expect(unseal([second, first], 'here', kept)).toBe('whsec_secret')
})

test('a text that was copied elsewhere, changed or sealed with a lost key cannot be unsealed', () => {
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

test('without a key a text is stored unencrypted, and stays readable once there is a key', () => {
  const kept = seal(undefined, 'here', 'a:b')
  expect(unseal([first], 'here', kept)).toBe('a:b')
})
