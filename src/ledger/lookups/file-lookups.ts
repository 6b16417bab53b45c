import type { Context } from '../context.ts'
import type { Code } from '../../values/errors.ts'
import { countCodes, countCustomers, creditRedemptions, type LookupOutcome } from './count-lookups.ts'
import type { Counted } from './failed-lookups.ts'
import { codesOf, customersOf, freeNow, type Asker } from './guard-lookups.ts'
import { creditPerRedemption, creditPerRow, levelAt, pressedFreeOf } from '../../values/lookup-rules.ts'

type What = 'codes' | 'customers'

/** Why a row is refused without having been looked at. */
export interface TooMany {
  readonly code: Code
  readonly reason: string
}

interface Tally {
  /** How many more may be asked for in vain before rows are refused; undefined: not counted. */
  left: { codes: number | undefined; customers: number | undefined }
  readonly unknown: string[]
  readonly foreignSeriesIds: number[]
  unknownIds: number
  unknownCustomers: number
  redeemed: number
  found: number
}

/**
 * What stands against the sender of a file, while its rows are worked on in chunks. A row may fail as long as something is
 * free of the sender's budget, the one of single requests; rows that come in give some of it back. Rows beyond it are refused
 * and tell nothing. There is no wait: a file has nobody who would ask again.
 */
export class FileLookups {
  readonly #context: Context
  readonly #sender: Asker | undefined
  readonly #seriesId: number
  #tally: Tally = emptyTally({ codes: undefined, customers: undefined })

  /** @param sender undefined: not known, and nothing is counted. @param seriesId the series that the file was sent for. */
  constructor(context: Context, sender: Asker | undefined, seriesId: number) {
    this.#context = context
    this.#sender = sender
    this.#seriesId = seriesId
  }

  /** Before each try of a chunk: what a try that was rolled back has counted is gone. */
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

  /** Undefined: the row may be looked at. */
  refusal(...asked: readonly What[]): TooMany | undefined {
    const spent = asked.find((what) => (this.#tally.left[what] ?? 1) <= 0)
    return (
      spent && {
        code: 429,
        reason: `Too many unknown ${spent} came before this row, which was not looked at; send it again later`,
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

  /** A row came in that names a customer. @param isFirst it redeems a coupon for the first time in its life. */
  cameIn(isFirst: boolean): void {
    this.#tally.found += 1
    this.#give('customers', creditPerRow)
    if (!isFirst) return
    this.#tally.redeemed += 1
    this.#give('codes', creditPerRedemption)
  }

  /** When the rows of the chunk are written: counts for the sender, its address and the series what came of them. */
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
