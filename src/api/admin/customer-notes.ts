import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { addNote, maxNoteLength } from '../../ledger/customers/add-note.ts'
import { listNotes } from '../../ledger/customers/list-notes.ts'
import type { App } from '../../http/app.ts'
import { answerOf, sendAnswer } from '../../http/answer.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { readInteger } from '../../http/query-parameters.ts'
import { route } from '../../http/route.ts'
import { formatInstant } from '../../values/calendar.ts'
import { refuse } from '../../values/errors.ts'
import { maxId } from '../../values/ids.ts'
import { admin, answers, idParams, nullable, readPathId } from './fields.ts'

const maxLimit = 200
const defaultLimit = 50
const tags = ['Care']

export const notesSchema = Type.Object({
  notes: Type.Array(
    Type.Object({
      id: Type.Integer(),
      text: Type.String(),
      author: Type.Object({
        kind: Type.String({ description: 'user or client.' }),
        id: Type.Integer(),
        name: nullable(Type.String()),
      }),
      createdAt: Type.String(),
    }),
  ),
  nextCursor: nullable(Type.String({ description: 'Null: there are no more.' })),
})

/** `/admin/v1/customers/{id}/notes`: what people note about a customer. */
export function registerCustomerNotes(app: App, context: Context): void {
  route(app, 'POST /admin/v1/customers/:id/notes', {
    // For people and clients but never for tills: a till is accessible to strangers.
    access: {
      all: [
        ['customer', 'write'],
        ['client', 'read'],
      ],
    },
    ...admin,
    schema: {
      operationId: 'addCustomerNote',
      summary: 'Add a note about a customer',
      description:
        'A note is not changed afterwards. It is part of the history of the customer, and deleted when the person is erased. The audit log records that there is a note, and not its text.',
      tags,
      params: idParams,
      body: Type.Object({
        text: Type.String({ description: `1 to ${maxNoteLength} characters, and not only blanks.` }),
      }),
      response: answers(Type.Object({ id: Type.Integer() })),
    },
    handler: async (caller, request, reply) => {
      const customerId = readPathId(request.params.id)
      const text = request.body.text.trim()
      if (text === '' || text.length > maxNoteLength)
        throw refuse.badRequest(`text has to have 1 to ${maxNoteLength} characters, and not only blanks`)
      const { outcome, isReplay } = await addNote(context, caller, {
        customerId,
        text,
        idempotencyKey: readIdempotencyKey(request, caller),
        requestId: request.id,
      })
      return sendAnswer(reply, answerOf(200, { id: outcome.id }), isReplay)
    },
  })

  route(app, 'GET /admin/v1/customers/:id/notes', {
    access: {
      all: [
        ['customer', 'read'],
        ['client', 'read'],
      ],
    },
    failure: 'problem',
    schema: {
      operationId: 'listCustomerNotes',
      summary: 'The notes about a customer, the latest first',
      tags,
      params: idParams,
      querystring: Type.Object({
        limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default ${defaultLimit}.` })),
        cursor: Type.Optional(Type.String({ description: 'nextCursor of the page before.' })),
      }),
      response: answers(notesSchema),
    },
    handler: async (caller, { params, query }) => {
      const limit = readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? defaultLimit
      const after = readInteger(query, 'cursor', { min: 1, max: maxId })
      const found = await listNotes(context, caller, readPathId(params.id), { after, limit: limit + 1 })
      const notes = found.slice(0, limit).map(({ createdAtS, ...one }) => ({
        ...one,
        createdAt: formatInstant(caller.timeZone, createdAtS),
      }))
      const last = notes.at(-1)
      return { notes, nextCursor: found.length > limit && last ? String(last.id) : null }
    },
  })
}
