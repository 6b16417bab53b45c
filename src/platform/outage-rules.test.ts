import { expect, test } from 'vitest'
import { outageOf, OutcomeUnknown, type Outage } from './outage-rules.ts'

test.each<[Outage | undefined, object]>([
  ['full', { code: '53100' }],
  ['full', { code: 'ENOSPC', syscall: 'write' }],
  ['overloaded', { code: '53300' }],
  ['overloaded', { code: '53200' }],
  ['overloaded', { code: '57014' }],
  ['overloaded', { code: '40P01' }],
  ['overloaded', { message: 'timeout exceeded when trying to connect' }],
  ['readOnly', { code: '25006' }],
  ['away', { code: '57P01' }],
  ['away', { code: '57P03' }],
  ['away', { code: '08006' }],
  ['away', { code: '28P01' }],
  ['away', { code: '3D000' }],
  ['away', { code: '58P01' }],
  ['away', { code: 'EPIPE' }],
  ['away', { code: 'ECONNREFUSED', syscall: 'connect' }],
  ['away', { code: 'ENOENT', syscall: 'connect' }],
  ['away', { message: 'Connection terminated unexpectedly' }],
  ['silent', { message: 'Connection terminated due to connection timeout' }],
  ['silent', { message: 'timeout expired' }],
  ['silent', { message: 'Query read timeout' }],
  ['silent', { code: 'DATABASE_SILENT' }],
  ['readOnly', { code: '42501', message: 'could not extend file "base/5/1": Read-only file system' }],
  ['away', { message: 'Client has encountered a connection error and is not queryable' }],
  [
    'unknown',
    new OutcomeUnknown(new Error('Client has encountered a connection error and is not queryable')),
  ],
  [undefined, new OutcomeUnknown(new Error('x is not a function'))],
  [undefined, { code: 'ENOENT', syscall: 'open' }],
  [undefined, { code: '23505' }],
  [undefined, { code: 'XX001' }],
  [undefined, { code: '42501', message: 'permission denied for table coupons' }],
  [undefined, { message: 'x is not a function' }],
])('an outage is told from a failure of the server, and by its cause: %s for %j', (expected, error) => {
  expect(outageOf(error)).toBe(expected)
})

test('any thrown value is examined without an error', () => {
  for (const thrown of [undefined, null, 'text', 5]) expect(outageOf(thrown)).toBeUndefined()
})
