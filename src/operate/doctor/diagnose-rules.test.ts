import { describe, expect, test } from 'vitest'
import { diagnose } from './diagnose-rules.ts'
import type { Facts } from './facts.ts'

const sound: Facts = {
  isEmbedded: false,
  databaseConnections: 10,
  connectionsBeside: 9,
  settings: {
    server_version: '18.4',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    autovacuum: 'on',
    default_transaction_isolation: 'read committed',
    default_transaction_read_only: 'off',
    server_encoding: 'UTF8',
    data_checksums: 'on',
    max_connections: '100',
    superuser_reserved_connections: '3',
  },
  isStandby: false,
  isSuperuser: false,
  deniedRelations: [],
  connectionsTaken: 12,
  clockOffsetMs: -3,
  pendingMigrations: [],
  unknownMigrations: [],
  breakingMigrations: [],
  invalidIndexes: [],
  oldestTransactionS: null,
  preparedTransactions: 0,
  transactionAge: 1_000,
  isArchiveFailing: false,
  missingKeys: [],
  readableSecrets: 0,
  hasSecretKeys: true,
  unlistedProxies: [],
  publicLogins: [],
  isLoopback: true,
  isProxied: false,
  failedBatches: 0,
  failedUploads: 0,
  collisions: [],
  chains: [],
  retries: [],
  renamedCodes: 0,
}
const judged = (changes: Partial<Facts>) =>
  diagnose({ ...sound, ...changes }).filter(({ verdict }) => verdict !== 'ok')

describe('doctor', () => {
  test('finds no fault in a sound database, or in one that waits for a standby', () => {
    expect(judged({})).toEqual([])
    expect(judged({ settings: { ...sound.settings, synchronous_commit: 'remote_apply' } })).toEqual([])
  })

  test.each<[string, Partial<Facts>, 'warning' | 'fault', string]>([
    ['fsync is off', { settings: { ...sound.settings, fsync: 'off' } }, 'fault', 'fsync is off'],
    [
      'commits do not wait for the disk',
      { settings: { ...sound.settings, synchronous_commit: 'off' } },
      'fault',
      'synchronous_commit is off',
    ],
    [
      'another isolation is the default',
      { settings: { ...sound.settings, default_transaction_isolation: 'serializable' } },
      'fault',
      'default_transaction_isolation is serializable',
    ],
    [
      'the encoding holds no names',
      { settings: { ...sound.settings, server_encoding: 'SQL_ASCII' } },
      'fault',
      'server_encoding is SQL_ASCII',
    ],
    [
      'pages have no checksums',
      { settings: { ...sound.settings, data_checksums: 'off' } },
      'warning',
      'no checksums',
    ],
    [
      'it takes no writes',
      { settings: { ...sound.settings, default_transaction_read_only: 'on' } },
      'fault',
      'default_transaction_read_only is on',
    ],
    [
      'tables are closed to the server',
      { deniedRelations: ['a', 'b', 'c', 'd', 'e'] },
      'fault',
      'a, b, c and 2 more',
    ],
    ['a key is lost', { missingKeys: ['ca572177'] }, 'warning', 'ca572177'],
    ['there is no key', { hasSecretKeys: false, readableSecrets: 2 }, 'warning', 'SECRET_KEYS is not set'],
    ['secrets can be read', { readableSecrets: 2 }, 'warning', '2 secrets are not encrypted yet'],
    ['callers share the address of a proxy', { unlistedProxies: ['10.0.0.9'] }, 'warning', '(10.0.0.9)'],
    ['it is a standby', { isStandby: true }, 'fault', 'standby'],
    ['the role may do everything', { isSuperuser: true }, 'warning', 'superuser'],
    ['connections run out', { connectionsTaken: 83 }, 'warning', '83 of 97 connections'],
    ['clocks differ by seconds', { clockOffsetMs: -1_500 }, 'warning', 'differ by 1.5 s'],
    ['clocks differ by minutes', { clockOffsetMs: 61_000 }, 'fault', 'differ by 61.0 s'],
    ['migrations are to come', { pendingMigrations: ['0099_x'] }, 'warning', '0099_x'],
    ['the schema is newer', { unknownMigrations: ['0099_x'] }, 'warning', '0099_x'],
    [
      'the schema is another',
      { unknownMigrations: ['0099_x'], pendingMigrations: ['0098_y'] },
      'fault',
      '0099_x',
    ],
    [
      'the schema is newer and does not fit',
      { unknownMigrations: ['0099_x', '0100_y.breaking'], breakingMigrations: ['0100_y.breaking'] },
      'fault',
      '0100_y.breaking',
    ],
    ['an index is not valid', { invalidIndexes: ['coupons__code'] }, 'fault', 'coupons__code'],
    ['a transaction is forgotten', { oldestTransactionS: 900 }, 'warning', 'open for 15 minutes'],
    ['transactions are prepared', { preparedTransactions: 2 }, 'warning', '2 prepared transactions'],
    ['freezing is overdue', { transactionAge: 1_500_000_000 }, 'fault', '1500000000 transactions'],
    ['the archive is full', { isArchiveFailing: true }, 'fault', 'cannot be archived'],
    ['the demo is public', { publicLogins: ['demo.till'], isLoopback: false }, 'fault', 'demo.till'],
    [
      'the demo is behind a proxy',
      { publicLogins: ['demo.till'], isProxied: true },
      'warning',
      'TRUSTED_PROXIES',
    ],
    ['codes were not made', { failedBatches: 1 }, 'warning', '1 batches of codes'],
    ['coupons got another code', { renamedCodes: 2 }, 'warning', '2 coupons got another code'],
    [
      'events have waited for their chain',
      {
        chains: [
          {
            orgId: 3,
            name: 'Acme',
            position: 7,
            lastEventId: 9,
            endsInLink: true,
            waiting: 10_000,
            lagS: 600,
          },
        ],
      },
      'warning',
      '10000 or more events are not linked yet, the oldest for 10 minutes',
    ],
    ['files were not worked off', { failedUploads: 3 }, 'warning', '3 uploads'],
    [
      'two customers have one number',
      { collisions: [{ orgId: 3, customers: 7, customerIds: [11, 12, 13, 14, 15] }] },
      'warning',
      'Organisation 3: 7 customers have an identifier that another customer has in another spelling: 11, 12, 13, 14, 15 and 2 more',
    ],
  ])('gives advice if %s', (_, changes, verdict, what) => {
    const [finding, ...others] = judged(changes)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ verdict, what: expect.stringContaining(what) })
    expect(finding?.advice.length).toBeGreaterThan(10)
  })

  test('reports for every organisation how a repeated sale is answered, and accepts both settings', () => {
    const retries = [
      { orgId: 1, name: 'Acme', areReplayed: false },
      { orgId: 2, name: 'Bolt', areReplayed: true },
    ]
    expect(judged({ retries })).toEqual([])
    const told = diagnose({ ...sound, retries }).map(({ what }) => what)
    expect(told).toContain(
      'Organisation 1 "Acme" refuses a repeated sale (replaysTillRetries is off): retries need an Idempotency-Key',
    )
    expect(told).toContain('Organisation 2 "Bolt" answers a repeated sale with its first redemption')
  })
})
