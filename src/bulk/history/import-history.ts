import { sql } from 'kysely'
import { writeInHalves } from '../../platform/db/halve.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import type { Queries } from '../../platform/db/queries.ts'
import type { Organisation } from '../../identity/organisations/find-organisation.ts'
import { judgeCoupon, judgeCustomer, placesOf, type Verdict } from './conflict-rules.ts'
import { growCoupon, type GrownCoupon } from './growth-rules.ts'
import { countCoupon, type CouponRecord, type RecordCounts } from './history-record.ts'
import { readAnswer } from './history-rules.ts'
import { createSummary, recordKinds, tally, type ImportSummary, type RefusedEntry } from './import-summary.ts'
import type { ImportItem, Known } from './known.ts'
import { readKnown } from './known-history.ts'
import type { SavedAnswer } from './read-answers.ts'
import { writeHistory, type NewHistory } from './write-history.ts'

export interface ImportOptions {
  /** True: everything is checked, also against the database, and nothing is stored. */
  readonly isDryRun?: boolean
  /**
   * True: an existing coupon with fewer redemptions, reversals or returns gets the additional ones, for a ledger that
   * follows another one. False: such a record is a contradiction, and is refused.
   */
  readonly addsToCoupons?: boolean
  readonly onRefused?: (refused: RefusedEntry) => void
  readonly onWarning?: (text: string) => void
  /** Called after each batch. */
  readonly onProgress?: (summary: ImportSummary) => void
}

/** Items per batch; a redemption counts as one. Measured: larger batches gain nothing. */
const batchWeight = 1_000

/**
 * Imports saved answers of `GET /v2/customers/coupons` as history. Existing records are left unchanged; records that
 * contradict the ledger or cannot be read are refused individually. The others are imported, some hundred coupons per
 * transaction, each coupon completely or not at all. Inside a transaction of the caller, everything belongs to that
 * transaction.
 *
 * @throws when the database fails; earlier commits remain, and repeating the call continues.
 */
export async function importHistory(
  queries: Queries,
  organisation: Organisation,
  answers: AsyncIterable<SavedAnswer>,
  options: ImportOptions = {},
): Promise<ImportSummary> {
  if (!options.isDryRun) return new Import(queries, organisation, options).run(answers)
  const rollback = new Error('dry run')
  let summary: ImportSummary | undefined
  try {
    await inTransaction(queries, async (transaction) => {
      // Reading the files may exceed the idle timeout of a transaction.
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(transaction)
      summary = await new Import(transaction, organisation, options).run(answers)
      throw rollback
    })
  } catch (error) {
    if (error !== rollback) throw error
  }
  return summary ?? createSummary()
}

/** The result of one attempt at a batch. It counts once the attempt is committed. */
interface BatchOutcome {
  readonly summary: ImportSummary
  readonly refused: RefusedEntry[]
  readonly refusedCustomers: ImportItem['customer'][]
  readonly renamedStores: Map<string, string>
}

class Import {
  readonly #queries: Queries
  readonly #organisation: Organisation
  readonly #options: ImportOptions
  readonly #summary = createSummary()
  readonly #refusedCustomers = new WeakSet<ImportItem['customer']>()
  readonly #warnedStores = new Set<string>()

  constructor(queries: Queries, organisation: Organisation, options: ImportOptions) {
    this.#queries = queries
    this.#organisation = organisation
    this.#options = options
  }

  async run(answers: AsyncIterable<SavedAnswer>): Promise<ImportSummary> {
    // One batch is written while the next is read.
    let writing: Promise<void> = Promise.resolve()
    let items: ImportItem[] = []
    let weight = 0
    const write = async (): Promise<void> => {
      await writing
      writing = this.#write(items)
      // It is awaited later; until then the failure must not count as unhandled.
      writing.catch(() => {})
      items = []
      weight = 0
    }
    try {
      for await (const answer of answers) {
        for (const item of this.#itemsOf(answer)) {
          items.push(item)
          weight += 1 + (item.coupon?.redemptions.length ?? 0)
          if (weight >= batchWeight) await write()
        }
      }
      await write()
    } finally {
      await writing
    }
    return this.#summary
  }

  *#itemsOf(answer: SavedAnswer): Generator<ImportItem> {
    const { file } = answer
    if ('failure' in answer) return this.#refuse({ file, path: answer.root, reason: answer.failure })
    this.#summary.answers += 1
    const { customers, refused, warnings } = readAnswer(answer.value, answer.root, this.#organisation)
    for (const { path, reason } of warnings) this.#options.onWarning?.(`${file} ${path}: ${reason}`)
    for (const { path, reason, holds } of refused) {
      this.#refuse({ file, path, reason })
      tally(this.#summary, 'refused', holds)
    }
    for (const customer of customers) {
      yield { file, customer, coupon: null }
      for (const coupon of customer.coupons) yield { file, customer, coupon }
    }
    return undefined
  }

  #refuse(refused: RefusedEntry): void {
    this.#summary.refusals += 1
    this.#options.onRefused?.(refused)
  }

  /** Writes a batch; if the database rejects it, writes its halves, down to the faulty record. */
  async #write(items: readonly ImportItem[]): Promise<void> {
    if (items.length === 0) return
    await writeInHalves(items, {
      write: async (part) => {
        const work = (transaction: Queries) => this.#writeBatch(transaction, part)
        this.#apply(await inTransaction(this.#queries, work, { retryOn: 'races' }))
      },
      split: async (part) => {
        const middle = part.length >> 1
        return middle === 0 ? undefined : [part.slice(0, middle), part.slice(middle)]
      },
      refuse: async (part, reason) => {
        const outcome = emptyOutcome()
        for (const item of part) refuseItem(outcome, item, reason)
        this.#apply(outcome)
      },
    })
  }

  async #writeBatch(transaction: Queries, items: readonly ImportItem[]): Promise<BatchOutcome> {
    const { orgId } = this.#organisation
    // Two imports into one organisation take turns.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`counterfoil import ${orgId}`}, 0))`.execute(
      transaction,
    )
    const known = await readKnown(transaction, orgId, items)
    const outcome = emptyOutcome()
    const refusedNow = new Set<ImportItem['customer']>()
    const customers: NewHistory['customers'][number][] = []
    const coupons: NewHistory['coupons'][number][] = []
    const grown: GrownCoupon[] = []
    const stores = new Map<string, string>()
    const series = new Map<number, NewHistory['series'][number]>()

    for (const item of items) {
      const { customer, coupon } = item
      if (coupon === null) {
        const verdict = judgeCustomer(customer, known)
        if (verdict === undefined) customers.push(customer)
        if (typeof verdict === 'string') refusedNow.add(customer)
        settle(outcome, item, verdict)
      } else if (refusedNow.has(customer) || this.#refusedCustomers.has(customer)) {
        tally(outcome.summary, 'refused', countCoupon(coupon))
      } else {
        const growth = this.#options.addsToCoupons ? growCoupon(coupon, customer.id, known) : undefined
        if (growth !== undefined) {
          grown.push(growth)
          noteStores(outcome, known, stores, coupon)
          tallyGrowth(outcome.summary, growth)
          continue
        }
        const isNewSeries = !known.series.has(coupon.series.id)
        const verdict = judgeCoupon(coupon, customer.id, known)
        settle(outcome, item, verdict)
        if (verdict !== undefined) continue
        coupons.push({ customerId: customer.id, coupon })
        if (isNewSeries) series.set(coupon.series.id, coupon.series)
        noteStores(outcome, known, stores, coupon)
      }
    }
    outcome.summary.series.new += series.size
    outcome.summary.stores.new += stores.size
    const given: NewHistory = {
      customers,
      stores: [...stores].map(([code, name]) => ({ code, name })),
      series: [...series.values()],
      coupons,
      grown,
    }
    await writeHistory(transaction, orgId, given, this.#options.isDryRun ?? false)
    return outcome
  }

  #apply(outcome: BatchOutcome): void {
    const { summary } = outcome
    for (const kind of recordKinds) {
      for (const state of ['new', 'present', 'refused'] as const) {
        this.#summary[kind][state] += summary[kind][state]
      }
    }
    this.#summary.series.new += summary.series.new
    this.#summary.stores.new += summary.stores.new
    for (const customer of outcome.refusedCustomers) this.#refusedCustomers.add(customer)
    for (const refused of outcome.refused) this.#refuse(refused)
    for (const [code, text] of outcome.renamedStores) {
      if (this.#warnedStores.has(code)) continue
      this.#warnedStores.add(code)
      this.#options.onWarning?.(text)
    }
    this.#options.onProgress?.(this.#summary)
  }
}

/** The stores that a coupon names; new ones are to be created. */
function noteStores(
  { renamedStores }: BatchOutcome,
  known: Known,
  stores: Map<string, string>,
  coupon: CouponRecord,
): void {
  for (const { code, name } of placesOf(coupon)) {
    const there = known.stores.get(code)
    if (there === undefined) stores.set(code, name)
    else if (there !== name) renamedStores.set(code, renamed(code, there, name))
    known.stores.set(code, there ?? name)
  }
}

const emptyOutcome = (): BatchOutcome => ({
  summary: createSummary(),
  refused: [],
  refusedCustomers: [],
  renamedStores: new Map(),
})

const itself: RecordCounts = { customers: 1, coupons: 0, redemptions: 0, reversals: 0, returns: 0 }

function settle(outcome: BatchOutcome, item: ImportItem, verdict: Verdict): void {
  if (typeof verdict === 'string') refuseItem(outcome, item, verdict)
  else {
    const counts = item.coupon === null ? itself : countCoupon(item.coupon)
    tally(outcome.summary, verdict === null ? 'present' : 'new', counts)
  }
}

/** The coupon exists; only the redemptions, reversals and returns that the record adds are new. */
function tallyGrowth(summary: ImportSummary, { coupon, redemptions, returned, reversed }: GrownCoupon): void {
  const all = countCoupon(coupon)
  const ofNew = countCoupon({ ...coupon, redemptions })
  const added = {
    redemptions: ofNew.redemptions,
    reversals: ofNew.reversals + reversed.length,
    returns: returned.reduce((sum, { returns }) => sum + returns.length, ofNew.returns),
  }
  summary.coupons.present += 1
  for (const kind of ['redemptions', 'reversals', 'returns'] as const) {
    summary[kind].new += added[kind]
    summary[kind].present += all[kind] - added[kind]
  }
}

function refuseItem(outcome: BatchOutcome, item: ImportItem, reason: string): void {
  const { file, customer, coupon } = item
  outcome.refused.push({ file, path: (coupon ?? customer).path, reason })
  tally(outcome.summary, 'refused', coupon === null ? itself : countCoupon(coupon))
  if (coupon === null) outcome.refusedCustomers.push(customer)
}

function renamed(code: string, there: string, here: string): string {
  return `store "${code}" is called "${there}" and keeps that name; the file calls it "${here}"`
}
