import type { RecordCounts } from './history-record.ts'

/** `new`: came in; `present`: was there already, the same; `refused`: stays out. */
export interface Tally {
  new: number
  present: number
  refused: number
}

/** Counts of records: a customer who stands in three answers counts three times. */
export interface ImportSummary {
  answers: number
  readonly customers: Tally
  readonly coupons: Tally
  /** Reversed ones too. */
  readonly redemptions: Tally
  readonly reversals: Tally
  readonly series: { new: number }
  readonly stores: { new: number }
  /** Records and files that were refused, each with a reason. */
  refusals: number
}

export interface RefusedEntry {
  readonly file: string
  /** JSON path of the record; empty: the file as a whole. */
  readonly path: string
  readonly reason: string
}

const emptyTally = (): Tally => ({ new: 0, present: 0, refused: 0 })

export function createSummary(): ImportSummary {
  return {
    answers: 0,
    customers: emptyTally(),
    coupons: emptyTally(),
    redemptions: emptyTally(),
    reversals: emptyTally(),
    series: { new: 0 },
    stores: { new: 0 },
    refusals: 0,
  }
}

export function tally(summary: ImportSummary, state: keyof Tally, counts: RecordCounts): void {
  for (const kind of ['customers', 'coupons', 'redemptions', 'reversals'] as const) {
    summary[kind][state] += counts[kind]
  }
}
