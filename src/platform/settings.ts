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
    `Look-ups of unknown ${what} per hour ${scope}, a third of which may come at once; 0: no limit.`,
  )
const failedCodes = (name: string, usual: number, scope: string) =>
  failuresPerHour(`FAILED_LOOKUPS_${name}`, usual, 'codes and coupon ids', scope)
const failedCustomers = (name: string, usual: number, scope: string) =>
  failuresPerHour(`FAILED_CUSTOMER_LOOKUPS_${name}`, usual, 'customers', scope)

const perCaller = 'from one till, client or person'
const perOrganisation =
  'each takes a connection to the database. One organisation may use half of them, and the last one is kept for an organisation that uses none.'

/**
 * All settings by their path in the configuration. `docs/configuration.md` and `--help` are generated from this table.
 */
export const settingTable = {
  secrets: {
    databaseUrl: optional(
      databaseUrl(
        'DATABASE_URL',
        'A PostgreSQL 15 or newer of your own, as postgresql://user:password@host:5432/database, with special characters percent-encoded. Of several hosts (host1:5432,host2:5432) the first that accepts writes is used, as with one host and ?target_session_attrs=read-write. Empty: an embedded one in DATA_DIR.',
      ),
    ),
    keys: secretKeys(
      'SECRET_KEYS',
      'Keys that encrypt secrets in the database (those of webhooks and those that sign access tokens): 32 bytes in base64 each (openssl rand -base64 32), separated by commas. The first encrypts, all of them decrypt. Empty: beside an embedded database a key is made in DATA_DIR/secret.key; in a PostgreSQL of your own secrets are stored as plain text.',
    ),
    furtherKeys: secretKeys(
      'WEBHOOK_KEYS',
      'Further keys that follow those of SECRET_KEYS; the former name of that setting.',
    ),
    metricsToken: optional(
      token(
        'METRICS_TOKEN',
        'A token that /metrics requires as Authorization: Bearer, 16 or more letters and digits. Empty: no token is required.',
      ),
    ),
  },
  dataDir: text('DATA_DIR', './data', 'Folder of the embedded database.', (given) => resolve(given)),
  host: text(
    'HOST',
    '127.0.0.1',
    'Address to listen on. On any but a loopback address the server refuses a database in which the published credentials of the demo work.',
    (given) => given,
  ),
  port: integer('PORT', { min: 0, max: 65_535, default: 8080 }, 'Port to listen on; 0 takes a free one.'),
  demo: flag(
    'COUNTERFOIL_DEMO',
    '1 loads the demo organisation into an empty database; loopback addresses only.',
  ),
  logLevel: choice('LOG_LEVEL', logLevels, 'info', 'The least severe messages that are logged.'),
  databaseConnections: integer(
    'DATABASE_CONNECTIONS',
    { min: 2, max: 200, default: 10 },
    'Connections to the database that one process may hold.',
  ),
  databaseTimeoutMs: integer(
    'DATABASE_TIMEOUT_MS',
    { min: 500, max: 600_000, default: 5_000 },
    'How long the database may leave a statement without an answer, in milliseconds, before the server examines whether it is still working on it, and gives the connection up if not. A call waits for a lock or a free connection for twice as long, a batch of writes takes three times as long at most, a statement of a call six times; commands, imports and exports have no limit but silence.',
  ),
  maxWaitMs: integer(
    'MAX_WAIT_MS',
    { min: 10, max: 600_000, default: 250 },
    'How long a request may have to wait for its answer, in milliseconds: while more requests are under way than are answered in that time (and 32 or more), further ones are refused with 503. Of a crowd that arrives at an idle server, up to 512 are accepted.',
  ),
  drainDelayMs: integer(
    'DRAIN_DELAY_MS',
    { min: 0, max: 600_000, default: 0 },
    'How long a stopping server still takes requests while /ready answers 503, so that a load balancer notices, in milliseconds.',
  ),
  drainTimeoutMs: integer(
    'DRAIN_TIMEOUT_MS',
    { min: 0, max: 600_000, default: 10_000 },
    'How long a stopping server waits for running requests, in milliseconds.',
  ),
  idempotencyKeptDays: integer(
    'IDEMPOTENCY_KEPT_DAYS',
    { min: 1, max: 365, default: 7 },
    'For how many days a request with an Idempotency-Key is answered with its first answer.',
  ),
  uploadLimitBytes: integer(
    'UPLOAD_LIMIT_MIB',
    { min: 1, max: 16_384, default: 256, unit: 1024 * 1024 },
    'Largest file of an upload, in mebibytes. All other request bodies may have 1.',
  ),
  uploadsAtOnce: integer(
    'UPLOADS_AT_ONCE',
    { min: 1, max: 64, default: 4 },
    `Files that one process receives at once; ${perOrganisation}`,
  ),
  exportsAtOnce: integer(
    'EXPORTS_AT_ONCE',
    { min: 1, max: 64, default: 4 },
    `Exports that one process sends at once; ${perOrganisation}`,
  ),
  uploadTimeoutMs: integer(
    'UPLOAD_TIMEOUT_MS',
    { min: 30_000, max: 86_400_000, default: 600_000 },
    'How long an upload may take to arrive, in milliseconds. All other requests have 30 seconds.',
  ),
  uploadsKeptDays: integer(
    'UPLOADS_KEPT_DAYS',
    { min: 1, max: 365, default: 7 },
    'For how many days the rows of an upload, its error file and its success file are kept after its end.',
  ),
  webhooksMayReachPrivateAddresses: flag(
    'WEBHOOKS_MAY_REACH_PRIVATE_ADDRESSES',
    '1 lets webhooks go to private and loopback addresses, and over plain HTTP. For a laptop: otherwise anybody who may create a webhook can send requests into your network.',
  ),
  webhookTimeoutMs: integer(
    'WEBHOOK_TIMEOUT_MS',
    { min: 100, max: 60_000, default: 15_000 },
    'How long the receiver of a message may take to answer, in milliseconds.',
  ),
  webhookFirstRetryMs: integer(
    'WEBHOOK_FIRST_RETRY_MS',
    { min: 10, max: 3_600_000, default: 5_000 },
    'Pause after the first failure of a message, in milliseconds. It doubles with every further one, up to 4 hours.',
  ),
  webhookGiveUpHours: integer(
    'WEBHOOK_GIVE_UP_HOURS',
    { min: 0, max: 720, default: 72 },
    'For how many hours a message is tried before it is parked, and a webhook that always fails before it is stopped.',
  ),
  webhookMessagesKeptDays: integer(
    'WEBHOOK_MESSAGES_KEPT_DAYS',
    { min: 1, max: 3_650, default: 30 },
    'For how many days delivered messages of webhooks and their attempts are kept.',
  ),
  expiringSoonDays: integer(
    'EXPIRING_SOON_DAYS',
    { min: 1, max: 90, default: 3 },
    'How many days before its end a coupon that can still be used is reported to expire soon (event CouponExpiringSoon).',
  ),
  limitNearPercent: integer(
    'LIMIT_NEAR_PERCENT',
    { min: 1, max: 100, default: 90 },
    'How much of maxCreate or maxRedeem of a series must be used for it to be reported near (event SeriesLimitNear).',
  ),
  abuseLimits: flag(
    'ABUSE_LIMITS',
    '0 lifts the limits of requests and of failed look-ups that the following settings state, for installations whose gateway has its own. The demo has none unless 1 is stated.',
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
    'How many times as many requests all callers at one address may send together.',
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
    'Connections of callers that one process keeps open; further ones are closed at once.',
  ),
  upstream: {
    url: optional(
      origin(
        'UPSTREAM_URL',
        'The service that keeps points, transactions and whatever else this server does not, such as https://api.example.com: requests whose path no call of this server has are handed on to it. Empty: they are answered with 404.',
      ),
    ),
    timeoutMs: integer(
      'UPSTREAM_TIMEOUT_MS',
      { min: 100, max: 600_000, default: 30_000 },
      'How long that service may take to answer, in milliseconds; then the answer is 504.',
    ),
    atOnce: integer(
      'UPSTREAM_AT_ONCE',
      { min: 1, max: 10_000, default: 256 },
      'Requests that one process hands on to that service at once; further ones are refused with 503. Of a crowd that arrives at an idle server, up to 512 are accepted.',
    ),
  },
  shadow: {
    mode: choice(
      'SHADOW',
      shadowModes,
      'off',
      'Compares this server with the service at UPSTREAM_URL before a move: reads and checks of the contract are asked of both, writes go to that service alone. The value says which of the two answers reads and checks; with counterfoil, what this ledger lacks or does not know as it is now is answered by that service all the same.',
    ),
    learn: flag(
      'SHADOW_LEARN',
      '1 imports every coupon history that the service at UPSTREAM_URL answers in shadow mode, so that the ledger fills itself.',
    ),
    till: optional(
      text(
        'SHADOW_TILL',
        '',
        'Code of the till as which shadow mode judges requests with an access token that was not issued here. The service at UPSTREAM_URL has to have accepted the token. Empty: such requests are not compared.',
        (given) => given,
      ),
    ),
    keptDays: integer(
      'SHADOW_KEPT_DAYS',
      { min: 1, max: 3_650, default: 90 },
      'For how many days the differences that shadow mode has found are kept after they were last seen.',
    ),
  },
  sessionIdleMinutes: integer(
    'SESSION_IDLE_MINUTES',
    { min: 1, max: 1_440, default: 60 },
    'For how many minutes a person stays signed in without doing anything.',
  ),
  sessionMaxHours: integer(
    'SESSION_MAX_HOURS',
    { min: 1, max: 720, default: 12 },
    'For how many hours a person stays signed in at most.',
  ),
  trustedProxies: networks(
    'TRUSTED_PROXIES',
    'Addresses or networks of the reverse proxies in front, separated by commas, such as 127.0.0.1,10.0.0.0/8. X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host are believed from them alone.',
  ),
  metricsAddresses: optional(
    networks(
      'METRICS_ADDRESSES',
      'Addresses or networks that may read /metrics, separated by commas, such as 10.0.0.7,192.168.0.0/16. Empty: all. With METRICS_TOKEN both conditions must hold.',
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
