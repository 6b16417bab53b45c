import { Type } from 'typebox'
import {
  actorKinds,
  listAudit,
  type ActorKind,
  type AuditQuery,
} from '../../identity/audit-log/list-audit.ts'
import type { Context } from '../../ledger/context.ts'
import { badParameter } from '../../values/errors.ts'
import { formatInstant } from '../../values/calendar.ts'
import { maxId } from '../../values/ids.ts'
import { parseStatedTimeS } from '../../values/stated-time.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readInteger, readText, type Query } from '../../http/query-parameters.ts'
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
  subject: Type.Object({ kind: Type.String(), id: nullable(Type.Integer()) }),
  before: fields,
  after: fields,
  reason: nullable(Type.String()),
  address: nullable(Type.String()),
  requestId: nullable(Type.String()),
})

/** `GET /admin/v1/audit`: the recorded changes, each with its author, time, address and reason. */
export function registerAudit(app: App, context: Context): void {
  route(app, 'GET /admin/v1/audit', {
    access: ['audit', 'read'],
    failure: 'problem',
    schema: {
      operationId: 'listAudit',
      summary: 'The audit log, the latest first',
      description:
        'Every change of what an organisation is made of, and every change by a person, through /admin/v1 or with a stated reason. Other coupons that tills issue, redeem and reverse are in their events.',
      tags: ['Audit'],
      querystring: Type.Object({
        actor: text('Who: user, client, till or command-line; or one of them, as user:12.'),
        action: text('What, exactly: coupon.redeemed, say.'),
        subject: text('On what: coupon, series, customer, user …; or one of them, as coupon:5.'),
        from: text('At this time or later: YYYY-MM-DD or ISO 8601.'),
        to: text('Before this time.'),
        limit: text(`1 to ${maxLimit}; default ${defaultLimit}.`),
        cursor: text('nextCursor of the page before.'),
      }),
      response: answers(
        Type.Object({
          entries: Type.Array(auditEntrySchema),
          nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null: there is no more.' }),
        }),
      ),
    },
    handler: async (caller, request) => {
      const { orgId, timeZone } = caller
      const query = readQuery(request.query, timeZone)
      const { limit } = query
      const found = await listAudit(context.database.queries, orgId, { ...query, limit: limit + 1 })
      const entries = found.slice(0, limit).map(({ atMs, ...rest }) => {
        const { id, ...more } = rest
        return { id, at: formatInstant(timeZone, Math.floor(atMs / 1000)), ...more }
      })
      const last = entries.at(-1)
      return { entries, nextCursor: found.length > limit && last ? String(last.id) : null }
    },
  })
}

/** `kind` or `kind:id`. */
function readNamed(query: Query, name: string): { kind: string; id: number | undefined } | undefined {
  const given = readText(query, name)
  if (given === undefined) return undefined
  const [, kind, id] = /^([a-z-]{1,50})(?::(\d{1,16}))?$/.exec(given) ?? []
  if (kind === undefined || Number(id ?? 1) > maxId || Number(id ?? 1) < 1)
    throw badParameter(name, given, 'a kind, or a kind and an id such as user:12')
  return { kind, id: id === undefined ? undefined : Number(id) }
}

function readActor(query: Query): AuditQuery['actor'] {
  const given = readNamed(query, 'actor')
  if (given === undefined) return undefined
  const kind: ActorKind | undefined = actorKinds.find((one) => one === given.kind)
  if (kind === undefined) throw badParameter('actor', given.kind, `one of ${actorKinds.join(', ')}`)
  return { kind, id: given.id }
}

function readTime(query: Query, name: string, timeZone: string): number | undefined {
  const given = readText(query, name)
  if (given === undefined) return undefined
  const timeS = parseStatedTimeS(given, timeZone)
  if (timeS === undefined) throw badParameter(name, given, 'YYYY-MM-DD or ISO 8601 with an offset')
  return timeS
}

function readQuery(query: Query, timeZone: string): AuditQuery {
  return {
    actor: readActor(query),
    subject: readNamed(query, 'subject'),
    action: readText(query, 'action'),
    fromS: readTime(query, 'from', timeZone),
    toS: readTime(query, 'to', timeZone),
    limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? defaultLimit,
    after: readInteger(query, 'cursor', { min: 1, max: maxId }),
  }
}
