import type { Client } from 'pg'
import type { Code } from '../../values/errors.ts'
import type { FileLookups } from '../../ledger/lookups/file-lookups.ts'
import type { SeriesMemory } from '../../ledger/series/series-memory.ts'
import type { NamedRow } from './repetition-rules.ts'
import type { Setting } from './setting.ts'

export interface RefusedLine {
  readonly line: number
  /** The refusal code of the corresponding call; null: none. */
  readonly code: Code | null
  readonly reason: string
}

/** The verdicts on the rows of a chunk. */
export interface Verdicts {
  /** Imported rows. */
  readonly fresh: number
  /** Rows that already existed, identical. */
  readonly present: number
  readonly refused: readonly RefusedLine[]
  /** The imported and present rows, in order of their lines. */
  readonly standing: readonly StandingRow[]
}

/** A row that was not refused. */
export interface StandingRow extends NamedRow {
  /** True: imported. False: it already existed. */
  readonly isFresh: boolean
  /** Of codes: the reference that finds its coupon again. */
  readonly coupon?: PromisedCoupon
}

/** A coupon that must exist once its row is imported. */
export interface PromisedCoupon {
  readonly line: number
  readonly seriesId: number
  /** Null: it was drawn or taken from the pool. */
  readonly code: string | null
  /** Null: the code is unassigned. */
  readonly customerId: number | null
  readonly isTagged: boolean
}

/** The lines of a chunk: those above `from`, up to `to`. */
export interface Chunk {
  readonly from: number
  readonly to: number
}

/** How to merge the chunks of one file, each in a transaction that the caller has opened on `client`. */
export interface MergeSetting {
  readonly client: Client
  readonly setting: Setting
  readonly seriesMemory: SeriesMemory
  readonly isDryRun: boolean
  /** How its events are marked: see the column `events.imported`. */
  readonly imported: 'quiet' | 'told' | null
  /** SHA-256 of the unpacked content. */
  readonly fileHash: Buffer
  /** The instant of judgement; null: the database clock. */
  readonly now: Date | null
  /** The failure budget of the file's sender. Undefined: the file is the operator's, who may see everything. */
  readonly lookups?: FileLookups
}

export type Merge = (chunk: Chunk) => Promise<Verdicts>
