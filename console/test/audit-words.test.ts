import { expect, test } from 'vitest'
import { actionWords, fieldWords, pageOf, subjectWords, valueWords } from '../src/pages/admin/audit-words.ts'

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

test('the name that a thing has now comes before the one in its entry', () => {
  const named = { ...subject, name: 'Twenty off' }
  expect(subjectWords({ subject: named, before: null, after: { description: 'Ten off' } })).toBe('Twenty off')
})

test('actions are in words, and say what a change of a field means', () => {
  expect(actionWords({ action: 'coupon.expiry-changed' })).toBe('Coupon: expiry changed')
  expect(actionWords({ action: 'session.created' })).toBe('Signed in')
  const hidden = { secretHash: '(not kept)' }
  const changed = (kind: string, after: Record<string, unknown>, before: Record<string, unknown> = {}) =>
    actionWords({ action: `${kind}.changed`, before, after })
  expect(changed('client', hidden, hidden)).toBe('Client: secret rotated')
  expect(changed('webhook', { secret: '(not kept)' })).toBe('Webhook: secret rotated')
  expect(changed('till', { passwordHash: '(not kept)' })).toBe('Till: password replaced')
  expect(changed('till', { revokedAt: '2026-05-04T08:00:00Z' })).toBe('Till: revoked')
  expect(changed('user', { disabledAt: null })).toBe('Person: enabled again')
  expect(changed('customer', { blockedAt: '2026-05-04T08:00:00Z' })).toBe('Customer: blocked')
  expect(changed('series', { halt: { as: 'paused' } })).toBe('Series: paused')
  expect(changed('series', { halt: null })).toBe('Series: resumed')
  expect(changed('store', { name: 'Mall' })).toBe('Store: changed')
})

test('fields and values are in words, with names for ids and times for instants', () => {
  expect(['passwordHash', 'storeId', 'couponPrefix'].map(fieldWords)).toEqual([
    'Password',
    'Store',
    'Coupon prefix',
  ])
  expect([[], ['issued', 'redeemed'], true, null, '', 5, { a: 1 }].map((one) => valueWords(one))).toEqual([
    'none',
    'issued, redeemed',
    'yes',
    'none',
    'none',
    '5',
    '{"a":1}',
  ])
  const shown = { names: { 'store:5': 'Mall Road', 'store:6': 'Airport' }, time: () => '4 May 2026' }
  expect(valueWords(5, 'storeId', shown)).toBe('Mall Road')
  expect(valueWords([5, 6, 7], 'redemptionStoreIds', shown)).toBe('Mall Road, Airport, No. 7')
  expect(valueWords(5, 'maxIssued', shown)).toBe('5')
  expect(valueWords('2026-05-04T08:00:00+00:00', 'revokedAt', shown)).toBe('4 May 2026')
  expect(valueWords('(not kept)', 'secretHash', shown)).toBe('a value that is not recorded')
})

test('an entry leads to the page of the thing it is about', () => {
  const none = { before: null, after: null }
  const of = (kind: string, id: number | null, more: object = {}, fields: object = none) =>
    pageOf({ kind, id, ...more }, { ...none, ...fields })
  expect(of('customer', 7)).toBe('/customers/7')
  expect(of('series', 7)).toBe('/series/7')
  expect(of('webhook', 7)).toBe('/webhooks/7')
  expect(of('code-batch', 7, { seriesId: 9 })).toBe('/series/9')
  expect(of('coupon', 7, {}, { after: { code: 'A B' } })).toBe('/check?code=A%20B')
  expect(
    ['till', 'store', 'client', 'user', 'organisation', 'access-group'].map((kind) => of(kind, 7)),
  ).toEqual(['/stores', '/stores', '/clients', '/users', '/settings', '/access-groups'])
  expect(of('export', null)).toBeUndefined()
})
