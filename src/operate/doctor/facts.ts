import type { ChainState } from '../chain/read-chain-states.ts'

/** The facts that `doctor` judges. Sizes in bytes, times in the unit of their name. */
export interface Facts {
  readonly isEmbedded: boolean
  /** Maximum number of connections of one server process. */
  readonly databaseConnections: number
  /** Additional connections: for uploads, exports, and the processing of files. */
  readonly connectionsBeside: number
  /** PostgreSQL settings by name, as seen by the server's sessions. */
  readonly settings: Readonly<Record<string, string>>
  readonly isStandby: boolean
  readonly isSuperuser: boolean
  /** Tables and sequences that the server's role may not change. */
  readonly deniedRelations: readonly string[]
  /** Connections currently in use by all clients. */
  readonly connectionsTaken: number
  /** The database clock minus the clock of this machine. */
  readonly clockOffsetMs: number
  readonly pendingMigrations: readonly string[]
  /** Applied migrations that this version does not have. */
  readonly unknownMigrations: readonly string[]
  /** Those of them that this version cannot work with. */
  readonly breakingMigrations: readonly string[]
  readonly invalidIndexes: readonly string[]
  /** Age of the oldest open transaction; null: none. */
  readonly oldestTransactionS: number | null
  readonly preparedTransactions: number
  /** Transactions since the last freeze: PostgreSQL stops at two thousand million. */
  readonly transactionAge: number
  /** The write-ahead log is archived, and the last attempt failed. */
  readonly isArchiveFailing: boolean
  /** Names of keys that encrypt secrets and are neither in `SECRET_KEYS` nor in the key file. */
  readonly missingKeys: readonly string[]
  /** Number of unencrypted secrets in the database. */
  readonly readableSecrets: number
  readonly hasSecretKeys: boolean
  /** Proxies that forward requests and are not listed in `TRUSTED_PROXIES`. */
  readonly unlistedProxies: readonly string[]
  /** Logins of the demo that still have their published credentials. */
  readonly publicLogins: readonly string[]
  /** The server is reachable only from this machine. */
  readonly isLoopback: boolean
  /** The server is behind proxies. */
  readonly isProxied: boolean
  readonly failedBatches: number
  readonly failedUploads: number
  /** Customers with an identifier that resolves to another customer, because both have it in different spellings. */
  readonly collisions: readonly {
    readonly orgId: number
    readonly customers: number
    /** The first of them. */
    readonly customerIds: readonly number[]
  }[]
  /** Whether a repeated sale is answered with its first redemption, for all organisations except sandboxes. */
  readonly retries: readonly {
    readonly orgId: number
    readonly name: string
    readonly areReplayed: boolean
  }[]
  /** Coupons whose code was changed by an upgrade because another coupon had it. */
  readonly renamedCodes: number
  /** How far the chain of events of each organisation has come; empty for a schema without chains. */
  readonly chains: readonly ChainState[]
}

export interface Finding {
  readonly verdict: 'ok' | 'warning' | 'fault'
  readonly what: string
  /** What to do; empty if nothing needs to be done. */
  readonly advice: string
  /** The check did not finish in time. */
  readonly isTimedOut?: boolean
}
