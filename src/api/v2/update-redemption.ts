import { Type, type Static } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { readProfile } from '../../ledger/customers/read-profile.ts'
import { badParameter, catalogue, refuse } from '../../values/errors.ts'
import {
  updateRedemptions,
  type RedemptionUpdate,
  type UpdateRedemptionsOutcome,
} from '../../ledger/redemptions/update-redemptions.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { entityAnswer, shortCustomer, status } from '../../http/answer-fields.ts'
import { entityFailures, writeHeaders } from '../../http/envelope.ts'
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
import { profileToWire } from './wire.ts'

const maxUpdates = 100
const maxFields = 50

const fieldValue = Type.Union([Type.String({ maxLength: 1_000 }), Type.Number(), Type.Boolean()])
const fieldMap = record(fieldValue, { maxProperties: maxFields })

const updateFields = Type.Object({
  redemptionId: numeric,
  billAmount: optional(numeric),
  transactionNumber: optional(Type.Union([Type.String(), Type.Number()])),
  billId: optional(numeric),
  customFields: optional(Type.Union([fieldMap, Type.Array(fieldMap, { maxItems: maxFields })])),
})

const body = Type.Object({
  redemptions: optional(Type.Array(updateFields, { maxItems: maxUpdates })),
  user: optional(customerFields),
})

const answer = entityAnswer({
  redemptions: Type.Array(
    Type.Object({
      redemptionId: Type.Integer(),
      billAmount: Type.Number({ description: 'As it was sent.' }),
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

/** `PUT /v2/coupon/redeem`: attaches bill data and custom fields to redemptions. */
export function registerUpdateRedemption(app: App, context: Context): void {
  route(app, 'PUT /v2/coupon/redeem', {
    access: ['coupon', 'write'],
    schema: {
      operationId: 'updateRedemptions',
      summary: 'Attach a bill to redemptions',
      tags: ['Redemptions'],
      headers: writeHeaders,
      body,
      response: { 200: answer, ...entityFailures },
    },
    handler: async (caller, request, reply) => {
      const wanted = request.body.redemptions ?? []
      if (wanted.length === 0) throw refuse.redemptionIdMissing()
      const updates = wanted.map(readUpdate)
      const user = givenCustomer(request.body.user)
      const customer = user && (await readProfile(context, caller, await readCustomer(context, caller, user)))
      if (user && customer === undefined) throw refuse.customerNotFound()
      const { outcome, isReplay } = await updateRedemptions(context, caller, {
        updates,
        customer,
        idempotencyKey: readIdempotencyKey(request, caller),
      })
      return sendAnswer(reply, answerOf(200, updatesToWire(updates, outcome, caller.timeZone)), isReplay)
    },
  })
}

function readUpdate(wanted: Static<typeof updateFields>): RedemptionUpdate {
  const { transactionNumber } = wanted
  const billAmount = given(wanted.billAmount)
  const billId = given(wanted.billId)
  return {
    redemptionId: readId('redemptionId', wanted.redemptionId),
    billAmount: billAmount === undefined ? undefined : readAmount('billAmount', billAmount),
    transactionNumber:
      transactionNumber === undefined || transactionNumber === null
        ? undefined
        : readText('transactionNumber', readDigits('transactionNumber', transactionNumber), 200),
    billId: billId === undefined ? undefined : readId('billId', billId),
    customFields: readCustomFields(wanted.customFields ?? undefined),
  }
}

/** One object, or a list of objects with one key each: both are published. */
function readCustomFields(
  fields: Exclude<Static<typeof updateFields>['customFields'], null>,
): Readonly<Record<string, string>> | undefined {
  if (fields === undefined) return undefined
  const pairs = [fields].flat().flatMap((one) => Object.entries(one))
  if (pairs.length > maxFields)
    throw badParameter('customFields', `${pairs.length} fields`, `at most ${maxFields}`)
  return Object.fromEntries(
    pairs.map(([name, value]) => [readText('customFields', name, 200), readText(name, String(value), 1_000)]),
  )
}

function updatesToWire(
  updates: readonly RedemptionUpdate[],
  { customer, isUpdated }: UpdateRedemptionsOutcome,
  timeZone: string,
) {
  const failedCount = isUpdated.filter((isDone) => !isDone).length
  return {
    entity: {
      redemptions: updates.map((one, at) => updateToWire(one, isUpdated[at] ?? false)),
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

function updateToWire(one: RedemptionUpdate, isDone: boolean) {
  const code = isDone ? 761 : 510
  return {
    redemptionId: one.redemptionId,
    billAmount: one.billAmount ?? 0,
    transactionNumber: one.transactionNumber ?? '',
    ...(one.billId !== undefined && { billId: one.billId }),
    customFields: one.customFields ?? {},
    redemptionStatus: { status: isDone, code, message: catalogue[code].message },
  }
}

function statusOf(failed: number, total: number) {
  const code = failed === 0 ? 761 : failed === total ? 510 : 762
  return { status: code !== 510, code, message: catalogue[code].message }
}
