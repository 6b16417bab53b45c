import { Type } from 'typebox'
import { actorKinds, listAudit } from '../../identity/audit-log/list-audit.ts'
import { nameThings } from '../../identity/audit-log/name-things.ts'
import { thingKey } from '../../identity/audit-log/things-rules.ts'
import type { Context } from '../../ledger/context.ts'
import { formatInstant } from '../../values/calendar.ts'
import { maxId } from '../../values/ids.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readInteger } from '../../http/query-parameters.ts'
import { registerAuditFile } from './audit-file.ts'
import { auditFilter, readAuditFilter } from './audit-query.ts'
import { answers, nullable } from './fields.ts'

const maxLimit = 200
const defaultLimit = 50
const text = (description: string) => Type.Optional(Type.String({ description }))
const fields = nullable(Type.Object({}, { additionalProperties: true }))

export const auditEntrySchema = Type.Object({
  id: Type.Integer(),
  at: Type.String(),
  actor: Type.Object({
    kind: Type.String({ description: `${actorKinds.join(', ')}.` }),
    id: nullable(Type.Integer()),
    name: nullable(Type.String()),
  }),
  action: Type.String(),
  subject: Type.Object({
    kind: Type.String(),
    id: nullable(Type.Integer()),
    name: Type.Union([Type.String(), Type.Null()], {
      description:
        'Its name now. Null: it has none or is gone, or it is a customer, whose names are not in the log.',
    }),
    seriesId: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Of a batch of codes or an upload: its series.',
    }),
  }),
  before: fields,
  after: fields,
  reason: nullable(Type.String()),
  address: nullable(Type.String()),
  requestId: nullable(Type.String()),
})

export const auditPageSchema = Type.Object({
  entries: Type.Array(auditEntrySchema),
  names: Type.Record(Type.String(), Type.String(), {
    description:
      'The names of the things whose ids are among the values of these entries, by kind:id, such as store:5.',
  }),
  nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null: there is no more.' }),
  searchedTo: Type.Union([Type.String(), Type.Null()], {
    description: 'Of a search that has read its share of the log: up to when. It goes on with nextCursor.',
  }),
})

/** `GET /admin/v1/audit`: the recorded changes, each with its author, time, address and reason. */
export function registerAudit(app: App, context: Context): void {
  const { queries } = context.database
  registerAuditFile(app, context)
  route(app, 'GET /admin/v1/audit', {
    access: ['audit', 'read'],
    failure: 'problem',
    schema: {
      operationId: 'listAudit',
      summary: 'The audit log, the latest first',
      description:
        'Every change of what an organisation is made of, and every change by a person, through /admin/v1 or with a stated reason. Other coupons that tills issue, redeem and reverse are in their events. A page of a search reads a limited number of entries: it may be empty and still have a nextCursor.',
      tags: ['Audit'],
      querystring: Type.Object({
        ...auditFilter,
        limit: text(`1 to ${maxLimit}; default ${defaultLimit}.`),
        cursor: text('nextCursor of the page before.'),
      }),
      response: answers(auditPageSchema),
    },
    handler: async ({ orgId, timeZone }, { query }) => {
      const shown = (atMs: number): string => formatInstant(timeZone, Math.floor(atMs / 1000))
      const { entries, next, searchedToMs } = await listAudit(queries, orgId, {
        ...readAuditFilter(query, timeZone),
        limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? defaultLimit,
        after: readInteger(query, 'cursor', { min: 1, max: maxId }),
      })
      const things = await nameThings(queries, orgId, entries)
      return {
        entries: entries.map(({ id, atMs, subject, ...rest }) => {
          const thing = subject.id === null ? undefined : things.get(thingKey(subject.kind, subject.id))
          const named = { ...subject, name: thing?.name ?? null, seriesId: thing?.seriesId ?? null }
          return { id, at: shown(atMs), subject: named, ...rest }
        }),
        names: Object.fromEntries(
          [...things].flatMap(([key, { name }]) => (name === null ? [] : [[key, name]])),
        ),
        nextCursor: next === null ? null : String(next),
        searchedTo: searchedToMs === null ? null : shown(searchedToMs),
      }
    },
  })
}
