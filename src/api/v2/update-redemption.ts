import { Type, type Static } from 'typebox'
import { requireAccess } from '../../access/caller.ts'
import type { Context } from '../../context.ts'
import { readProfile } from '../../customers/read-profile.ts'
import { badParameter, catalogue, Refusal } from '../../errors.ts'
import { updateRedemptions, type RedemptionUpdate } from '../../redemptions/update-redemptions.ts'
import type { App } from '../app.ts'
import { answerOf, readRetryKey, sendAnswer } from '../retry-key.ts'
import { entityFailures, writeHeaders } from './envelope.ts'
import { customerFields, numeric, readAmount, readCustomer, readId, readText } from './fields.ts'
import { profileToWire } from './wire.ts'

const maxUpdates = 100
const maxFields = 50

const fieldValue = Type.Union([Type.String({ maxLength: 1_000 }), Type.Number(), Type.Boolean()])
const fieldMap = Type.Record(Type.String(), fieldValue, { maxProperties: maxFields })

const updateFields = Type.Object({
  redemptionId: numeric,
  billAmount: Type.Optional(numeric),
  transactionNumber: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Null()])),
  billId: Type.Optional(Type.Union([numeric, Type.Null()])),
  customFields: Type.Optional(Type.Union([fieldMap, Type.Array(fieldMap, { maxItems: maxFields })])),
})

const body = Type.Object({
  redemptions: Type.Optional(Type.Array(updateFields, { maxItems: maxUpdates })),
  user: Type.Optional(customerFields),
})

/** `PUT /v2/coupon/redeem`: attaches bill data and custom fields to redemptions. */
export function registerUpdateRedemption(app: App, context: Context): void {
  app.put(
    '/v2/coupon/redeem',
    {
      schema: {
        operationId: 'updateRedemptions',
        summary: 'Attach a bill to redemptions',
        tags: ['Redemptions'],
        headers: writeHeaders,
        body,
        response: { 200: Type.Unknown(), ...entityFailures },
      },
    },
    async (request, reply) => {
      const caller = await request.signIn()
      requireAccess(caller, 'coupon', 'write')
      const given = request.body.redemptions ?? []
      if (given.length === 0) throw new Refusal(661)
      const updates = given.map(readUpdate)
      const { user } = request.body
      const customer =
        user && (await readProfile(context, caller.orgId, await readCustomer(context, caller, user)))
      if (user && customer === undefined) throw new Refusal(701)
      const answer = await updateRedemptions(context, caller, {
        updates,
        retryKey: readRetryKey(request, caller),
        present: (verdict) =>
          answerOf(200, {
            entity: {
              redemptions: updates.map((one, at) => updateToWire(one, verdict[at] ?? false)),
              ...(customer && { user: profileToWire(customer, caller.timeZone) }),
              status: statusOf(verdict.filter((isDone) => !isDone).length, verdict.length),
              totalCount: verdict.length,
              failedCount: verdict.filter((isDone) => !isDone).length,
            },
            warnings: [],
            errors: [],
            success: true,
          }),
      })
      return sendAnswer(reply, answer)
    },
  )
}

function readUpdate(given: Static<typeof updateFields>): RedemptionUpdate {
  const { transactionNumber, billId } = given
  return {
    redemptionId: readId('redemptionId', given.redemptionId),
    billAmount: given.billAmount === undefined ? undefined : readAmount('billAmount', given.billAmount),
    transactionNumber:
      transactionNumber === undefined || transactionNumber === null
        ? undefined
        : readText('transactionNumber', String(transactionNumber), 200),
    billId: billId === undefined || billId === null ? undefined : readId('billId', billId),
    customFields: readCustomFields(given.customFields),
  }
}

/** One object, or a list of objects with one key each: both are published. */
function readCustomFields(
  given: Static<typeof updateFields>['customFields'],
): Readonly<Record<string, string>> | undefined {
  if (given === undefined) return undefined
  const pairs = [given].flat().flatMap((one) => Object.entries(one))
  if (pairs.length > maxFields)
    throw badParameter('customFields', `${pairs.length} fields`, `at most ${maxFields}`)
  return Object.fromEntries(
    pairs.map(([name, value]) => [readText('customFields', name, 200), readText(name, String(value), 1_000)]),
  )
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
