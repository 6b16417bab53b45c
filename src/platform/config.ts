import { BlockList, isIP } from 'node:net'
import { resolve } from 'node:path'
import { readSecretKeys } from './db/secret-keys.ts'
import { OperatorError } from '../values/errors.ts'
import type { CustomerLookupLimits, LookupLimits } from '../values/lookup-rules.ts'
import type { RateLimits } from '../values/rate-rules.ts'
import { logLevels, settings, type LogLevel } from './settings.ts'

/** Everything the process is told from outside. Units are in the names. */
export interface Config {
  /** Connection URL of a PostgreSQL of the operator's own; undefined: the embedded one in `dataDir`. */
  readonly databaseUrl: string | undefined
  /** Absolute path of the folder that holds the embedded database. */
  readonly dataDir: string
  readonly host: string
  readonly port: number
  /** Load the demo organisation into an empty database. */
  readonly demo: boolean
  readonly logLevel: LogLevel
  /** Connections to the database that one process may hold. */
  readonly databaseConnections: number
  /** How long requests may wait before further ones are refused. */
  readonly maxWaitMs: number
  /** How long a stopping server goes on as before and only says that it is not ready. */
  readonly drainDelayMs: number
  /** How long a stopping server waits for running requests. */
  readonly drainTimeoutMs: number
  /** For how long a request with an Idempotency-Key is answered with its first answer. */
  readonly idempotencyKeptDays: number
  /** Files that one process receives at once; one organisation has half of it. */
  readonly uploadsAtOnce: number
  /** Exports that one process sends at once; one organisation has half of it. */
  readonly exportsAtOnce: number
  /** Largest file that an upload may bring. */
  readonly uploadLimitBytes: number
  /** How long an upload may take to arrive. */
  readonly uploadTimeoutMs: number
  /** For how long the rows of an upload, and with them its error and success file, are kept after its end. */
  readonly uploadsKeptDays: number
  /** Receivers of webhooks may have private addresses and plain HTTP: for a laptop. */
  readonly webhooksMayReachPrivateAddresses: boolean
  /** Keys of 32 bytes that secrets in the database are encrypted with; the first is used for new ones. Empty: they are not. */
  readonly secretKeys: readonly Buffer[]
  /** How long a receiver may take to answer. */
  readonly webhookTimeoutMs: number
  /** Pause after the first failure of a message; it doubles with every further one. */
  readonly webhookFirstRetryMs: number
  /** After so many hours a message that fails is parked. */
  readonly webhookGiveUpHours: number
  /** For how long delivered messages and their attempts are kept. */
  readonly webhookMessagesKeptDays: number
  /** How many days before its end a coupon is told to expire soon. */
  readonly expiringSoonDays: number
  /** How much of a series' limit must be used for it to be told near. */
  readonly limitNearPercent: number
  /** Quotas of requests and of failed look-ups hold. */
  readonly abuseLimits: boolean
  /** Requests of one caller in a minute, by kind of route; 0: no limit. */
  readonly rateLimits: RateLimits
  /** How many times as many an address may send. */
  readonly rateLimitAddressFactor: number
  /** Codes asked for in vain that are forgotten in an hour; 0: they are not counted. */
  readonly failedLookups: LookupLimits
  readonly failedCustomerLookups: CustomerLookupLimits
  /** Connections that one process keeps open to callers. */
  readonly maxConnections: number
  /** For how long a person stays signed in without doing anything. */
  readonly sessionIdleMinutes: number
  /** For how long a person stays signed in at the most. */
  readonly sessionMaxHours: number
  /** Whose `X-Forwarded-For`, `-Proto` and `-Host` are believed. */
  readonly trustedProxies: BlockList
  /** What `/metrics` wants as a bearer token; undefined: none. */
  readonly metricsToken: string | undefined
  /** From where `/metrics` may be asked; undefined: from everywhere. */
  readonly metricsAddresses: BlockList | undefined
}

function readInteger(env: NodeJS.ProcessEnv, name: string, min: number, max: number): number {
  const text = env[name] || settings.find((setting) => setting.name === name)?.default || ''
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new OperatorError(
      `${name} is ${JSON.stringify(text)}; it must be a whole number from ${min} to ${max}`,
    )
  }
  return value
}

function readFlag(env: NodeJS.ProcessEnv, name: string, otherwise = '0'): boolean {
  const text = env[name] || otherwise
  if (text !== '0' && text !== '1')
    throw new OperatorError(`${name} is ${JSON.stringify(text)}; it must be 0 or 1`)
  return text === '1'
}

function readDatabaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPostgres = url?.protocol === 'postgres:' || url?.protocol === 'postgresql:'
  // A password with one of these as it is reads as another host, which a message would show.
  if (!isPostgres || text.includes('#') || text.split('@').length > 2) {
    throw new OperatorError(
      'DATABASE_URL must look like postgresql://user:password@host:5432/database, and @ : / ? # % in the password be written %40 %3A %2F %3F %23 %25',
    )
  }
  return text
}

/** Addresses and networks, separated by commas. */
function readNetworks(env: NodeJS.ProcessEnv, name: string): BlockList {
  const networks = new BlockList()
  const given = (env[name] ?? '').split(',').map((one) => one.trim())
  for (const one of given.filter((text) => text !== '')) {
    const [address = '', length, ...more] = one.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    const bits = length === undefined ? undefined : Number(length)
    const isLength =
      bits === undefined || (/^\d{1,3}$/.test(length ?? '') && bits <= (family === 'ipv6' ? 128 : 32))
    if (isIP(address) === 0 || !isLength || more.length > 0) {
      throw new OperatorError(
        `${name} holds ${JSON.stringify(one)}; it must be an address or a network such as 10.0.0.0/8`,
      )
    }
    if (bits === undefined) networks.addAddress(address, family)
    else networks.addSubnet(address, bits, family)
  }
  return networks
}

const shortestToken = 16

function readMetricsToken(text: string): string | undefined {
  if (text === '') return undefined
  if (!/^[\w.~+/=-]+$/.test(text) || text.length < shortestToken)
    throw new OperatorError(
      `METRICS_TOKEN must have ${shortestToken} or more letters, digits and . _ ~ + / = - (openssl rand -hex 24 makes one)`,
    )
  return text
}

/** True for an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** Blanks and line ends around a value come from files and copying, and are never meant. */
function trimmed(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, text?.trim()]))
}

/**
 * Reads the environment.
 *
 * @throws OperatorError that names the variable, for a value outside its type.
 */
export function readConfig(given: NodeJS.ProcessEnv): Config {
  const env = trimmed(given)
  const logLevel = logLevels.find((level) => level === (env['LOG_LEVEL'] || 'info').toLowerCase())
  if (logLevel === undefined) {
    throw new OperatorError(
      `LOG_LEVEL is ${JSON.stringify(env['LOG_LEVEL'])}; it must be one of ${logLevels.join(', ')}`,
    )
  }
  const config: Config = {
    databaseUrl: env['DATABASE_URL'] ? readDatabaseUrl(env['DATABASE_URL']) : undefined,
    dataDir: resolve(env['DATA_DIR'] || './data'),
    host: env['HOST'] || '127.0.0.1',
    port: readInteger(env, 'PORT', 0, 65_535),
    demo: readFlag(env, 'COUNTERFOIL_DEMO'),
    logLevel,
    databaseConnections: readInteger(env, 'DATABASE_CONNECTIONS', 2, 200),
    maxWaitMs: readInteger(env, 'MAX_WAIT_MS', 10, 600_000),
    drainDelayMs: readInteger(env, 'DRAIN_DELAY_MS', 0, 600_000),
    drainTimeoutMs: readInteger(env, 'DRAIN_TIMEOUT_MS', 0, 600_000),
    idempotencyKeptDays: readInteger(env, 'IDEMPOTENCY_KEPT_DAYS', 1, 365),
    uploadsAtOnce: readInteger(env, 'UPLOADS_AT_ONCE', 1, 64),
    exportsAtOnce: readInteger(env, 'EXPORTS_AT_ONCE', 1, 64),
    uploadLimitBytes: readInteger(env, 'UPLOAD_LIMIT_MIB', 1, 16_384) * 1024 * 1024,
    uploadTimeoutMs: readInteger(env, 'UPLOAD_TIMEOUT_MS', 30_000, 86_400_000),
    uploadsKeptDays: readInteger(env, 'UPLOADS_KEPT_DAYS', 1, 365),
    webhooksMayReachPrivateAddresses: readFlag(env, 'WEBHOOKS_MAY_REACH_PRIVATE_ADDRESSES'),
    secretKeys: [
      ...readSecretKeys('SECRET_KEYS', env['SECRET_KEYS'] ?? ''),
      ...readSecretKeys('WEBHOOK_KEYS', env['WEBHOOK_KEYS'] ?? ''),
    ],
    webhookTimeoutMs: readInteger(env, 'WEBHOOK_TIMEOUT_MS', 100, 60_000),
    webhookFirstRetryMs: readInteger(env, 'WEBHOOK_FIRST_RETRY_MS', 10, 3_600_000),
    webhookGiveUpHours: readInteger(env, 'WEBHOOK_GIVE_UP_HOURS', 0, 720),
    webhookMessagesKeptDays: readInteger(env, 'WEBHOOK_MESSAGES_KEPT_DAYS', 1, 3_650),
    expiringSoonDays: readInteger(env, 'EXPIRING_SOON_DAYS', 1, 90),
    limitNearPercent: readInteger(env, 'LIMIT_NEAR_PERCENT', 1, 100),
    // Everybody knows the credentials of the demo, and it is there to be tried out hard.
    abuseLimits: readFlag(env, 'ABUSE_LIMITS', readFlag(env, 'COUNTERFOIL_DEMO') ? '0' : '1'),
    rateLimits: Object.freeze({
      reads: readInteger(env, 'RATE_LIMIT_READS', 0, 1_000_000),
      writes: readInteger(env, 'RATE_LIMIT_WRITES', 0, 1_000_000),
      bulk: readInteger(env, 'RATE_LIMIT_BULK', 0, 1_000_000),
      admin: readInteger(env, 'RATE_LIMIT_ADMIN', 0, 1_000_000),
      'sign-in': readInteger(env, 'RATE_LIMIT_SIGN_IN', 0, 1_000_000),
    }),
    rateLimitAddressFactor: readInteger(env, 'RATE_LIMIT_ADDRESS_FACTOR', 1, 10_000),
    failedLookups: Object.freeze({
      till: readInteger(env, 'FAILED_LOOKUPS_TILL', 0, 1_000_000),
      client: readInteger(env, 'FAILED_LOOKUPS_CLIENT', 0, 1_000_000),
      user: readInteger(env, 'FAILED_LOOKUPS_USER', 0, 1_000_000),
      address: readInteger(env, 'FAILED_LOOKUPS_ADDRESS', 0, 1_000_000),
      series: readInteger(env, 'FAILED_LOOKUPS_SERIES', 0, 1_000_000),
    }),
    failedCustomerLookups: Object.freeze({
      till: readInteger(env, 'FAILED_CUSTOMER_LOOKUPS_TILL', 0, 1_000_000),
      client: readInteger(env, 'FAILED_CUSTOMER_LOOKUPS_CLIENT', 0, 1_000_000),
      user: readInteger(env, 'FAILED_CUSTOMER_LOOKUPS_USER', 0, 1_000_000),
    }),
    maxConnections: readInteger(env, 'MAX_CONNECTIONS', 1, 1_000_000),
    sessionIdleMinutes: readInteger(env, 'SESSION_IDLE_MINUTES', 1, 1_440),
    sessionMaxHours: readInteger(env, 'SESSION_MAX_HOURS', 1, 720),
    trustedProxies: readNetworks(env, 'TRUSTED_PROXIES'),
    metricsToken: readMetricsToken(env['METRICS_TOKEN'] ?? ''),
    metricsAddresses: env['METRICS_ADDRESSES']?.trim() ? readNetworks(env, 'METRICS_ADDRESSES') : undefined,
  }
  if (config.demo && !isLoopback(config.host)) {
    throw new OperatorError(
      `COUNTERFOIL_DEMO=1 has published passwords and is served on a loopback address only; HOST is ${config.host}`,
    )
  }
  return Object.freeze(config)
}
