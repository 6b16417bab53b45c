import { Type } from 'typebox'
import { recordedOn } from '../../platform/author.ts'
import { listBatches } from '../../bulk/codes/code-batch.ts'
import { maxBatchCodes } from '../../bulk/codes/create-batch.ts'
import { orderBatch } from '../../bulk/codes/order-batch.ts'
import type { Context } from '../../ledger/context.ts'
import { editVersionOn } from '../../identity/organisations/require-version.ts'
import { readCodeForm, readFormVersion, setCodeForm } from '../../ledger/series/set-code-form.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readIfMatch, tellVersion } from '../../http/if-match.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { writeHeaders } from '../../http/envelope.ts'
import {
  batchSchema,
  batchToWire,
  codeFormSchema,
  codeFormToWire,
  failures,
  tags,
} from './code-batch-wire.ts'
import { admin, idParams, pageParameters, readPage, readPathId } from './fields.ts'

const order = Type.Object({
  count: Type.Integer({ description: `1 to ${maxBatchCodes}.` }),
  allowWeak: Type.Optional(Type.Boolean({ description: 'Codes that can be guessed within a year too.' })),
})

const stated = Type.Object({
  alphabet: Type.Optional(
    Type.Union([Type.String({ maxLength: 40 }), Type.Null()], {
      description: 'numeric, alphanumeric, unambiguous, or 2 to 36 letters and digits of your own.',
    }),
  ),
  pattern: Type.Optional(Type.Union([Type.String({ maxLength: 100 }), Type.Null()])),
  checkCharacter: Type.Optional(Type.Boolean()),
})

/** `/admin/v1/series/{id}/codes` and `…/code-form`: orders for codes of a series, and their form. */
export function registerSeriesCodes(app: App, context: Context): void {
  registerCodes(app, context)
  registerCodeForm(app, context)
}

function registerCodes(app: App, context: Context): void {
  const { pool } = context.database
  route(app, 'POST /admin/v1/series/:id/codes', {
    access: ['campaign', 'write'],
    ...admin,
    schema: {
      operationId: 'createCodes',
      summary: 'Order a batch of codes',
      description: 'The answer does not wait for them: GET /admin/v1/code-batches/{id} reports the progress.',
      tags,
      headers: writeHeaders,
      params: idParams,
      body: order,
      response: { 202: batchSchema, ...failures },
    },
    handler: async (caller, request, reply) => {
      const { count, allowWeak = false } = request.body
      const { outcome, isReplay } = await orderBatch(context, caller, {
        order: { seriesId: readPathId(request.params.id), count, allowWeak, tillId: caller.tillId },
        idempotencyKey: readIdempotencyKey(request, caller),
      })
      return sendAnswer(reply, answerOf(202, batchToWire(outcome, caller.timeZone)), isReplay)
    },
  })
  route(app, 'GET /admin/v1/series/:id/codes', {
    access: ['campaign', 'read'],
    ...admin,
    schema: {
      operationId: 'listCodeBatches',
      summary: 'The batches of codes of a series, the latest first',
      tags,
      params: idParams,
      querystring: pageParameters,
      response: { 200: Type.Object({ batches: Type.Array(batchSchema) }), ...failures },
    },
    handler: async ({ orgId, timeZone }, { params, query }) => {
      const batches = await listBatches(pool, orgId, readPathId(params.id), readPage(query))
      return { batches: batches.map((batch) => batchToWire(batch, timeZone)) }
    },
  })
}

function registerCodeForm(app: App, context: Context): void {
  const { pool } = context.database
  route(app, 'GET /admin/v1/series/:id/code-form', {
    access: ['campaign', 'read'],
    ...admin,
    schema: {
      operationId: 'getCodeForm',
      summary: 'What generated codes of a series look like',
      tags,
      params: idParams,
      response: { 200: codeFormSchema, ...failures },
    },
    handler: async ({ orgId }, request, reply) => {
      const id = readPathId(request.params.id)
      // The version is read first, so that the form is never older than its version.
      tellVersion(reply, await readFormVersion(pool, orgId, id))
      return codeFormToWire(await readCodeForm(pool, orgId, id))
    },
  })
  route(app, 'PUT /admin/v1/series/:id/code-form', {
    access: ['campaign', 'write'],
    ...admin,
    edits: {
      table: 'series',
      current: async ({ orgId }, id) => ({
        version: await readFormVersion(pool, orgId, id),
        record: codeFormToWire(await readCodeForm(pool, orgId, id)),
      }),
    },
    schema: {
      operationId: 'setCodeForm',
      summary: 'State what generated codes of a series look like',
      description:
        'A setting that is omitted or null is taken from the series: its digits or capitals, and their number.',
      tags,
      params: idParams,
      body: stated,
      response: { 200: codeFormSchema, ...failures },
    },
    handler: async (caller, request) => {
      const { alphabet = null, pattern = null, checkCharacter = false } = request.body
      const id = readPathId(request.params.id)
      const expected = readIfMatch(request)
      const stated = { alphabet, pattern, hasCheckCharacter: checkCharacter }
      const form = await recordedOn(pool, caller, (client) =>
        editVersionOn(client, ['series', caller.orgId, id], expected, () =>
          setCodeForm(client, caller.orgId, id, stated),
        ),
      )
      context.lookups.unambiguousForms.forget(String(caller.orgId))
      return codeFormToWire(form)
    },
  })
}
