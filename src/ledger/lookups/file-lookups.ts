import type { Context } from '../context.ts'
import type { Code } from '../../values/errors.ts'
import { countCodes, countCustomers, creditRedemptions, type LookupOutcome } from './count-lookups.ts'
import type { Counted } from './failed-lookups.ts'
import { codesOf, customersOf, freeNow, type Asker } from './guard-lookups.ts'
import { creditPerRedemption, creditPerRow, levelAt, pressedFreeOf } from '../../values/lookup-rules.ts'

type What = 'codes' | 'customers'

/** Why a row is refused without a look-up. */
export interface TooMany {
  readonly code: Code
  readonly reason: string
}

interface Tally {
  /** Remaining failed look-ups before rows are refused; undefined: not counted. */
  left: { codes: number | undefined; customers: number | undefined }
  readonly unknown: string[]
  readonly foreignSeriesIds: number[]
  unknownIds: number
  unknownCustomers: number
  redeemed: number
  found: number
}

/**
 * The failure budget of a file's sender while its rows are processed in chunks; single requests share the budget. A row
 * may fail while some of the budget is left, and successful rows restore some of it. Rows beyond the budget are refused
 * and reveal nothing. There is no waiting period: nobody would retry a row of a file.
 */
export class FileLookups {
  readonly #context: Context
  readonly #sender: Asker | undefined
  readonly #seriesId: number
  #tally: Tally = emptyTally({ codes: undefined, customers: undefined })

  /** @param sender undefined: unknown; nothing is counted. @param seriesId the series that the file was sent for. */
  constructor(context: Context, sender: Asker | undefined, seriesId: number) {
    this.#context = context
    this.#sender = sender
    this.#seriesId = seriesId
  }

  /** Runs before each attempt of a chunk and discards what a rolled-back attempt counted. */
  async begin(): Promise<void> {
    const context = this.#context
    const sender = this.#sender
    if (sender === undefined) return
    const leftOf = async (one: Counted | undefined): Promise<number | undefined> => {
      if (one === undefined) return undefined
      const nowMs = performance.now()
      const isPressed =
        one.kind === sender.kind &&
        context.lookups.failed.pressedSeries(sender.orgId, nowMs).includes(this.#seriesId)
      const free = isPressed ? pressedFreeOf(one.perHour) : await freeNow(context, sender, one, [])
      return Math.floor(free - levelAt(one, one.perHour, nowMs))
    }
    this.#tally = emptyTally({
      codes: await leftOf(codesOf(context, sender)),
      customers: await leftOf(customersOf(context, sender)),
    })
  }

  /** Undefined: the row may be looked up. */
  refusal(...asked: readonly What[]): TooMany | undefined {
    const spent = asked.find((what) => (this.#tally.left[what] ?? 1) <= 0)
    return (
      spent && {
        code: 429,
        reason: `This row was not processed, because too many rows before it had unknown ${spent}; send it again later`,
      }
    )
  }

  #fail(what: What): void {
    const left = this.#tally.left[what]
    if (left !== undefined) this.#tally.left[what] = left - 1
  }

  #give(what: What, amount: number): void {
    const left = this.#tally.left[what]
    if (left !== undefined) this.#tally.left[what] = left + amount
  }

  unknownCode(codeKey: string | undefined): void {
    if (codeKey === undefined) this.#tally.unknownIds += 1
    else this.#tally.unknown.push(codeKey)
    this.#fail('codes')
  }

  foreignCode(seriesId: number): void {
    this.#tally.foreignSeriesIds.push(seriesId)
    this.#fail('codes')
  }

  unknownCustomer(): void {
    this.#tally.unknownCustomers += 1
    this.#fail('customers')
  }

  /**
   * Records a successful row that names a customer. @param isFirst the row is the first redemption ever of its coupon.
   */
  cameIn(isFirst: boolean): void {
    this.#tally.found += 1
    this.#give('customers', creditPerRow)
    if (!isFirst) return
    this.#tally.redeemed += 1
    this.#give('codes', creditPerRedemption)
  }

  /** Counts the outcome against the sender, its address and the series once the rows of the chunk are written. */
  keep(): void {
    const context = this.#context
    const sender = this.#sender
    if (sender === undefined) return
    const { unknown, foreignSeriesIds, unknownIds, unknownCustomers, redeemed, found } = this.#tally
    const outcome: LookupOutcome = { unknown, foreignSeriesIds, unknownIds, unknownCustomers }
    const ofCodes = codesOf(context, sender)
    const ofCustomers = customersOf(context, sender)
    if (ofCodes !== undefined) {
      countCodes(context, sender, ofCodes, outcome)
      creditRedemptions(context, sender, ofCodes, redeemed)
    }
    if (ofCustomers !== undefined) {
      countCustomers(context, sender, ofCustomers, outcome)
      context.lookups.failed.credit(ofCustomers, found * creditPerRow, performance.now())
    }
  }
}

const emptyTally = (left: Tally['left']): Tally => ({
  left,
  unknown: [],
  foreignSeriesIds: [],
  unknownIds: 0,
  unknownCustomers: 0,
  redeemed: 0,
  found: 0,
})
