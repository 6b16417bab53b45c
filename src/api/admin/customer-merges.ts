import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { listMerges, maxMerges } from '../../ledger/merges/list-merges.ts'
import { mergeCustomers } from '../../ledger/merges/merge-customers.ts'
import { mergeInWords } from '../../ledger/merges/merge-words-rules.ts'
import { previewMerge } from '../../ledger/merges/preview-merge.ts'
import type { Access } from '../../http/access.ts'
import type { App } from '../../http/app.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { readIfMatch } from '../../http/if-match.ts'
import { readInteger } from '../../http/query-parameters.ts'
import { route } from '../../http/route.ts'
import { formatInstant } from '../../values/calendar.ts'
import { refuse } from '../../values/errors.ts'
import { maxId } from '../../values/ids.ts'
import { editedRecords } from './edited.ts'
import { admin, answers, idParams, readPathId, versionField } from './fields.ts'

const tags = ['Care']

/** For people and clients but never for tills: a till is accessible to strangers. */
const forOffice = (right: 'read' | 'write') =>
  ({
    all: [
      ['customer', right],
      ['coupon', right],
      ['client', 'read'],
    ],
  }) satisfies Access

const sideSchema = Type.Object({
  id: Type.Integer(),
  version: versionField,
  firstName: Type.String(),
  lastName: Type.String(),
  identifiers: Type.Array(
    Type.Object({
      type: Type.String({ description: 'mobile, email or externalId.' }),
      value: Type.String(),
      isShown: Type.Boolean({
        description: 'False: it came by an earlier merge, and finds the customer without being printed.',
      }),
    }),
  ),
  isBlocked: Type.Boolean(),
  coupons: Type.Integer({ description: 'Coupons that are not revoked.' }),
  workingCoupons: Type.Integer({ description: 'Those of them that are neither expired nor used up.' }),
  redemptions: Type.Integer({ description: 'Redemptions that are not reversed.' }),
  liveHolds: Type.Integer({ description: 'Checkouts that have reserved coupons.' }),
  notes: Type.Integer(),
})

export const mergePreviewSchema = Type.Object({
  survivor: sideSchema,
  retired: sideSchema,
  effects: Type.Array(Type.String(), { description: 'What the merge will do, in sentences.' }),
  revokedCoupons: Type.Integer({
    description: 'Unredeemed coupons of common codes that both hold; they will be revoked.',
  }),
  supersededCoupons: Type.Integer({
    description: 'Redeemed coupons of common codes that both hold; they will be left without further use.',
  }),
  reachedLimits: Type.Array(
    Type.Object({
      seriesId: Type.Integer(),
      description: Type.String(),
      limit: Type.String({ description: 'redemptions, coupons or budget, each per customer.' }),
      used: Type.Number({ description: 'By both together.' }),
      max: Type.Number(),
    }),
    { description: 'Limits per customer that both together reach and neither does alone.' },
  ),
})

export const mergesSchema = Type.Object({
  id: Type.Integer({
    description: 'The customer who has everything, also if the id of a merged one was given.',
  }),
  merges: Type.Array(
    Type.Object({
      retiredId: Type.Integer({ description: 'The customer whose id leads here.' }),
      mergedAt: Type.String(),
      coupons: Type.Integer({ description: 'Coupons that changed over, revoked ones included.' }),
      redemptions: Type.Integer({ description: 'Redemptions that changed over, reversed ones included.' }),
    }),
    { description: `Latest first; at most ${maxMerges}.` },
  ),
  alsoFoundBy: Type.Array(Type.Object({ type: Type.String(), value: Type.String() }), {
    description: 'Identifiers that find the customer and are not shown by other calls.',
  }),
})

function registerMerges(app: App, context: Context): void {
  route(app, 'GET /admin/v1/customers/:id/merges', {
    access: {
      all: [
        ['customer', 'read'],
        ['client', 'read'],
      ],
    },
    failure: 'problem',
    schema: {
      operationId: 'listMerges',
      summary: 'Who was merged into a customer, and by what else the customer is found',
      tags,
      params: idParams,
      response: answers(mergesSchema),
    },
    handler: async (caller, { params }) => {
      const { merges, ...rest } = await listMerges(context, caller, readPathId(params.id))
      return {
        ...rest,
        merges: merges.map(({ mergedAtS, ...one }) => ({
          ...one,
          mergedAt: formatInstant(caller.timeZone, mergedAtS),
        })),
      }
    },
  })
}

/** `/admin/v1/customers/{id}/merge`: two customers who are one person. */
export function registerCustomerMerges(app: App, context: Context): void {
  registerPreview(app, context)
  registerMerge(app, context)
  registerMerges(app, context)
}

function registerPreview(app: App, context: Context): void {
  route(app, 'GET /admin/v1/customers/:id/merge', {
    access: forOffice('read'),
    failure: 'problem',
    schema: {
      operationId: 'previewMerge',
      summary: 'What merging another customer into this one would do',
      description: 'Nothing is changed. Pass the versions of both customers with the merge.',
      tags,
      params: idParams,
      querystring: Type.Object({
        retiredId: Type.String({ description: 'The customer who would be merged into this one.' }),
      }),
      response: answers(mergePreviewSchema),
    },
    handler: async (caller, { params, query }) => {
      const retiredId = readInteger(query, 'retiredId', { min: 1, max: maxId })
      if (retiredId === undefined)
        throw refuse.badRequest('retiredId is missing: the id of the customer who would be merged', {
          field: 'retiredId',
        })
      const preview = await previewMerge(context, caller, { survivorId: readPathId(params.id), retiredId })
      return { ...preview, effects: mergeInWords(preview) }
    },
  })
}

function registerMerge(app: App, context: Context): void {
  route(app, 'POST /admin/v1/customers/:id/merge', {
    access: forOffice('write'),
    ...admin,
    edits: editedRecords(context).customer,
    needsReason: true,
    schema: {
      operationId: 'mergeCustomers',
      summary: 'Merge another customer into this one',
      description:
        'Coupons, redemptions, checkouts, counters, notes and identifiers change over to this customer, and the id of the other one leads here in every call. The usage of limits per customer adds up; nothing is refused afterwards that was granted before. It cannot be undone.',
      tags,
      params: idParams,
      body: Type.Object({
        retiredId: Type.Integer({
          minimum: 1,
          maximum: maxId,
          description: 'The customer who is merged into this one.',
        }),
        retiredVersion: Type.Optional(
          Type.Integer({
            minimum: 1,
            description:
              'The version of that customer as it was read; if it was changed since, the answer is 412. If-Match does the same for this customer.',
          }),
        ),
      }),
      response: answers(
        Type.Object({
          id: Type.Integer({ description: 'The customer who has everything now.' }),
          retiredId: Type.Integer({ description: 'The customer whose id leads there.' }),
          mergeId: Type.Integer(),
          coupons: Type.Integer({ description: 'Coupons that changed their holder, revoked ones included.' }),
          redemptions: Type.Integer({
            description: 'Redemptions that count for this customer now, reversed ones included.',
          }),
          identifiers: Type.Integer({ description: 'Identifiers that find this customer now.' }),
          revokedCoupons: Type.Integer(),
          supersededCoupons: Type.Integer(),
        }),
      ),
    },
    handler: async (caller, request, reply) => {
      const { retiredId, retiredVersion } = request.body
      const { outcome, isReplay } = await mergeCustomers(context, caller, {
        survivorId: readPathId(request.params.id),
        survivorVersions: readIfMatch(request),
        retiredId,
        retiredVersion,
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      const { survivorId, ...rest } = outcome
      return sendAnswer(reply, answerOf(200, { id: survivorId, ...rest }), isReplay)
    },
  })
}
