import type { Client } from 'pg'
import type { Code } from '../../values/errors.ts'
import type { FileLookups } from '../../ledger/lookups/file-lookups.ts'
import type { SeriesMemory } from '../../ledger/series/series-terms.ts'
import type { NamedRow } from './repetition-rules.ts'
import type { Setting } from './setting.ts'

export interface RefusedLine {
  readonly line: number
  /** The number that the call of the same purpose would answer with; null: it has none. */
  readonly code: Code | null
  readonly reason: string
}

/** What became of the rows of a chunk. */
export interface Verdicts {
  /** Came in. */
  readonly fresh: number
  /** Were there already, the same. */
  readonly present: number
  readonly refused: readonly RefusedLine[]
  /** The rows that came in or were there, in the order of their lines. */
  readonly standing: readonly StandingRow[]
}

/** A row that was not refused. */
export interface StandingRow extends NamedRow {
  /** True: it came in. False: it was there already. */
  readonly isFresh: boolean
  /** Of codes: by what its coupon is found again. */
  readonly coupon?: PromisedCoupon
}

/** A coupon that must be there once its row has come in. */
export interface PromisedCoupon {
  readonly line: number
  readonly seriesId: number
  /** Null: one was drawn or taken from the pool. */
  readonly code: string | null
  /** Null: the code waits for its customer. */
  readonly customerId: number | null
  readonly isTagged: boolean
}

/** The lines of a chunk: those above `from`, up to `to`. */
export interface Chunk {
  readonly from: number
  readonly to: number
}

/** Work on the chunks of one file, each in a transaction that the caller has opened on `client`. */
export interface MergeSetting {
  readonly client: Client
  readonly setting: Setting
  readonly seriesMemory: SeriesMemory
  readonly isDryRun: boolean
  /** As what its events are kept: see the column `events.imported`. */
  readonly imported: 'quiet' | 'told' | null
  /** SHA-256 of the unpacked content. */
  readonly fileHash: Buffer
  /** The instant at which rules are judged; null: the clock of the database. */
  readonly now: Date | null
  /** What stands against the sender of the file. Undefined: it is the operator's, who may see everything. */
  readonly lookups?: FileLookups
}

export type Merge = (chunk: Chunk) => Promise<Verdicts>
