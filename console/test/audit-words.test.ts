import { expect, test } from 'vitest'
import { actionWords, subjectWords, valueWords } from '../src/pages/admin/audit-words.ts'

const subject = { kind: 'series', id: 7 }

test('a changed record is called by the name in its entry, or else by its number', () => {
  const words = (after: Record<string, unknown> | null, before: Record<string, unknown> | null = null) =>
    subjectWords({ subject, before, after })
  expect(words({ description: 'Ten off', code: 'TEN' })).toBe('Ten off')
  expect(words({ description: '', name: 'Mall' })).toBe('Mall')
  expect(words(null, { code: 'till.1' })).toBe('till.1')
  expect(words({ name: '(not kept)', maxIssued: 4 })).toBe('No. 7')
  expect(subjectWords({ subject: { kind: 'session', id: 3 }, before: null, after: null })).toBe('')
})

test('actions and values are in words', () => {
  expect(actionWords('coupon.expiry-changed')).toBe('Coupon: expiry changed')
  expect(actionWords('session.created')).toBe('Signed in')
  expect([[], ['issued', 'redeemed'], true, null, '', 5, { a: 1 }].map(valueWords)).toEqual([
    'none',
    'issued, redeemed',
    'yes',
    'none',
    'none',
    '5',
    '{"a":1}',
  ])
})
