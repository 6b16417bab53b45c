import type { RecordCounts } from './history-record.ts'

/** `new`: imported; `present`: already existed, identical; `refused`: left out. */
export interface Tally {
  new: number
  present: number
  refused: number
}

/** What is counted, in the order in which it is printed. */
export const recordKinds = ['customers', 'coupons', 'redemptions', 'reversals', 'returns'] as const

/** Numbers of records: a customer in three answers counts three times. */
export interface ImportSummary {
  answers: number
  readonly customers: Tally
  readonly coupons: Tally
  /** Includes reversed ones. */
  readonly redemptions: Tally
  readonly reversals: Tally
  readonly returns: Tally
  readonly series: { new: number }
  readonly stores: { new: number }
  /** Number of refused records and files, each with a reason. */
  refusals: number
}

export interface RefusedEntry {
  readonly file: string
  /** JSON path of the record; empty: the whole file. */
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
    returns: emptyTally(),
    series: { new: 0 },
    stores: { new: 0 },
    refusals: 0,
  }
}

export function tally(summary: ImportSummary, state: keyof Tally, counts: RecordCounts): void {
  for (const kind of recordKinds) {
    summary[kind][state] += counts[kind]
  }
}
