import { Type } from 'typebox'
import { listAudit } from '../../identity/audit-log/list-audit.ts'
import type { Context } from '../../ledger/context.ts'
import {
  readCouponHistory,
  readCustomerHistory,
  type HistoryPage,
} from '../../ledger/history/read-history.ts'
import type { Happening } from '../../ledger/history/attribute-rules.ts'
import type { Access } from '../../http/access.ts'
import type { App } from '../../http/app.ts'
import { readCode } from '../../http/fields.ts'
import { readInteger, readText, type Query } from '../../http/query-parameters.ts'
import { route } from '../../http/route.ts'
import type { Caller, FinerResource, Resource } from '../../values/caller.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import { maxId } from '../../values/ids.ts'
import { editedRecords } from './edited.ts'
import { answers, idParams, readPathId } from './fields.ts'
import { entryToWire, happeningToWire, historySchema } from './history-wire.ts'

const maxLimit = 200
const defaultLimit = 50
const tags = ['Care']
const page = {
  limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default ${defaultLimit}.` })),
  cursor: Type.Optional(Type.String({ description: 'nextCursor of the page before.' })),
}

/** For people and clients but never for tills: a history names people. */
const forOffice = (resource: Resource | FinerResource) =>
  ({
    all: [
      [resource, 'read'],
      ['client', 'read'],
    ],
  }) satisfies Access

/** What happened to a thing, when, by whom and why, from the ledger and the audit log. */
export function registerHistory(app: App, context: Context): void {
  route(app, 'GET /admin/v1/coupons/:code/history', {
    access: forOffice('coupon'),
    failure: 'problem',
    schema: {
      operationId: 'getCouponHistory',
      summary: 'What happened to a coupon, when, by whom and why',
      description:
        'Issues, redemptions, reversals, returns, extensions, revocations and holds of the last weeks. Authors and reasons are known of people and of callers that state a reason; otherwise the till is named.',
      tags,
      params: Type.Object({ code: Type.String({ description: 'The code of the coupon.' }) }),
      querystring: Type.Object({
        ...page,
        customerId: Type.Optional(
          Type.String({ description: 'Whose coupon it is, if customers share the code.' }),
        ),
      }),
      response: answers(historySchema),
    },
    handler: async (caller, { params, query }) => {
      const code = readCode('code', params.code)
      const holderId = readInteger(query, 'customerId', { min: 1, max: maxId })
      return ledgerPage(caller, query, (asked) =>
        readCouponHistory(context, caller, { code, holderId }, asked),
      )
    },
  })

  route(app, 'GET /admin/v1/customers/:id/history', {
    access: forOffice('customer'),
    failure: 'problem',
    schema: {
      operationId: 'getCustomerHistory',
      summary: 'What happened to a customer and the customer’s coupons, when, by whom and why',
      description: 'The history of each coupon, changes of the customer by people, and notes.',
      tags,
      params: idParams,
      querystring: Type.Object(page),
      response: answers(historySchema),
    },
    handler: async (caller, { params, query }) => {
      const id = readPathId(params.id)
      return ledgerPage(caller, query, (asked) => readCustomerHistory(context, caller, id, asked))
    },
  })

  const records = editedRecords(context)
  const registerOfKind = (
    path: string,
    kind: 'series' | 'till' | 'client' | 'user',
    operationId: string,
    access: Access,
  ): void =>
    route(app, `GET /admin/v1/${path}/:id/history`, {
      access,
      failure: 'problem',
      schema: {
        operationId,
        summary: `What was changed of a ${kind === 'user' ? 'person' : kind}, when, by whom and why`,
        description: 'From the audit log.',
        tags: ['Audit'],
        params: idParams,
        querystring: Type.Object(page),
        response: answers(historySchema),
      },
      handler: async (granted, { params, query }) => {
        const caller = granted as Caller
        const id = readPathId(params.id)
        if ((await records[kind].current(caller, id)) === undefined) throw refuse.notFound()
        return auditPage(context, caller, { kind, id }, query)
      },
    })
  registerOfKind('series', 'series', 'getSeriesHistory', forOffice('campaign'))
  registerOfKind('tills', 'till', 'getTillHistory', forOffice('organisation'))
  registerOfKind('clients', 'client', 'getClientHistory', ['client', 'read'])
  registerOfKind('users', 'user', 'getUserHistory', ['user', 'read'])
}

async function ledgerPage(
  caller: Caller,
  query: Query,
  read: (page: HistoryPage) => Promise<readonly Happening[]>,
) {
  const limit = readLimit(query)
  const found = await read({ limit: limit + 1, after: readAfter(query) })
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return {
    history: shown.map((one) => happeningToWire(one, caller)),
    nextCursor: found.length > limit && last ? `${last.atUs}_${last.key}` : null,
  }
}

async function auditPage(
  { database: { queries } }: Context,
  caller: Caller,
  subject: { readonly kind: string; readonly id: number },
  query: Query,
) {
  const limit = readLimit(query)
  const after = readInteger(query, 'cursor', { min: 1, max: maxId })
  const { entries, next } = await listAudit(queries, caller.orgId, {
    subject,
    actor: undefined,
    action: undefined,
    fromS: undefined,
    toS: undefined,
    limit,
    after,
  })
  return {
    history: entries.map((entry) => entryToWire(entry, caller)),
    nextCursor: next === null ? null : String(next),
  }
}

const readLimit = (query: Query): number =>
  readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? defaultLimit

function readAfter(query: Query): HistoryPage['after'] {
  const cursor = readText(query, 'cursor')
  if (cursor === undefined) return undefined
  const [, atUs, key] = /^(-?\d{1,16})_([a-z]+(?::\d+){0,2})$/.exec(cursor) ?? []
  if (atUs === undefined || key === undefined) throw badParameter('cursor', cursor, 'nextCursor of a page')
  return { atUs: Number(atUs), key }
}
