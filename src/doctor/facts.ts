/** What `doctor` looks at. Sizes in bytes, times in the unit of their name. */
export interface Facts {
  readonly isEmbedded: boolean
  /** Connections that one server process may hold. */
  readonly databaseConnections: number
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
  /** Of the disk under `DATA_DIR`; null: the database is elsewhere. */
  readonly disk: { readonly free: number; readonly total: number } | null
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
  /** Names of keys that secrets of webhooks are encrypted with, and that `WEBHOOK_KEYS` does not hold. */
  readonly missingWebhookKeys: readonly string[]
  readonly failedBatches: number
  readonly failedUploads: number
  /** Coupons that got another code in an upgrade, because it was that of another one. */
  readonly renamedCodes: number
}

export interface Finding {
  readonly verdict: 'ok' | 'warning' | 'fault'
  readonly what: string
  /** What to do; empty where nothing is to be done. */
  readonly advice: string
}
