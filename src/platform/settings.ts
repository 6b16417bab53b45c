import { resolve } from 'node:path'
import {
  choice,
  databaseUrl,
  flag,
  integer,
  networks,
  optional,
  origin,
  secretKeys,
  text,
  token,
  type Setting,
} from './setting-kinds.ts'

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const shadowModes = ['off', 'upstream', 'counterfoil'] as const

const requestsPerMinute = (name: string, usual: number, scope: string) =>
  integer(
    `RATE_LIMIT_${name}`,
    { min: 0, max: 1_000_000, default: usual },
    `Requests per minute ${scope}; 0: no limit.`,
  )

const failuresPerHour = (name: string, usual: number, what: string, scope: string) =>
  integer(
    name,
    { min: 0, max: 1_000_000, default: usual },
    `Look-ups of unknown ${what} per hour ${scope}, a third of which may occur at once; 0: no limit.`,
  )
const failedCodes = (name: string, usual: number, scope: string) =>
  failuresPerHour(`FAILED_LOOKUPS_${name}`, usual, 'codes and coupon ids', scope)
const failedCustomers = (name: string, usual: number, scope: string) =>
  failuresPerHour(`FAILED_CUSTOMER_LOOKUPS_${name}`, usual, 'customers', scope)

const perCaller = 'from one till, client or person'
const perOrganisation =
  'each uses a connection to the database. One organisation may have half of them, and the last one is reserved for an organisation that has none.'

/**
 * All settings by their path in the configuration. `docs/configuration.md` and `--help` are generated from this table.
 */
export const settingTable = {
  secrets: {
    databaseUrl: optional(
      databaseUrl(
        'DATABASE_URL',
        'URL of your own PostgreSQL, 15 or newer: postgresql://user:password@host:5432/database, with special characters percent-encoded. Of several hosts (host1:5432,host2:5432) the first that accepts writes is used; ?target_session_attrs=read-write requires the same of a single host. Empty: the embedded PostgreSQL in DATA_DIR.',
      ),
    ),
    keys: secretKeys(
      'SECRET_KEYS',
      'Keys that encrypt secrets in the database (those of webhooks and those that sign access tokens): 32 bytes in base64 each (openssl rand -base64 32), separated by commas. The first encrypts, all of them decrypt. Empty: for the embedded database, a key is created in DATA_DIR/secret.key; in your own PostgreSQL, secrets are stored as plain text.',
    ),
    furtherKeys: secretKeys(
      'WEBHOOK_KEYS',
      'Additional keys after those of SECRET_KEYS; the former name of that setting.',
    ),
    metricsToken: optional(
      token(
        'METRICS_TOKEN',
        'The token that /metrics requires as Authorization: Bearer; at least 16 letters and digits. Empty: no token is required.',
      ),
    ),
  },
  dataDir: text('DATA_DIR', './data', 'Folder of the embedded database.', (given) => resolve(given)),
  host: text(
    'HOST',
    '127.0.0.1',
    'Address to listen on. Unless it is a loopback address, the server refuses a database that accepts the published credentials of the demo.',
    (given) => given,
  ),
  port: integer('PORT', { min: 0, max: 65_535, default: 8080 }, 'Port to listen on; 0: any free port.'),
  demo: flag(
    'COUNTERFOIL_DEMO',
    '1 loads the demo organisation into an empty database; loopback addresses only.',
  ),
  logLevel: choice('LOG_LEVEL', logLevels, 'info', 'The lowest severity that is logged.'),
  databaseConnections: integer(
    'DATABASE_CONNECTIONS',
    { min: 2, max: 200, default: 10 },
    'Maximum number of database connections per process.',
  ),
  databaseTimeoutMs: integer(
    'DATABASE_TIMEOUT_MS',
    { min: 500, max: 600_000, default: 5_000 },
    'Time without any response to a statement, in milliseconds, after which the server checks whether the database is still working on it, and closes the connection if not. A call waits at most twice this time for a lock or a free connection; a batch of writes may take three times as long, a statement of a call six times. Commands, imports and exports are limited only by this time.',
  ),
  maxWaitMs: integer(
    'MAX_WAIT_MS',
    { min: 10, max: 600_000, default: 250 },
    'Longest expected time to an answer, in milliseconds: while more requests are in progress than are answered in this time (and at least 32), further ones are refused with 503. If a crowd arrives at an idle server, up to 512 requests are accepted.',
  ),
  drainDelayMs: integer(
    'DRAIN_DELAY_MS',
    { min: 0, max: 600_000, default: 0 },
    'How long a stopping server still accepts requests while /ready answers 503, so that a load balancer can react, in milliseconds.',
  ),
  drainTimeoutMs: integer(
    'DRAIN_TIMEOUT_MS',
    { min: 0, max: 600_000, default: 10_000 },
    'How long a stopping server waits for running requests, in milliseconds.',
  ),
  idempotencyKeptDays: integer(
    'IDEMPOTENCY_KEPT_DAYS',
    { min: 1, max: 365, default: 7 },
    'For how many days a repeated request with the same Idempotency-Key gets the first answer.',
  ),
  uploadLimitBytes: integer(
    'UPLOAD_LIMIT_MIB',
    { min: 1, max: 16_384, default: 256, unit: 1024 * 1024 },
    'Maximum size of an uploaded file, in mebibytes. All other request bodies are limited to 1.',
  ),
  uploadsAtOnce: integer(
    'UPLOADS_AT_ONCE',
    { min: 1, max: 64, default: 4 },
    `Uploads that one process receives concurrently; ${perOrganisation}`,
  ),
  exportsAtOnce: integer(
    'EXPORTS_AT_ONCE',
    { min: 1, max: 64, default: 4 },
    `Exports that one process sends concurrently; ${perOrganisation}`,
  ),
  uploadTimeoutMs: integer(
    'UPLOAD_TIMEOUT_MS',
    { min: 30_000, max: 86_400_000, default: 600_000 },
    'Time limit for receiving an upload, in milliseconds. The limit for all other requests is 30 seconds.',
  ),
  uploadsKeptDays: integer(
    'UPLOADS_KEPT_DAYS',
    { min: 1, max: 365, default: 7 },
    'For how many days the rows of an upload, its error file and its success file are retained after it has ended.',
  ),
  webhooksMayReachPrivateAddresses: flag(
    'WEBHOOKS_MAY_REACH_PRIVATE_ADDRESSES',
    '1 allows webhooks to private and loopback addresses, and over plain HTTP. Only for a laptop: elsewhere, anyone who may create a webhook could send requests into your network.',
  ),
  webhookTimeoutMs: integer(
    'WEBHOOK_TIMEOUT_MS',
    { min: 100, max: 60_000, default: 15_000 },
    'Time limit for the answer of a receiver, in milliseconds.',
  ),
  webhookFirstRetryMs: integer(
    'WEBHOOK_FIRST_RETRY_MS',
    { min: 10, max: 3_600_000, default: 5_000 },
    'Pause after the first failed attempt to deliver a message, in milliseconds. It doubles with every further failure, up to 4 hours.',
  ),
  webhookGiveUpHours: integer(
    'WEBHOOK_GIVE_UP_HOURS',
    { min: 0, max: 720, default: 72 },
    'For how many hours delivery of a message is retried before it is parked, and after how many hours a webhook that always fails is stopped.',
  ),
  webhookMessagesKeptDays: integer(
    'WEBHOOK_MESSAGES_KEPT_DAYS',
    { min: 1, max: 3_650, default: 30 },
    'For how many days delivered messages of webhooks and their attempts are retained.',
  ),
  expiringSoonDays: integer(
    'EXPIRING_SOON_DAYS',
    { min: 1, max: 90, default: 3 },
    'How many days before its expiry a coupon that still works is reported (event CouponExpiringSoon).',
  ),
  limitNearPercent: integer(
    'LIMIT_NEAR_PERCENT',
    { min: 1, max: 100, default: 90 },
    'The used percentage of maxCreate or maxRedeem at which a series is reported (event SeriesLimitNear).',
  ),
  abuseLimits: flag(
    'ABUSE_LIMITS',
    '0 disables the limits on requests and failed look-ups that the following settings define, for installations whose gateway has its own. In the demo they are disabled unless this is set to 1.',
    '1',
  ),
  rateLimits: {
    reads: requestsPerMinute('READS', 12_000, `that read, ${perCaller}`),
    writes: requestsPerMinute('WRITES', 6_000, `that change something, ${perCaller}`),
    bulk: requestsPerMinute('BULK', 300, `for uploads, exports and whole histories, ${perCaller}`),
    admin: requestsPerMinute('ADMIN', 1_200, `to /admin/v1, ${perCaller}`),
    'sign-in': requestsPerMinute('SIGN_IN', 120, 'to sign in or for an access token, from one address'),
  },
  rateLimitAddressFactor: integer(
    'RATE_LIMIT_ADDRESS_FACTOR',
    { min: 1, max: 10_000, default: 20 },
    'Factor by which the limit for all callers at one address together exceeds that of one caller.',
  ),
  failedLookups: {
    till: failedCodes('TILL', 60, 'by a till'),
    client: failedCodes('CLIENT', 3_000, 'by a client'),
    user: failedCodes('USER', 120, 'by a person'),
    address: failedCodes('ADDRESS', 600, 'by the tills and people at one address'),
    series: failedCodes('SERIES', 1_500, 'that match the code pattern of a series'),
  },
  failedCustomerLookups: {
    till: failedCustomers('TILL', 600, 'by a till'),
    client: failedCustomers('CLIENT', 30_000, 'by a client'),
    user: failedCustomers('USER', 600, 'by a person'),
  },
  maxConnections: integer(
    'MAX_CONNECTIONS',
    { min: 1, max: 1_000_000, default: 10_000 },
    'Maximum number of client connections per process; further ones are closed at once.',
  ),
  upstream: {
    url: optional(
      origin(
        'UPSTREAM_URL',
        'The service for points, transactions and everything else that this server does not provide, such as https://api.example.com: requests with a path that this server does not have are forwarded to it. Empty: they are answered with 404.',
      ),
    ),
    timeoutMs: integer(
      'UPSTREAM_TIMEOUT_MS',
      { min: 100, max: 600_000, default: 30_000 },
      'Time limit for the answer of that service, in milliseconds; after it the answer is 504.',
    ),
    atOnce: integer(
      'UPSTREAM_AT_ONCE',
      { min: 1, max: 10_000, default: 256 },
      'Requests that one process forwards to that service concurrently; further ones are refused with 503.',
    ),
  },
  shadow: {
    mode: choice(
      'SHADOW',
      shadowModes,
      'off',
      'Compares this server with the service at UPSTREAM_URL before a migration: reads and checks of the contract are sent to both, writes only to that service. The value selects which of the two answers reads and checks; with counterfoil, that service still answers where data is missing or out of date in this ledger.',
    ),
    learn: flag(
      'SHADOW_LEARN',
      '1 imports every coupon history that the service at UPSTREAM_URL returns in shadow mode, so that the ledger fills automatically.',
    ),
    till: optional(
      text(
        'SHADOW_TILL',
        '',
        'Code of the till on whose behalf shadow mode decides requests with an access token that was not issued here, if the service at UPSTREAM_URL has accepted the token. Empty: such requests are not compared.',
        (given) => given,
      ),
    ),
    keptDays: integer(
      'SHADOW_KEPT_DAYS',
      { min: 1, max: 3_650, default: 90 },
      'For how many days differences found by shadow mode are retained after they were last seen.',
    ),
  },
  sessionIdleMinutes: integer(
    'SESSION_IDLE_MINUTES',
    { min: 1, max: 1_440, default: 60 },
    'Minutes of inactivity after which a person is signed out.',
  ),
  sessionMaxHours: integer(
    'SESSION_MAX_HOURS',
    { min: 1, max: 720, default: 12 },
    'Maximum session length of a person, in hours.',
  ),
  trustedProxies: networks(
    'TRUSTED_PROXIES',
    'Addresses or networks of the reverse proxies in front of the server, separated by commas, such as 127.0.0.1,10.0.0.0/8. X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host are trusted only from them.',
  ),
  metricsAddresses: optional(
    networks(
      'METRICS_ADDRESSES',
      'Addresses or networks that may read /metrics, separated by commas, such as 10.0.0.7,192.168.0.0/16. Empty: all. If METRICS_TOKEN is set too, both conditions must be met.',
    ),
  ),
} as const

type Table = { readonly [key: string]: Setting<unknown> | Table }

/** The values of a table of settings, in the same shape. */
export type Values<Part> = {
  readonly [Key in keyof Part]: Part[Key] extends Setting<infer Value> ? Value : Values<Part[Key]>
}

const isSetting = (one: Setting<unknown> | Table): one is Setting<unknown> =>
  typeof one['read'] === 'function'

const listed = (table: Table): Setting<unknown>[] =>
  Object.values(table).flatMap((one) => (isSetting(one) ? [one] : listed(one)))

/** The settings, in the order of their explanations. */
export const settings: readonly Setting<unknown>[] = listed(settingTable)

/** Reads every setting of a table; an empty variable counts as absent. */
export function readValues<Part extends Table>(table: Part, env: NodeJS.ProcessEnv): Values<Part> {
  const values = Object.entries(table).map(([key, one]) => [
    key,
    isSetting(one) ? one.read(env[one.name] || one.default) : readValues(one, env),
  ])
  return Object.freeze(Object.fromEntries(values)) as Values<Part>
}
