import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import type { ClientBase } from 'pg'
import { editVersionOn } from '../../identity/organisations/require-version.ts'
import type { Context } from '../../ledger/context.ts'
import { lockOneSeries } from '../../ledger/post/lock.ts'
import { haltSeries, type HaltState } from '../../ledger/series/halt-series.ts'
import { readSeriesById } from '../../ledger/series/list-series.ts'
import { maxCounted, readReach } from '../../ledger/series/read-reach.ts'
import { setSchedule, type Schedule } from '../../ledger/series/set-schedule.ts'
import { recordedOn } from '../../platform/author.ts'
import { epochSecondsOf, holdNow, readNow } from '../../platform/clock.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import { dayOf, endOfDayS } from '../../values/calendar.ts'
import type { Caller } from '../../values/caller.ts'
import type { App } from '../../http/app.ts'
import { numeric, optional } from '../../http/fields.ts'
import { readIfMatch, tellVersion } from '../../http/if-match.ts'
import { route } from '../../http/route.ts'
import { readInstantS } from '../v2/series-values.ts'
import { editedRecords } from './edited.ts'
import { admin, answers, idParams, readPathId } from './fields.ts'
import { ownSeriesSchema, ownSeriesToWire } from './series-wire.ts'

const tags = ['Series']

export const reachSchema = Type.Object({
  coupons: Type.Integer({
    description: `Coupons of customers that are neither revoked, expired nor used up; at most ${maxCounted}.`,
  }),
  customers: Type.Integer({ description: 'Their holders.' }),
  liveHolds: Type.Integer({ description: 'Checkouts that have reserved coupons of the series.' }),
  isMore: Type.Boolean({ description: 'More coupons work than were counted.' }),
})

const scheduleBody = Type.Object({
  issueFrom: optional({
    ...numeric,
    description: 'No coupon is issued before this instant. Null: no restriction.',
  }),
  redeemableFrom: optional({
    ...numeric,
    description: 'No coupon is redeemed before this instant. Null: no restriction.',
  }),
  endsAt: Type.Union(numeric.anyOf, {
    description: 'The last instant; a day without a time means its end.',
  }),
})

type OneSeries = FastifyRequest<{ Params: Static<typeof idParams> }>

/** Calls that halt a series and set its schedule, under `/admin/v1/series/{id}`. */
export function registerSeriesControl(app: App, context: Context): void {
  registerHalts(app, context)
  registerSchedule(app, context)
  route(app, 'GET /admin/v1/series/:id/reach', {
    access: ['campaign', 'read'],
    ...admin,
    schema: {
      operationId: 'getReachOfSeries',
      summary: 'The customers, coupons and checkouts that a stop of the series would affect',
      tags,
      params: idParams,
      response: answers(reachSchema),
    },
    handler: (caller, { params }) => readReach(context, caller, readPathId(params.id)),
  })
}

/** Changes a series under its lock, in the version that the request names, and answers with the changed series. */
async function change(
  context: Context,
  caller: Caller,
  request: OneSeries,
  reply: FastifyReply,
  work: (client: ClientBase, id: number, now: Date | null) => Promise<void>,
) {
  const { pool } = context.database
  const { orgId, timeZone } = caller
  const id = readPathId(request.params.id)
  const expected = readIfMatch(request)
  await recordedOn(pool, caller, async (client) => {
    await lockOneSeries(client, orgId, id)
    const now = await holdNow(context, client, caller)
    await editVersionOn(client, ['series', orgId, id], expected, () => work(client, id, now))
  })
  const series = (await readSeriesById(context, orgId, [id], 'counted')).get(id)
  if (series === undefined) throw refuse.notFound(`There is no coupon series ${id}`)
  tellVersion(reply, series.version)
  const nowS = await epochSecondsOf(pool, await readNow(context, pool, caller))
  return ownSeriesToWire(series, timeZone, nowS)
}

const halts = [
  {
    path: 'stop',
    operationId: 'stopSeries',
    state: 'stopped',
    summary: 'Stop a series: it neither issues nor redeems',
    description:
      'Every till refuses its coupons from the next request on, also those that a checkout has reserved (712 in calls of the contract, 9021 in /till/v1). Nothing of the series is changed or lost: it can be resumed.',
  },
  {
    path: 'pause',
    operationId: 'pauseSeries',
    state: 'paused',
    summary: 'Pause a series: it neither issues nor redeems for now',
    description:
      'Every till refuses its coupons from the next request on (739 in calls of the contract, 9022 in /till/v1), except those that a checkout has reserved: whoever is paying has seen the price.',
  },
  {
    path: 'resume',
    operationId: 'resumeSeries',
    state: 'running',
    summary: 'Resume a series that was paused or stopped',
    description: 'It issues and redeems again according to its terms.',
  },
] as const satisfies readonly { state: HaltState; [name: string]: string }[]

function registerHalts(app: App, context: Context): void {
  const records = editedRecords(context)
  for (const { path, state, description, ...operation } of halts)
    route(app, `POST /admin/v1/series/:id/${path}`, {
      access: ['campaign', 'write'],
      ...admin,
      edits: records.series,
      schema: {
        ...operation,
        description: `${description} The reason (X-Counterfoil-Reason) is required. A series that is already in this state is unchanged.`,
        tags,
        params: idParams,
        response: answers(ownSeriesSchema),
      },
      handler: (caller, request, reply) => {
        const reason = caller.origin?.reason ?? null
        if (reason === null || reason.trim() === '')
          throw refuse.badRequest('State the reason in X-Counterfoil-Reason', { field: 'reason' })
        return change(context, caller, request, reply, (client, id, now) =>
          haltSeries(
            client,
            caller.orgId,
            id,
            { state, reason, halter: caller, requestId: request.id, tillId: caller.tillId },
            now,
          ),
        )
      },
    })
}

function registerSchedule(app: App, context: Context): void {
  route(app, 'PUT /admin/v1/series/:id/schedule', {
    access: ['campaign', 'write'],
    ...admin,
    edits: editedRecords(context).series,
    schema: {
      operationId: 'setSchedule',
      summary: 'Set when a series issues, redeems and ends, to the second',
      description:
        'Times without an offset are in the time zone of the organisation. Applies from the next request on; coupons keep their own expiry. An edit by PUT /v2/coupon/series keeps the issue start, and the time of day of the first day if it names the same day.',
      tags,
      params: idParams,
      body: scheduleBody,
      response: answers(ownSeriesSchema),
    },
    handler: (caller, request, reply) => {
      const schedule = readSchedule(request.body, caller.timeZone)
      return change(context, caller, request, reply, (client, id, now) =>
        setSchedule(client, caller, id, schedule, now),
      )
    },
  })
}

function readSchedule(body: Static<typeof scheduleBody>, timeZone: string): Schedule {
  const { issueFrom, redeemableFrom, endsAt } = body
  const isDay = typeof endsAt === 'string' && /^\s*\d{4}-\d{2}-\d{2}\s*$/.test(endsAt)
  const endS = readInstantS('endsAt', endsAt, timeZone)
  if (endS === undefined) throw badParameter('endsAt', String(endsAt), 'a day or a time')
  return {
    issueFromS: readInstantS('issueFrom', issueFrom, timeZone) ?? null,
    redeemableFromS: readInstantS('redeemableFrom', redeemableFrom, timeZone) ?? null,
    endsAtS: isDay ? endOfDayS(timeZone, dayOf(timeZone, endS)) : endS,
  }
}
