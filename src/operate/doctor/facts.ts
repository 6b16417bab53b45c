/** What `doctor` looks at. Sizes in bytes, times in the unit of their name. */
export interface Facts {
  readonly isEmbedded: boolean
  /** Connections that one server process may hold. */
  readonly databaseConnections: number
  /** What it takes beside them: for files that arrive, exports, and the work on files. */
  readonly connectionsBeside: number
  /** Settings of PostgreSQL by name, as a session of ours sees them. */
  readonly settings: Readonly<Record<string, string>>
  readonly isStandby: boolean
  readonly isSuperuser: boolean
  /** Tables and sequences that the role of the server may not change. */
  readonly deniedRelations: readonly string[]
  /** Connections that are taken now, by whomever. */
  readonly connectionsTaken: number
  /** The clock of the database less the one of this machine. */
  readonly clockOffsetMs: number
  readonly pendingMigrations: readonly string[]
  /** Migrations of the database that this version does not have. */
  readonly unknownMigrations: readonly string[]
  /** Those of them that this version cannot work with. */
  readonly breakingMigrations: readonly string[]
  readonly invalidIndexes: readonly string[]
  /** Age of the oldest transaction that is open; null: none. */
  readonly oldestTransactionS: number | null
  readonly preparedTransactions: number
  /** Transactions since the last freeze: at two thousand million PostgreSQL stops. */
  readonly transactionAge: number
  /** The write-ahead log is to be archived, and the last attempt failed. */
  readonly isArchiveFailing: boolean
  /** Names of keys that secrets are encrypted with, and that `SECRET_KEYS` and the file of the key do not hold. */
  readonly missingKeys: readonly string[]
  /** Secrets that whoever reads the database can read. */
  readonly readableSecrets: number
  readonly hasSecretKeys: boolean
  /** Proxies that hand on requests and that `TRUSTED_PROXIES` does not list. */
  readonly unlistedProxies: readonly string[]
  /** Logins of the demo that still have their published credentials. */
  readonly publicLogins: readonly string[]
  /** Only this machine reaches the server. */
  readonly isLoopback: boolean
  /** Proxies stand in front of it. */
  readonly isProxied: boolean
  readonly failedBatches: number
  readonly failedUploads: number
  /** Customers who have an identifier that leads to another customer, because it is one in another spelling. */
  readonly collisions: readonly {
    readonly orgId: number
    readonly customers: number
    /** The first of them. */
    readonly customerIds: readonly number[]
  }[]
  /** Whether a repeated sale is answered with its first redemption; organisations that are no sandbox. */
  readonly retries: readonly {
    readonly orgId: number
    readonly name: string
    readonly areReplayed: boolean
  }[]
  /** Coupons that got another code in an upgrade, because it was that of another one. */
  readonly renamedCodes: number
}

export interface Finding {
  readonly verdict: 'ok' | 'warning' | 'fault'
  readonly what: string
  /** What to do; empty where nothing is to be done. */
  readonly advice: string
  /** The check did not end. */
  readonly isTimedOut?: boolean
}
