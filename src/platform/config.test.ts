import { BlockList } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { isLoopback, readConfig, withSecretKeys } from './config.ts'
import { settings } from './settings.ts'

describe('the configuration', () => {
  test('has the documented defaults, an empty variable counting as absent', () => {
    const empty = Object.fromEntries(settings.map(({ name }) => [name, '']))
    for (const env of [{}, empty]) {
      expect(readConfig(env)).toEqual({
        secrets: { databaseUrl: undefined, keys: [], metricsToken: undefined },
        isEmbedded: true,
        dataDir: `${process.cwd()}/data`,
        host: '127.0.0.1',
        port: 8080,
        demo: false,
        logLevel: 'info',
        databaseConnections: 10,
        databaseTimeoutMs: 5_000,
        maxWaitMs: 250,
        drainDelayMs: 0,
        drainTimeoutMs: 10_000,
        idempotencyKeptDays: 7,
        uploadsAtOnce: 4,
        exportsAtOnce: 4,
        uploadLimitBytes: 256 * 1024 * 1024,
        uploadTimeoutMs: 600_000,
        uploadsKeptDays: 7,
        webhooksMayReachPrivateAddresses: false,
        webhookTimeoutMs: 15_000,
        webhookFirstRetryMs: 5_000,
        webhookGiveUpHours: 72,
        webhookMessagesKeptDays: 30,
        expiringSoonDays: 3,
        limitNearPercent: 90,
        abuseLimits: true,
        rateLimits: { reads: 12_000, writes: 6_000, bulk: 300, admin: 1_200, 'sign-in': 120 },
        rateLimitAddressFactor: 20,
        failedLookups: { till: 60, client: 3_000, user: 120, address: 600, series: 1_500 },
        failedCustomerLookups: { till: 600, client: 30_000, user: 600 },
        maxConnections: 10_000,
        upstream: { url: undefined, timeoutMs: 30_000, atOnce: 256 },
        shadow: { mode: 'off', learn: false, till: undefined, keptDays: 90 },
        sessionIdleMinutes: 60,
        sessionMaxHours: 12,
        trustedProxies: expect.any(BlockList),
        metricsAddresses: undefined,
      })
    }
  })

  test('accepts each variable at the ends of its range', () => {
    expect(readConfig({ PORT: '0' }).port).toBe(0)
    expect(readConfig({ PORT: '65535' }).port).toBe(65_535)
    expect(readConfig({ DATABASE_CONNECTIONS: '200' }).databaseConnections).toBe(200)
    expect(readConfig({ DRAIN_TIMEOUT_MS: '0' }).drainTimeoutMs).toBe(0)
    expect(readConfig({ LOG_LEVEL: 'DEBUG' }).logLevel).toBe('debug')
    expect(readConfig({ DATA_DIR: '/srv/data/' }).dataDir).toBe('/srv/data')
    expect(readConfig({ DATABASE_URL: 'postgres://u:p@db/x' }).secrets.databaseUrl).toBe(
      'postgres://u:p@db/x',
    )
  })

  test('accepts only an origin as the address of another service', () => {
    expect(readConfig({ UPSTREAM_URL: 'https://api.example.com/' }).upstream.url).toBe(
      'https://api.example.com',
    )
    expect(readConfig({ UPSTREAM_URL: 'http://127.0.0.1:8081' }).upstream.url).toBe('http://127.0.0.1:8081')
    for (const bad of [
      'api.example.com',
      'ftp://api.example.com',
      'https://a:b@api.example.com',
      'https://api.example.com/v2',
    ])
      expect(() => readConfig({ UPSTREAM_URL: bad }), bad).toThrow('UPSTREAM_URL must be')
  })

  test('compares with another service only if one is configured', () => {
    const upstream = { UPSTREAM_URL: 'https://api.example.com' }
    expect(readConfig({ ...upstream, SHADOW: 'upstream', SHADOW_LEARN: '1' }).shadow).toMatchObject({
      mode: 'upstream',
      learn: true,
    })
    expect(() => readConfig({ SHADOW: 'upstream' })).toThrow('UPSTREAM_URL, which is empty')
    expect(() => readConfig({ ...upstream, SHADOW_LEARN: '1' })).toThrow(
      'SHADOW_LEARN has an effect only in shadow mode',
    )
    expect(() => readConfig({ ...upstream, SHADOW_TILL: 'till.001' })).toThrow('SHADOW_TILL has an effect')
  })

  test('trusts the configured proxies and no others', () => {
    const { trustedProxies } = readConfig({ TRUSTED_PROXIES: '192.0.2.7, 10.0.0.0/8 ,2001:db8::/32' })
    for (const address of ['192.0.2.7', '10.255.0.1'])
      expect(trustedProxies.check(address), address).toBe(true)
    expect(trustedProxies.check('2001:db8::9', 'ipv6')).toBe(true)
    for (const address of ['192.0.2.8', '11.0.0.1'])
      expect(trustedProxies.check(address), address).toBe(false)
    expect(readConfig({}).trustedProxies.check('127.0.0.1')).toBe(false)
  })

  test('cannot be changed', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true)
  })

  test('ignores blanks and line ends around every value', () => {
    const given = {
      PORT: ' 80',
      DATABASE_URL: ' postgres://user:pass@db/counterfoil\n',
      LOG_LEVEL: 'debug\t',
      HOST: ' ',
    }
    expect(readConfig(given)).toMatchObject({
      port: 80,
      isEmbedded: false,
      secrets: { databaseUrl: 'postgres://user:pass@db/counterfoil' },
      logLevel: 'debug',
      host: '127.0.0.1',
    })
  })

  test('refuses a value outside its type with a line that names the variable', () => {
    for (const [name, values] of Object.entries({
      PORT: ['-1', '65536', '80.5', '8o', '8 0', '1e3'],
      DATABASE_CONNECTIONS: ['0', '1', '201', 'many'],
      DRAIN_TIMEOUT_MS: ['-1', '600001', '1s'],
      COUNTERFOIL_DEMO: ['true', '2', 'yes'],
      WEBHOOKS_MAY_REACH_PRIVATE_ADDRESSES: ['true'],
      WEBHOOK_KEYS: ['short', `${'A'.repeat(43)}=,short`],
      WEBHOOK_GIVE_UP_HOURS: ['-1', '721'],
      LIMIT_NEAR_PERCENT: ['0', '101'],
      LOG_LEVEL: ['loud', 'warning'],
      ABUSE_LIMITS: ['2', 'off'],
      RATE_LIMIT_READS: ['-1', '1000001', '10/s'],
      RATE_LIMIT_ADDRESS_FACTOR: ['0'],
      FAILED_LOOKUPS_TILL: ['1.5'],
      MAX_CONNECTIONS: ['0'],
      SESSION_IDLE_MINUTES: ['0', '1441', '1.5'],
      SESSION_MAX_HOURS: ['0', '721'],
      TRUSTED_PROXIES: ['proxy', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.1,,x', '::1/129', '10.0.0.0/'],
      DATABASE_URL: ['localhost:5432', 'mysql://db/x', 'http://db', '//db', 'postgres://u:a@b@db/x'],
    })) {
      for (const value of values) {
        expect(() => readConfig({ [name]: value }), `${name}=${value}`).toThrow(name)
      }
    }
  })

  test('accepts only whole numbers of the documented range', () => {
    const numbers = settings.filter((one) => /^\d+$/.test(one.default) && one.allowed !== '0 or 1')
    expect(numbers.length).toBeGreaterThan(30)
    for (const { name, default: usual, allowed } of numbers) {
      const [, min, max] = /^(\d+) to (\d+)$/.exec(allowed) ?? []
      for (const value of [min, max, usual]) expect(() => readConfig({ [name]: value }), name).not.toThrow()
      for (const value of [Number(min) - 1, Number(max) + 1])
        expect(() => readConfig({ [name]: String(value) }), `${name}=${value}`).toThrow(
          `${name} is "${value}"; it must be a whole number from ${min} to ${max}`,
        )
    }
  })

  test('never shows a database URL, which may contain a password', () => {
    for (const url of [
      'mysql://u:hidden@db/x',
      'postgres://u:p@hidden@db/x',
      'postgres://u:1#hidden@db/x',
      'postgres://u:p/hidden@db/x',
    ])
      expect(() => readConfig({ DATABASE_URL: url }), url).toThrow(/^(?!.*hidden)/)
    const encoded = 'postgres://u:p%40%23%2F@db/x'
    expect(readConfig({ DATABASE_URL: encoded }).secrets.databaseUrl).toBe(encoded)
  })

  test('may be printed, since its secrets are not shown', () => {
    const config = readConfig({
      DATABASE_URL: 'postgres://u:hidden@db/x',
      SECRET_KEYS: Buffer.alloc(32, 'hidden').toString('base64'),
      METRICS_TOKEN: 'hidden-hidden-hidden',
    })
    const changed = withSecretKeys(config, [Buffer.alloc(32, 'hidden')])
    for (const printed of [config, changed, { ...changed }].flatMap((one) => [
      JSON.stringify(one),
      inspect(one),
    ])) {
      expect(printed).toContain('[secrets]')
      expect(printed).not.toMatch(/hidden|68 69 64|aGlkZGVu|104,105,100/)
    }
  })

  test('limits nobody in the demo unless limits are configured', () => {
    expect(readConfig({ COUNTERFOIL_DEMO: '1' }).abuseLimits).toBe(false)
    expect(readConfig({ COUNTERFOIL_DEMO: '1', ABUSE_LIMITS: '1' }).abuseLimits).toBe(true)
  })

  test('serves the demo only on loopback addresses', () => {
    for (const host of ['127.0.0.1', 'localhost', '::1', '127.9.9.9']) {
      expect(readConfig({ COUNTERFOIL_DEMO: '1', HOST: host }).demo, host).toBe(true)
    }
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.com', '127.0.0.1.example.com']) {
      expect(isLoopback(host), host).toBe(false)
      expect(() => readConfig({ COUNTERFOIL_DEMO: '1', HOST: host }), host).toThrow('COUNTERFOIL_DEMO=1')
    }
  })
})
