import { Type } from 'typebox'
import { passwordRule } from '../../identity/credentials/password-rules.ts'
import type { Context } from '../../ledger/context.ts'
import { badParameter } from '../../values/errors.ts'
import { createTill } from '../../identity/organisations/create-till.ts'
import { createStoreOnce } from '../../identity/organisations/create-store-once.ts'
import type { App } from '../../http/app.ts'
import { recordedChange } from '../../http/recorded-change.ts'
import { route } from '../../http/route.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { emptyList } from '../../http/answer-fields.ts'
import { entityFailures, writeHeaders } from '../../http/envelope.ts'
import { given, numeric, optional, readId, readText } from '../../http/fields.ts'

const tags = ['Places']
const created = Type.Object({ createdId: Type.Integer(), warnings: emptyList })
const text = (maxLength: number) => optional(Type.String({ maxLength }))

/** `POST /v2/orgEntity/store` and `POST /v2/orgEntity/till`: places where coupons are issued and redeemed. */
export function registerOrgEntity(app: App, context: Context): void {
  route(app, 'POST /v2/orgEntity/store', {
    access: ['organisation', 'write'],
    audit: true,
    schema: {
      operationId: 'createStore',
      summary: 'Create a store',
      description: 'Fields that affect no coupon rule are ignored.',
      tags,
      headers: writeHeaders,
      body: Type.Object({
        code: Type.String({ minLength: 1, maxLength: 200 }),
        name: text(200),
        description: text(1_000),
        isActive: optional(Type.Boolean()),
        parentZoneId: optional(numeric),
        parentConceptId: optional(numeric),
        externalIds: optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 10 })),
      }),
      response: { 200: created, ...entityFailures },
    },
    handler: async (caller, request, reply) => {
      const { body } = request
      const externalIds = (body.externalIds ?? []).filter((one) => one !== '')
      if (externalIds.length > 3) throw badParameter('externalIds', `${externalIds.length} ids`, 'at most 3')
      const code = readText('code', body.code, 200)
      const { outcome, isReplay } = await createStoreOnce(context, caller, {
        orgId: caller.orgId,
        code,
        name: readText('name', given(body.name) ?? code, 200),
        description: body.description ?? '',
        externalIds: externalIds.map((one) => readText('externalIds', one, 200)),
        isActive: body.isActive ?? true,
        zoneId: readParent('parentZoneId', body.parentZoneId),
        conceptId: readParent('parentConceptId', body.parentConceptId),
        idempotencyKey: readIdempotencyKey(request, caller),
      })
      return sendAnswer(reply, answerOf(200, { createdId: outcome.storeId, warnings: [] }), isReplay)
    },
  })

  route(app, 'POST /v2/orgEntity/till', {
    access: ['organisation', 'write'],
    audit: true,
    schema: {
      operationId: 'createTill',
      summary: 'Create a till',
      description:
        'The name becomes its code, which is unique: a repeated request is refused with 1207. It accepts no Idempotency-Key, because nothing of a request with a password is stored.',
      tags,
      body: Type.Object({
        name: Type.String({ minLength: 1, maxLength: 200 }),
        password: Type.String({ minLength: 1, maxLength: 200, description: passwordRule }),
        storeId: numeric,
        description: text(1_000),
        accessGroup: optional(
          Type.String({
            description: 'What it may do, by the name of an access group; till unless given.',
          }),
        ),
      }),
      response: { 200: created, ...entityFailures },
    },
    handler: async (caller, request) => {
      const { name, password, storeId, description, accessGroup } = request.body
      const createdId = await recordedChange(context, caller, (transaction) =>
        createTill(transaction, {
          orgId: caller.orgId,
          storeCode: readId('storeId', storeId),
          code: readText('name', name, 200),
          password,
          isReadOnly: false,
          description: description ?? '',
          accessGroup: accessGroup ?? undefined,
        }),
      )
      return { createdId, warnings: [] }
    },
  })
}

/** −1 means none, as the original prints it. */
function readParent(name: string, value: string | number | null | undefined): number | undefined {
  const parent = given(value)
  return parent === undefined || Number(parent) === -1 ? undefined : readId(name, parent)
}
