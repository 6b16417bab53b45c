import { permissionsOf, type Caller } from '../../src/values/caller.ts'
import { defaultClientSettings } from '../../src/values/client-settings.ts'
import type { Context } from '../../src/ledger/context.ts'
import { issueCoupons } from '../../src/ledger/coupons/issue-coupons.ts'
import { openBill } from '../../src/ledger/money/discount-rules.ts'
import { redeemCoupons } from '../../src/ledger/redemptions/redeem-coupons.ts'
import { moneyOf } from '../../src/values/money.ts'
import { placeHold } from '../../src/ledger/holds/place-hold.ts'
import { redeemForBearer } from '../../src/ledger/money/redeem-bearer.ts'
import { codeKey } from '../../src/values/coupon-code.ts'
import { mobileOf, type WritesDataset } from './dataset.ts'

/** The caller as the server caches it between the requests of a till. */
export function callerOf({ orgId, tillId, storeId }: WritesDataset): Caller {
  return {
    orgId,
    kind: 'till',
    holderId: tillId,
    tillId,
    storeId,
    access: permissionsOf(
      {
        customer: 'write',
        coupon: 'write',
        series: 'write',
        organisation: 'read',
        webhook: 'write',
      },
      'till',
    ),
    timeZone: 'UTC',
    country: 'IN',
    currency: null,
    requiresTransactionNumber: false,
    isSandbox: false,
    replaysTillRetries: false,
    settings: defaultClientSettings,
  }
}

const customerBy = (customer: number) => ({
  customerId: undefined,
  identifier: { type: 'mobile' as const, value: mobileOf(customer) },
})

/** The operation behind `POST /v2/coupon/redeem`, without HTTP. @throws if it is refused. */
export async function redeemVerb(
  context: Context,
  caller: Caller,
  data: WritesDataset,
  { code, customer }: { code: string; customer: number },
): Promise<void> {
  const { outcome } = await redeemCoupons(context, caller, {
    requests: [
      {
        codeKeys: [codeKey(code)],
        customer: customerBy(customer),
        place: { storeId: data.storeId, tillId: data.tillId },
        bill: { amount: 100, transactionNumber: code, isNumberRequired: false },
        openBill: openBill({ amount: moneyOf(100) }, null),
        statedTimeS: undefined,
        redemptionTimeGiven: null,
        timeZone: 'UTC',
        replaysRetries: false,
        hasTestCodes: false,
      },
    ],
    idempotencyKey: undefined,
  })
  const refusal = outcome.requests[0]?.coupons[0]?.refusal
  if (refusal !== null) throw new Error(`${code} was refused: ${refusal}`)
}

/** What a hold and the redemption from it ask for. */
const onBill = (data: WritesDataset, { code, customer }: { code: string; customer: number }) => ({
  codeKeys: [codeKey(code)],
  customer: customerBy(customer),
  place: { storeId: data.storeId, tillId: data.tillId },
  bill: { amount: 100, transactionNumber: code, isNumberRequired: false },
  openBill: openBill({ amount: moneyOf(100) }, null),
  refusesExclusions: true,
  statedTimeS: undefined,
  timeZone: 'UTC',
  replaysRetries: false,
  hasTestCodes: false,
})

/** The operation behind `POST /till/v1/holds`, without HTTP. @returns the id. @throws if it is refused. */
export async function holdVerb(
  context: Context,
  caller: Caller,
  data: WritesDataset,
  { reference, ttlS, ...coupon }: { code: string; customer: number; reference: string; ttlS: number },
): Promise<number> {
  const wanted = { reference, ttlS, codes: [coupon.code], bill: { amount: 100 } }
  const placed = await placeHold(context, caller, onBill(data, coupon), wanted, { idempotencyKey: undefined })
  const hold = 'done' in placed ? placed.done.outcome.hold : null
  if (hold === null) throw new Error(`${coupon.code} was not held`)
  return hold.id
}

/** The operation behind `POST /till/v1/redemptions` with a hold, without HTTP. @throws if it is refused. */
export async function redeemHoldVerb(
  context: Context,
  caller: Caller,
  data: WritesDataset,
  { holdId, ...coupon }: { code: string; customer: number; holdId: number },
): Promise<void> {
  const request = { ...onBill(data, coupon), holdId, endsHold: true, redemptionTimeGiven: null }
  const redeemed = await redeemForBearer(context, caller, request, { idempotencyKey: undefined })
  const first = 'done' in redeemed ? redeemed.done.outcome.requests[0] : undefined
  if (first?.throughHoldId !== holdId) throw new Error(`${coupon.code} was not redeemed from its hold`)
}

/** The operation behind `POST /v2/coupon/issue`, without HTTP. @throws if it is refused. */
export async function issueVerb(
  context: Context,
  caller: Caller,
  data: WritesDataset,
  customer: number,
): Promise<void> {
  const { outcome } = await issueCoupons(context, caller, {
    requests: [{ customer: customerBy(customer), seriesId: data.issueSeriesId, count: 1 }],
    place: { storeId: data.storeId, tillId: data.tillId },
    timeZone: 'UTC',
    metadata: null,
    idempotencyKey: undefined,
  })
  const refusal = outcome.requests[0]?.refusal
  if (refusal !== null) throw new Error(`an issue was refused: ${refusal}`)
}
