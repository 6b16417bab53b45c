import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { recordedOn } from '../../platform/author.ts'
import { cancelBatch, voidBatch } from '../../bulk/codes/change-batch.ts'
import { readBatch } from '../../bulk/codes/code-batch.ts'
import { exportBatch } from '../../bulk/codes/export-batch.ts'
import type { Context } from '../../ledger/context.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { batchSchema, batchToWire, failures, tags } from './code-batch-wire.ts'
import { admin, idParams, readPathId } from './fields.ts'

const response = { 200: batchSchema, ...failures }
const changes = [
  ['cancel', 'cancelCodeBatch', 'Stop generating codes of a batch; existing ones remain', cancelBatch],
  ['void', 'voidCodeBatch', 'Revoke the codes of a batch that are neither issued nor redeemed', voidBatch],
] as const

/** Codes consist of ASCII letters, digits and - _ . only, so none needs quotes. */
async function* csvOf(pages: AsyncIterable<string[]>): AsyncGenerator<string, void, void> {
  yield 'code\r\n'
  for await (const codes of pages) yield `${codes.join('\r\n')}\r\n`
}

/**
 * `/admin/v1/code-batches/{id}`: the progress of a batch, its cancellation and voiding, and a single export of its
 * codes.
 */
export function registerCodeBatches(app: App, context: Context): void {
  const { pool } = context.database
  route(app, 'GET /admin/v1/code-batches/:id', {
    access: ['campaign', 'read'],
    ...admin,
    schema: {
      operationId: 'getCodeBatch',
      summary: 'How far a batch of codes is',
      tags,
      params: idParams,
      response,
    },
    handler: async ({ orgId, timeZone }, request) => {
      return batchToWire(await readBatch(pool, orgId, readPathId(request.params.id)), timeZone)
    },
  })
  for (const [name, operationId, summary, change] of changes) {
    route(app, `POST /admin/v1/code-batches/:id/${name}`, {
      access: ['campaign', 'write'],
      ...admin,
      needsReason: true,
      schema: { operationId, summary, tags, params: idParams, response },
      handler: async (caller, request) => {
        const id = readPathId(request.params.id)
        const batch = await recordedOn(pool, caller, (client) => change(client, caller.orgId, id))
        return batchToWire(batch, caller.timeZone)
      },
    })
  }
  route(app, 'GET /admin/v1/code-batches/:id/codes.csv', {
    access: ['campaign', 'write'],
    // A HEAD request would use up the single export and discard the codes.
    exposeHeadRoute: false,
    ...admin,
    isLong: true,
    changes: true,
    limit: 'bulk',
    schema: {
      operationId: 'exportCodes',
      summary: 'The codes of a batch, this once',
      description: 'The second time is 410. A download that breaks off before the end does not count.',
      tags,
      params: idParams,
      response: { 200: { content: { 'text/csv': { schema: Type.String() } } }, ...failures },
    },
    handler: async (caller, request, reply) => {
      const id = readPathId(request.params.id)
      const pages = await exportBatch(pool, caller, id)
      const csv = Readable.from(csvOf(pages), { objectMode: false })
      // A caller that has disconnected has not received the codes.
      csv.once('close', () => {
        pages
          .return()
          .catch((error: unknown) => context.log.error({ err: error }, 'could not release an export'))
      })
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="codes-${id}.csv"`)
        .send(csv)
    },
  })
}
