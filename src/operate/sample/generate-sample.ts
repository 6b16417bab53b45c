import { createOrganisation } from '../../identity/organisations/create-organisation.ts'
import { createStore } from '../../identity/organisations/create-store.ts'
import { createTill } from '../../identity/organisations/create-till.ts'
import { generateSecret } from '../../identity/credentials/secrets.ts'
import type { Database } from '../../platform/db/database.ts'
import { runnerOf, type Queries } from '../../platform/db/queries.ts'
import { raiseSequence } from '../../platform/db/raise-sequence.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { dayOf } from '../../values/calendar.ts'
import {
  checkSample,
  sampleFirstNames,
  sampleLastNames,
  sampleOrganisation,
  sampleSeries,
  sampleStores,
  type SampleSize,
} from './sample-rules.ts'
import {
  sampleCouponsSql,
  sampleCustomerCountersSql,
  sampleCustomersSql,
  sampleIdentifiersSql,
  sampleRedemptionsSql,
  sampleReturnsSql,
  sampleReversalsSql,
  sampleSeriesCountersSql,
  sampleSeriesSql,
  sampleSeriesUsageSql,
} from './sample-sql.ts'

interface GivenSample extends SampleSize {
  /** Name of the organisation, which must not exist. */
  readonly name: string
  /** Epoch seconds: the history ends with the day before. */
  readonly nowS: number
  /** Called after each step. */
  readonly onStep?: (what: string, rows: number) => void
}

export interface Sample {
  readonly orgId: number
  readonly lastDay: string
  /** A till of the first store that may read and change all but the organisation; its password is random. */
  readonly till: { readonly code: string; readonly password: string }
  readonly rows: Readonly<Record<string, number>>
}

/**
 * Creates an organisation of invented people with a year and a half of coupons, redemptions, reversals and returns: all or
 * nothing. The same seed, size and day give the same contents except for the ids of organisation, stores and tills, and the
 * password. It is a history: no webhook is told of it.
 *
 * @throws Refusal 400 for a size or seed outside its limits, or a name that is taken.
 */
export async function generateSample({ queries, pool }: Database, given: GivenSample): Promise<Sample> {
  checkSample(given)
  const sample = await inTransaction(queries, (transaction) => fill(transaction, given))
  // The planner needs figures of the new rows at once, not when the autovacuum comes.
  await pool.query('analyze customers, customer_identifiers, coupons, customer_series_usage, redemptions')
  return sample
}

async function fill(transaction: Queries, given: GivenSample): Promise<Sample> {
  const { name, customers, seed, nowS, onStep } = given
  const runner = runnerOf(transaction)
  const orgId = await createOrganisation(transaction, { name, ...sampleOrganisation })
  const { storeIds, tillIds, till } = await createPlaces(transaction, orgId)
  const lastDay = dayOf(sampleOrganisation.timeZone, nowS - 86_400)
  const rows: Record<string, number> = {}
  const step = async (what: string, sql: string, ...values: unknown[]): Promise<void> => {
    rows[what] = (await runner.query(sql, values)).rowCount ?? 0
    onStep?.(what, rows[what])
  }
  const common = [orgId, String(seed), lastDay]
  const plan = JSON.stringify(sampleSeries)
  await step('customers', sampleCustomersSql, ...common, customers, sampleFirstNames, sampleLastNames)
  await step('identifiers', sampleIdentifiersSql, orgId, String(seed))
  await step('series', sampleSeriesSql, orgId, lastDay, plan)
  await runner.query(sampleSeriesUsageSql, [orgId])
  await step('coupons', sampleCouponsSql, ...common, plan, customers, storeIds)
  await step('redemptions', sampleRedemptionsSql, ...common, plan, storeIds, tillIds)
  await step('reversals', sampleReversalsSql, orgId)
  await step('returns', sampleReturnsSql, orgId)
  await step('counters', sampleCustomerCountersSql, orgId)
  await runner.query(sampleSeriesCountersSql, [orgId])
  await raiseSequence(runner, 'customers_id_seq', customers)
  await raiseSequence(runner, 'series_id_seq', sampleSeries.length)
  await raiseSequence(runner, 'redemptions_id_seq', rows['redemptions'] ?? 0)
  return { orgId, lastDay, till, rows }
}

/** A till in each store. Only the first may be signed in to: the password of the others is told to nobody. */
async function createPlaces(transaction: Queries, orgId: number) {
  const storeIds: number[] = []
  const tillIds: number[] = []
  const passwords: string[] = []
  for (const { code, name } of sampleStores) {
    const password = generateSecret()
    storeIds.push(await createStore(transaction, { orgId, code, name }))
    tillIds.push(
      await createTill(transaction, {
        orgId,
        storeCode: code,
        code: tillCode(orgId, code),
        password,
        isReadOnly: false,
        accessGroup: 'default',
      }),
    )
    passwords.push(password)
  }
  const [first] = sampleStores
  const till = { code: tillCode(orgId, first?.code ?? ''), password: passwords[0] ?? '' }
  return { storeIds, tillIds, till }
}

/** Codes of tills are unique across organisations. */
const tillCode = (orgId: number, store: string): string => `sample${orgId}.${store.toLowerCase()}`
