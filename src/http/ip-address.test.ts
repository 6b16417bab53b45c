import { expect, test } from 'vitest'
import { readIpAddress } from './ip-address.ts'

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['203.0.113.9:51234', '203.0.113.9'],
  ['2001:db8::1', '2001:db8::1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::ffff:cb00:7109', '203.0.113.9'],
  ['[::ffff:203.0.113.9]:80', '203.0.113.9'],
  ['fe80::1%eth0', 'fe80::1'],
])('all spellings of an address are one address: %s', (written, address) => {
  expect(readIpAddress(written)).toBe(address)
})

test.each([
  '',
  'unknown',
  '_hidden',
  'example.com',
  '203.0.113',
  '203.0.113.9:',
  '203.0.113.9:123456',
  '203.0.113.999',
  '[2001:db8::1',
  '2001:db8::1]:443',
  '[2001:db8::1]:x',
  '203.0.113.9 ',
  `${'1'.repeat(100)}.1.1.1`,
])('text that is not an address is not read as one: %j', (text) => {
  expect(readIpAddress(text)).toBeUndefined()
})
