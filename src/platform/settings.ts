export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** An environment variable, as people are told of it. */
export interface Setting {
  readonly name: string
  readonly default: string
  readonly meaning: string
}

/** The environment variables, for `docs/configuration.md` and `--help`; `config.ts` reads them. */
export const settings: readonly Setting[] = [
  {
    name: 'DATABASE_URL',
    default: '',
    meaning:
      'A PostgreSQL 15 or newer of your own, as postgresql://user:password@host:5432/database, with special characters percent-encoded. Empty: an embedded one in DATA_DIR.',
  },
  { name: 'DATA_DIR', default: './data', meaning: 'Folder of the embedded database.' },
  {
    name: 'HOST',
    default: '127.0.0.1',
    meaning:
      'Address to listen on. On any but a loopback one a database is refused in which the published credentials of the demo work.',
  },
  { name: 'PORT', default: '8080', meaning: 'Port to listen on, 0 to 65535; 0 takes a free one.' },
  {
    name: 'COUNTERFOIL_DEMO',
    default: '0',
    meaning: '1 loads the demo organisation into an empty database; loopback addresses only.',
  },
  { name: 'LOG_LEVEL', default: 'info', meaning: `One of ${logLevels.join(', ')}.` },
  {
    name: 'DATABASE_CONNECTIONS',
    default: '10',
    meaning: 'Connections to the database that one process may hold, 2 to 200.',
  },
  {
    name: 'MAX_WAIT_MS',
    default: '250',
    meaning:
      'How long a request may have to wait for its answer, in milliseconds, 10 to 600000: while more are under way than are answered in that time (and 32 or more), further ones are refused with 503.',
  },
  {
    name: 'DRAIN_DELAY_MS',
    default: '0',
    meaning:
      'How long a server that is told to stop still takes requests while /ready says 503, so that a balancer notices, in milliseconds, 0 to 600000.',
  },
  {
    name: 'DRAIN_TIMEOUT_MS',
    default: '10000',
    meaning: 'How long a stopping server waits for running requests, in milliseconds, 0 to 600000.',
  },
  {
    name: 'IDEMPOTENCY_KEPT_DAYS',
    default: '7',
    meaning:
      'For how many days a request with an Idempotency-Key is answered with its first answer, 1 to 365.',
  },
  {
    name: 'UPLOAD_LIMIT_MIB',
    default: '256',
    meaning: 'Largest file of an upload, in mebibytes, 1 to 16384. All other request bodies may have 1.',
  },
  {
    name: 'UPLOADS_AT_ONCE',
    default: '4',
    meaning:
      'Files that one process receives at once, 1 to 64; each takes a connection to the database. One organisation has half of it at the most, and the last one is for an organisation that has none.',
  },
  {
    name: 'EXPORTS_AT_ONCE',
    default: '4',
    meaning:
      'Exports that one process sends at once, 1 to 64; each takes a connection to the database. One organisation has half of it at the most, and the last one is for an organisation that has none.',
  },
  {
    name: 'UPLOAD_TIMEOUT_MS',
    default: '600000',
    meaning:
      'How long an upload may take to arrive, in milliseconds, 30000 to 86400000. All other requests have 30 seconds.',
  },
  {
    name: 'UPLOADS_KEPT_DAYS',
    default: '7',
    meaning:
      'For how many days the rows of an upload, its error file and its success file are kept, 1 to 365.',
  },
  {
    name: 'WEBHOOKS_MAY_REACH_PRIVATE_ADDRESSES',
    default: '0',
    meaning:
      '1 lets webhooks go to private and loopback addresses, and over plain HTTP. For a laptop: otherwise whoever may create a webhook can send requests into your network.',
  },
  {
    name: 'SECRET_KEYS',
    default: '',
    meaning:
      'Keys that secrets in the database (of webhooks, and those that sign access tokens) are encrypted with: 32 bytes in base64 each (openssl rand -base64 32), separated by commas. The first encrypts, all of them decrypt. Empty: beside an embedded database a key is made in DATA_DIR/secret.key; in a PostgreSQL of your own secrets are kept readable.',
  },
  {
    name: 'WEBHOOK_KEYS',
    default: '',
    meaning: 'Further keys behind those of SECRET_KEYS; what SECRET_KEYS was called before.',
  },
  {
    name: 'WEBHOOK_TIMEOUT_MS',
    default: '15000',
    meaning: 'How long the receiver of a message may take to answer, in milliseconds, 100 to 60000.',
  },
  {
    name: 'WEBHOOK_FIRST_RETRY_MS',
    default: '5000',
    meaning:
      'Pause after the first failure of a message, in milliseconds, 10 to 3600000. It doubles with every further one, up to 4 hours.',
  },
  {
    name: 'WEBHOOK_GIVE_UP_HOURS',
    default: '72',
    meaning:
      'For how many hours a message is tried before it is parked, and a webhook that fails all the time before it is stopped, 0 to 720.',
  },
  {
    name: 'WEBHOOK_MESSAGES_KEPT_DAYS',
    default: '30',
    meaning: 'For how many days delivered messages of webhooks and their attempts are kept, 1 to 3650.',
  },
  {
    name: 'EXPIRING_SOON_DAYS',
    default: '3',
    meaning:
      'How many days before its end a coupon that can still be used is told to expire soon (event CouponExpiringSoon), 1 to 90.',
  },
  {
    name: 'LIMIT_NEAR_PERCENT',
    default: '90',
    meaning:
      'How much of maxCreate or maxRedeem of a series must be used for it to be told near (event SeriesLimitNear), 1 to 100.',
  },
  {
    name: 'ABUSE_LIMITS',
    default: '1',
    meaning:
      '0 lifts the limits of requests and of failed look-ups that the following settings state. Where a gateway in front has them; the demo has none unless 1 is stated.',
  },
  ...(
    [
      ['READS', '12000', 'that read, from one till, client or person'],
      ['WRITES', '6000', 'that change something, from one till, client or person'],
      ['BULK', '300', 'for uploads, exports and whole histories, from one till, client or person'],
      ['ADMIN', '1200', 'to /admin/v1, from one till, client or person'],
      ['SIGN_IN', '120', 'to sign in or for an access token, from one address'],
    ] as const
  ).map(([name, value, what]) => ({
    name: `RATE_LIMIT_${name}`,
    default: value,
    meaning: `Requests in a minute ${what}, 0 to 1000000; 0: no limit.`,
  })),
  {
    name: 'RATE_LIMIT_ADDRESS_FACTOR',
    default: '20',
    meaning: 'How many times as many requests all callers at one address may send together, 1 to 10000.',
  },
  ...(
    [
      ['TILL', '60', 'of a till'],
      ['CLIENT', '3000', 'of a client'],
      ['USER', '120', 'of a person'],
      ['ADDRESS', '600', 'of the tills and people at one address'],
      ['SERIES', '1500', 'that have the form of the codes of a series'],
    ] as const
  ).map(([name, value, what]) => ({
    name: `FAILED_LOOKUPS_${name}`,
    default: value,
    meaning: `Unknown codes and coupon ids ${what} that are forgotten in an hour, 0 to 1000000; a third of them is free at once. 0: they are not counted.`,
  })),
  ...(
    [
      ['TILL', '600', 'of a till'],
      ['CLIENT', '30000', 'of a client'],
      ['USER', '600', 'of a person'],
    ] as const
  ).map(([name, value, what]) => ({
    name: `FAILED_CUSTOMER_LOOKUPS_${name}`,
    default: value,
    meaning: `Unknown customers ${what} that are forgotten in an hour, 0 to 1000000; a third of them is free at once. 0: they are not counted.`,
  })),
  {
    name: 'MAX_CONNECTIONS',
    default: '10000',
    meaning:
      'Connections of callers that one process keeps open, 1 to 1000000; further ones are closed at once.',
  },
  {
    name: 'SESSION_IDLE_MINUTES',
    default: '60',
    meaning: 'For how many minutes a person stays signed in without doing anything, 1 to 1440.',
  },
  {
    name: 'SESSION_MAX_HOURS',
    default: '12',
    meaning: 'For how many hours a person stays signed in at the most, 1 to 720.',
  },
  {
    name: 'TRUSTED_PROXIES',
    default: '',
    meaning:
      'Addresses or networks of the reverse proxies in front, separated by commas, such as 127.0.0.1,10.0.0.0/8. ' +
      'Of them alone X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host are believed.',
  },
  {
    name: 'METRICS_TOKEN',
    default: '',
    meaning:
      'A token that /metrics wants as Authorization: Bearer, 16 or more letters and digits. Empty: none is wanted.',
  },
  {
    name: 'METRICS_ADDRESSES',
    default: '',
    meaning:
      'Addresses or networks from which /metrics may be asked, separated by commas, such as 10.0.0.7,192.168.0.0/16. Empty: from everywhere. With METRICS_TOKEN both must be right.',
  },
]
