import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import type { CustomerProfile } from '../customers/customer-profile.ts'
import { readTerms } from '../series/series-terms.ts'
import { amountOf, moneyOf, unitOf, type Money } from '../../values/money.ts'
import type { CorrectionRefusal } from '../money/budget-rules.ts'
import { fitCorrections, moveToCorrected, type BudgetCorrection } from '../money/correct-budgets.ts'
import { lockSeriesOfRedemptionsSql } from '../post/lock.ts'
import { executeAlone } from '../../platform/idempotency/execute-alone.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import type { StatedDiscount } from './bill-rules.ts'
import { customerOf, keepsDiscount } from '../sql.ts'
import { correctDiscounts, type CorrectedDiscount } from './corrected-bill-rules.ts'

export interface RedemptionUpdate {
  readonly redemptionId: number
  /** Undefined, here and in the next property: unchanged. */
  readonly billAmount: number | undefined
  readonly discountAmount: StatedDiscount
  readonly transactionNumber: string | undefined
  readonly billId: number | undefined
  readonly customFields: Readonly<Record<string, string>> | undefined
}

/** The bill data stored with a redemption. */
export interface StoredBill {
  readonly customerId: number
  readonly billAmount: number | null
  readonly transactionNumber: string
  readonly billId: number | null
  readonly customFields: Readonly<Record<string, string>> | null
}

export interface UpdateRedemptionsCommand extends IdempotentCommand {
  readonly updates: readonly RedemptionUpdate[]
  /** The customer whose redemptions are updated, and who is included in the answer; undefined: none was named. */
  readonly customer: CustomerProfile | undefined
}

export interface UpdateRedemptionsOutcome {
  readonly customer?: CustomerProfile | undefined
  /** Per update: whether the redemption exists and belongs to the named customer. */
  readonly isUpdated: readonly boolean[]
  /** Per update: whether the discount that it states was refused. Undefined: none was. */
  readonly isDiscountRefused?: readonly boolean[]
  /** Per update: the refusal if a budget has no room for the discount. Undefined: none was refused. */
  readonly budgetRefusals?: readonly (CorrectionRefusal | null)[]
  /** Per update: the data stored now; null: it was refused. Undefined: the previous release executed the command. */
  readonly stored?: readonly (StoredBill | null)[]
}

const updateSql = `
update redemptions r set bill_amount = coalesce(e.bill_amount, r.bill_amount),
  transaction_number = coalesce(e.transaction_number, r.transaction_number),
  bill_id = coalesce(e.bill_id, r.bill_id),
  custom_fields = coalesce(r.custom_fields || e.custom_fields, e.custom_fields, r.custom_fields),
  discount_amount = coalesce(e.discount_amount, r.discount_amount)
from unnest($2::bigint[], $3::numeric[], $4::text[], $5::bigint[], $6::jsonb[], $8::numeric[])
  as e(id, bill_amount, transaction_number, bill_id, custom_fields, discount_amount)
where r.org_id = $1 and r.id = e.id and ($7::bigint is null or r.customer_id = ${customerOf('$7')})
returning r.id, r.customer_id as "customerId", r.bill_amount::float8 as "billAmount",
  r.transaction_number as "transactionNumber", r.bill_id as "billId", r.custom_fields as "customFields"`

/** Locks in order of ids those of the named customer; the series are locked first, so that no budget and no reversal changes meanwhile. */
const lockSql = `
select r.id, r.series_id as "seriesId", r.customer_id as "customerId", r.bill_amount::float8 as "billAmount",
  r.discount_amount::float8 as "keptAmount", coalesce(r.returned_amount, 0)::float8 as "returnedAmount",
  r.transaction_number as "transactionNumber", date_part('epoch', r.redeemed_at) as "redeemedAtS",
  ${keepsDiscount('r')} as "isCounted"
from redemptions r where r.org_id = $1 and r.id = any($2::bigint[])
  and ($3::bigint is null or r.customer_id = ${customerOf('$3')})
order by r.id for update`

interface LockedRow {
  readonly id: number
  readonly seriesId: number
  readonly customerId: number
  readonly billAmount: number | null
  /** The discount that the redemption keeps; null: unknown. */
  readonly keptAmount: number | null
  readonly returnedAmount: number
  readonly transactionNumber: string
  readonly redeemedAtS: number
  /** Whether its discount counts in the budget. */
  readonly isCounted: boolean
}

/** The new discount of an updated redemption. */
type UpdatedDiscount = CorrectedDiscount | { readonly refusal: CorrectionRefusal }

/**
 * Attaches bill data to redemptions. Ids that are unknown, or of a customer other than the named one, are reported, and
 * the others are updated.
 */
export function updateRedemptions(
  context: Context,
  caller: Caller,
  command: UpdateRedemptionsCommand,
): Promise<Done<UpdateRedemptionsOutcome>> {
  const { orgId } = caller
  const { updates, customer } = command
  const ids = updates.map(({ redemptionId }) => redemptionId)
  return executeAlone(context, caller, command, {
    lock: async (client) => {
      await client.query(lockSeriesOfRedemptionsSql, [orgId, ids])
      return (await client.query<LockedRow>(lockSql, [orgId, ids, customer?.id ?? null])).rows
    },
    execute: async (client, locked, now) => {
      // Of several updates of one redemption, the last wins: a statement can update a row only once.
      const last = [...new Map(updates.map((one) => [one.redemptionId, one])).values()]
      const discounts = await discountsOf(context, client, caller, last, locked, now)
      const refusalOf = ({ redemptionId }: RedemptionUpdate) => refusalIn(discounts.get(redemptionId))
      const wanted = last.filter((one) => refusalOf(one) === null)
      const known = await update(client, orgId, wanted, discounts, customer?.id)
      const stored = updates.map(({ redemptionId }) => known.get(redemptionId) ?? null)
      const outcome: UpdateRedemptionsOutcome = {
        ...(customer && { customer }),
        isUpdated: stored.map((one) => one !== null),
        ...(wanted.length < last.length && {
          isDiscountRefused: updates.map((one) => refusalOf(one) === 'refused'),
          budgetRefusals: updates.map((one) => {
            const refusal = refusalOf(one)
            return refusal === 'refused' ? null : refusal
          }),
        }),
        stored,
      }
      const holders = stored.flatMap((one) => one?.customerId ?? [])
      return { outcome, customerIds: [...new Set(customer === undefined ? holders : [customer.id])] }
    },
  })
}

/** Null: the discount is not refused. */
const refusalIn = (discount: UpdatedDiscount | undefined): 'refused' | CorrectionRefusal | null =>
  discount === 'refused' ? discount : typeof discount === 'object' ? (discount?.refusal ?? null) : null

/** The discounts after the update of redemptions whose amounts are stated; also updates the budgets. */
async function discountsOf(
  { seriesMemory }: Context,
  client: PoolClient,
  { orgId, currency }: Caller,
  updates: readonly RedemptionUpdate[],
  locked: readonly LockedRow[],
  now: Date | null,
): Promise<Map<number, UpdatedDiscount>> {
  const rows = new Map(locked.map((row) => [row.id, row]))
  const corrected = updates.flatMap((one) => {
    const row = rows.get(one.redemptionId)
    const isStated = one.billAmount !== undefined || one.discountAmount !== undefined
    return row !== undefined && isStated ? [{ one, row }] : []
  })
  if (corrected.length === 0) return new Map()
  const { rows: versions } = await client.query<{ id: number; version: number }>(
    'select id, version from series where org_id = $1 and id = any($2::bigint[])',
    [orgId, corrected.map(({ row }) => row.seriesId)],
  )
  const terms = await readTerms(
    client,
    seriesMemory,
    orgId,
    new Map(versions.map(({ id, version }) => [id, version])),
  )
  const discounts = correctDiscounts(
    corrected.map(({ one, row }) => {
      const series = terms.get(row.seriesId)
      // A redemption without a bill is recorded with 0.
      const amount = (one.billAmount ?? row.billAmount) || undefined
      if (series === undefined) throw new Error(`redemption ${row.id} is of no series`)
      return {
        discountBefore: row.keptAmount === null ? null : keptBy(row) + returnedOf(row),
        returned: returnedOf(row),
        stated: one.discountAmount,
        bill: amount === undefined ? undefined : moneyOf(amount),
        transactionNumber: one.transactionNumber ?? row.transactionNumber,
        terms: series,
      }
    }),
    currency,
  )
  const updated = new Map(
    corrected.map(({ row }, at): [number, UpdatedDiscount] => {
      const after = discounts[at] ?? null
      return [row.id, typeof after === 'number' ? after - returnedOf(row) : after]
    }),
  )
  const counted = corrected.flatMap(({ one, row }, at): BudgetCorrection[] => {
    const after = discounts[at]
    const budget = terms.get(row.seriesId)?.budget ?? null
    if (budget === null || !row.isCounted || typeof after !== 'number') return []
    const isComputed = row.keptAmount === null && one.discountAmount === undefined
    return [
      {
        ...row,
        redemptionId: row.id,
        budget,
        before: keptBy(row),
        after: after - returnedOf(row),
        isComputed,
      },
    ]
  })
  const fitted = await fitCorrections(client, orgId, counted, unitOf(currency), now)
  await moveToCorrected(client, orgId, counted, fitted, now)
  for (const [at, { redemptionId }] of counted.entries()) {
    const one = fitted[at]
    if (one !== undefined) updated.set(redemptionId, 'amount' in one ? one.amount : one)
  }
  return updated
}

/** An unknown discount counts as 0. */
const keptBy = ({ keptAmount }: LockedRow): Money => (keptAmount === null ? 0 : moneyOf(keptAmount))
const returnedOf = ({ returnedAmount }: LockedRow): Money => moneyOf(returnedAmount)

async function update(
  client: PoolClient,
  orgId: number,
  updates: readonly RedemptionUpdate[],
  discounts: ReadonlyMap<number, UpdatedDiscount>,
  customerId: number | undefined,
): Promise<Map<number, StoredBill>> {
  const { rows } = await client.query<StoredBill & { id: number }>(updateSql, [
    orgId,
    updates.map(({ redemptionId }) => redemptionId),
    updates.map(({ billAmount }) => billAmount ?? null),
    updates.map(({ transactionNumber }) => transactionNumber ?? null),
    updates.map(({ billId }) => billId ?? null),
    updates.map(({ customFields }) => (customFields ? JSON.stringify(customFields) : null)),
    customerId ?? null,
    updates.map(({ redemptionId }) => {
      const amount = discounts.get(redemptionId)
      return typeof amount === 'number' ? amountOf(amount) : null
    }),
  ])
  return new Map(rows.map(({ id, ...stored }) => [id, stored]))
}
