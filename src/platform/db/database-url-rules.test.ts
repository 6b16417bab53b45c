import { expect, test } from 'vitest'
import { readDatabaseUrl } from './database-url-rules.ts'

test.each([
  ['postgres://u:p%40@db/x', ['postgres://u:p%40@db/x'], false],
  ['postgresql://u@db:1/x?sslmode=verify-full', ['postgresql://u@db:1/x?sslmode=verify-full'], false],
  ['postgres://db/x?target_session_attrs=read-write', ['postgres://db/x'], true],
  ['postgres://db/x?target_session_attrs=any', ['postgres://db/x'], false],
  ['postgres://u@a,b/x', ['postgres://u@a/x', 'postgres://u@b/x'], true],
  [
    'postgres://u@a:1,[::1]:2/x?target_session_attrs=primary&sslmode=no-verify',
    ['postgres://u@a:1/x?sslmode=no-verify', 'postgres://u@[::1]:2/x?sslmode=no-verify'],
    true,
  ],
  ['postgres://u@localhost/x?host=%2Frun%2Fpg', ['postgres://u@localhost/x?host=%2Frun%2Fpg'], false],
])('the address %s lists the hosts %j', (given, urls, needsWrites) => {
  expect(readDatabaseUrl(given)).toEqual({ urls, needsWrites })
})

test.each([
  'mysql://db/x',
  'postgres://a,,b/x',
  'postgres://a:1,b:nine/x',
  'postgres://db/x?target_session_attrs=prefer-standby',
  'db',
])('the address %s is invalid', (given) => {
  expect(readDatabaseUrl(given)).toBeUndefined()
})
