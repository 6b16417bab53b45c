import { Type, type Static } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { readProfile } from '../../ledger/customers/read-profile.ts'
import type { Caller } from '../../values/caller.ts'
import type { CustomerProfile } from '../../ledger/customers/customer-profile.ts'
import { catalogue, Refusal, refuse } from '../../values/errors.ts'
import {
  updateRedemptions,
  type RedemptionUpdate,
  type StoredBill,
  type UpdateRedemptionsOutcome,
} from '../../ledger/redemptions/update-redemptions.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { decimals } from '../../http/decimals.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { entityAnswer, shortCustomer, status } from '../../http/answer-fields.ts'
import { refusalStatus } from '../../http/refusal-status.ts'
import { entityFailure, entityFailures, writeHeaders } from '../../http/envelope.ts'
import {
  customerFields,
  given,
  givenCustomer,
  numeric,
  optional,
  readAmount,
  readCustomer,
  readDigits,
  readId,
  readText,
  record,
} from '../../http/fields.ts'
import { readStated } from '../../http/stated-discounts.ts'
import { customFieldsBody, readCustomFields } from './custom-fields.ts'
import { profileToWire, statusToWire } from './wire.ts'

const maxUpdates = 100
const writeAmounts = decimals('billAmount')

const updateFields = Type.Object({
  redemptionId: numeric,
  billAmount: optional(numeric),
  discountAmount: optional({
    ...numeric,
    description:
      'What the till took off the bill for the coupon. Without it, it is computed when the redemption gets a bill.',
  }),
  transactionNumber: optional(Type.Union([Type.String(), Type.Number()])),
  billId: optional(numeric),
  customFields: optional(customFieldsBody),
})

const body = Type.Object({
  redemptions: optional(Type.Array(updateFields, { maxItems: maxUpdates })),
  user: optional(customerFields),
})

const answer = entityAnswer({
  redemptions: Type.Array(
    Type.Object({
      redemptionId: Type.Integer(),
      billAmount: Type.Number({ description: 'As stored now.' }),
      transactionNumber: Type.String(),
      billId: Type.Optional(Type.Integer()),
      customFields: record(Type.String()),
      redemptionStatus: status,
    }),
  ),
  user: Type.Optional(shortCustomer),
  status,
  totalCount: Type.Integer(),
  failedCount: Type.Integer(),
})

/** The status of a refusal depends on a client setting. */
const updatedOrRefused = {
  200: Type.Union([answer, status]),
  400: Type.Union([answer, entityFailure, status]),
}

/** `PUT /v2/coupon/redeem`: attaches bill data and custom fields to redemptions. */
export function registerUpdateRedemption(app: App, context: Context): void {
  route(app, 'PUT /v2/coupon/redeem', {
    access: ['coupon', 'write'],
    refusedStatus: 400,
    schema: {
      operationId: 'updateRedemptions',
      summary: 'Attach a bill to redemptions',
      tags: ['Redemptions'],
      headers: writeHeaders,
      body,
      response: { ...entityFailures, ...updatedOrRefused },
    },
    handler: async (caller, request, reply) => {
      const wanted = request.body.redemptions ?? []
      if (wanted.length === 0) throw refuse.redemptionIdMissing()
      const updates = wanted.map(readUpdate)
      const user = givenCustomer(request.body.user)
      const customer = user && (await findUser(context, caller, user))
      if (user && customer === undefined)
        return reply.code(refusalStatus(caller, 400)).send(statusToWire(701))
      const { outcome, isReplay } = await updateRedemptions(context, caller, {
        updates,
        customer,
        idempotencyKey: readIdempotencyKey(request, caller),
      })
      const told = { ...outcome, customer: outcome.customer ?? (await holderOf(context, caller, outcome)) }
      const wire = updatesToWire(updates, told, caller.timeZone)
      const isRefused = wire.entity.failedCount === updates.length
      return sendAnswer(
        reply,
        answerOf(isRefused ? refusalStatus(caller, 200) : 200, wire, writeAmounts),
        isReplay,
      )
    },
  })
}

/** Returns undefined for unknown identifiers. */
async function findUser(
  context: Context,
  caller: Caller,
  user: Static<typeof customerFields>,
): Promise<CustomerProfile | undefined> {
  try {
    return await readProfile(context, caller, await readCustomer(context, caller, user))
  } catch (error) {
    if (error instanceof Refusal && error.code === 701) return undefined
    throw error
  }
}

/** The customer of the redemptions, if all have the same one, for a request that names no user. */
async function holderOf(
  context: Context,
  caller: Caller,
  { stored = [] }: UpdateRedemptionsOutcome,
): Promise<CustomerProfile | undefined> {
  const ids = [...new Set(stored.flatMap((one) => one?.customerId ?? []))]
  return ids.length === 1
    ? readProfile(context, caller, { customerId: ids[0], identifier: undefined })
    : undefined
}

function readUpdate(wanted: Static<typeof updateFields>): RedemptionUpdate {
  const { transactionNumber } = wanted
  const billAmount = given(wanted.billAmount)
  const billId = given(wanted.billId)
  return {
    redemptionId: readId('redemptionId', wanted.redemptionId),
    billAmount: billAmount === undefined ? undefined : readAmount('billAmount', billAmount),
    discountAmount: readStated(wanted.discountAmount),
    transactionNumber:
      transactionNumber === undefined || transactionNumber === null
        ? undefined
        : readText('transactionNumber', readDigits('transactionNumber', transactionNumber), 200),
    billId: billId === undefined ? undefined : readId('billId', billId),
    customFields: readCustomFields(wanted.customFields),
  }
}

function updatesToWire(
  updates: readonly RedemptionUpdate[],
  { customer, isUpdated, isDiscountRefused = [], budgetRefusals = [], stored = [] }: UpdateRedemptionsOutcome,
  timeZone: string,
) {
  const failedCount = isUpdated.filter((isDone) => !isDone).length
  return {
    entity: {
      redemptions: updates.map((one, at) => {
        const refusal = budgetRefusals[at] ?? (isDiscountRefused[at] ? 9004 : 510)
        const code = isUpdated[at] ? 761 : refusal
        return updateToWire(one, code, stored[at] ?? null)
      }),
      ...(customer && { user: profileToWire(customer, timeZone) }),
      status: statusOf(failedCount, updates.length),
      totalCount: updates.length,
      failedCount,
    },
    warnings: [],
    errors: [],
    success: true,
  }
}

/** Prints a changed redemption as it is stored now, and a refused one as it was sent. */
function updateToWire(sent: RedemptionUpdate, code: 761 | 510 | 728 | 736 | 9004, stored: StoredBill | null) {
  const one = stored ?? sent
  return {
    redemptionId: sent.redemptionId,
    billAmount: one.billAmount ?? 0,
    transactionNumber: one.transactionNumber ?? '',
    ...(typeof one.billId === 'number' && { billId: one.billId }),
    customFields: one.customFields ?? {},
    redemptionStatus: { status: code === 761, code, message: catalogue[code].message },
  }
}

function statusOf(failed: number, total: number) {
  const code = failed === 0 ? 761 : failed === total ? 510 : 762
  return { status: code !== 510, code, message: catalogue[code].message }
}
