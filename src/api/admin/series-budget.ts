import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import { editVersionOn } from '../../identity/organisations/require-version.ts'
import type { Context } from '../../ledger/context.ts'
import { budgetFigures, rateDays } from '../../ledger/money/budget-figures-rules.ts'
import { readBudget } from '../../ledger/money/read-budget.ts'
import { readBurnDown } from '../../ledger/money/read-burn-down.ts'
import { requireBudget, setBudget } from '../../ledger/money/set-budget.ts'
import { lockOneSeries } from '../../ledger/post/lock.ts'
import { budgetPeriods, defaultAlertShares, type Budget } from '../../ledger/series/terms.ts'
import { recordedOn } from '../../platform/author.ts'
import type { Caller } from '../../values/caller.ts'
import { instant } from '../../http/answer-fields.ts'
import type { App } from '../../http/app.ts'
import { numeric, optional, readAmount } from '../../http/fields.ts'
import { readIfMatch, tellVersion } from '../../http/if-match.ts'
import type { Edited } from '../../http/edited.ts'
import { route } from '../../http/route.ts'
import { daysParameter, readDayCount } from './figures.ts'
import { admin, answers, idParams, nullable, readPathId } from './fields.ts'

const tags = ['Series']
const maxUses = 2_147_483_647
const per = Type.Union([Type.Literal('day'), Type.Literal('week'), Type.Literal('month')])
const whenItDoesNotFit = Type.Union([Type.Literal('refuse'), Type.Literal('part')])

const amount = (description: string) => optional({ ...numeric, description })
const uses = (description: string) =>
  Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: maxUses, description })))

const stated = Type.Object({
  total: amount('Limit on the sum of the discounts of the series.'),
  perCustomer: amount('Limit on the sum of the discounts of each customer.'),
  periods: optional(
    Type.Array(
      Type.Object({
        per,
        amount: amount('Limit on the sum of the discounts in a period.'),
        uses: uses('Maximum number of redemptions in a period.'),
        usesPerCustomer: uses('Maximum number of redemptions of one customer in a period.'),
      }),
      { maxItems: budgetPeriods.length, description: 'Each kind of period once. A week begins on Monday.' },
    ),
  ),
  whenItDoesNotFit: Type.Optional(
    Type.Union(whenItDoesNotFit.anyOf, {
      description:
        'If a computed discount exceeds the amount left: refuse (the default) refuses the redemption, part gives the amount left. An amount that a till states is never reduced.',
    }),
  ),
  alertAtPercent: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: 100 }), {
      maxItems: 10,
      description: `Shares at which the total and the limits of each period are announced (event BudgetShareReached), in percent. ${defaultAlertShares.join(', ')} by default; an empty list announces nothing.`,
    }),
  ),
})

const money = (description: string) => nullable(Type.String({ description }))

export const burnDownSchema = Type.Object({
  currency: nullable(Type.String({ description: 'ISO 4217; null: the organisation states none.' })),
  total: money('Null: the budget has no total limit.'),
  days: Type.Array(
    Type.Object({
      day: Type.String({ description: 'YYYY-MM-DD in the time zone of the organisation.' }),
      given: Type.String({ description: 'By redemptions of the day, including those reversed later.' }),
      givenBack: Type.String({
        description: 'By reversals and returns of the day, whenever the redemptions were made.',
      }),
      takenInAll: Type.String({
        description: 'The sum given and not given back, at the end of the day.',
      }),
      left: money('Left of the current total at the end of the day. Held amounts are not deducted.'),
    }),
    { description: 'Consecutive days; the last one is today.' },
  ),
})

export const budgetSchema = Type.Object({
  total: money('Null: no limit, here and in the other limits.'),
  perCustomer: money('The limit of each customer.'),
  periods: Type.Array(
    Type.Object({
      per,
      amount: money('The limit of all customers together.'),
      uses: nullable(Type.Integer()),
      usesPerCustomer: nullable(Type.Integer()),
      startsOn: Type.String({ description: 'The first day of the current period, YYYY-MM-DD.' }),
      given: Type.String({ description: 'In the current period, if it limits an amount or uses.' }),
      left: money('Null: the period limits no amount.'),
      used: Type.Integer({ description: 'In the current period, if it limits an amount or uses.' }),
      usesLeft: nullable(Type.Integer({ description: 'Null: the period limits no uses.' })),
    }),
  ),
  whenItDoesNotFit: nullable(
    Type.Union(whenItDoesNotFit.anyOf, { description: 'Null: there is no budget.' }),
  ),
  alertAtPercent: Type.Array(Type.Integer(), { description: 'Shares that are announced, ascending.' }),
  reached: Type.Array(
    Type.Object({
      per: Type.Union([Type.Literal('total'), ...per.anyOf]),
      limitOf: Type.Union([Type.Literal('amount'), Type.Literal('uses')]),
      percent: Type.Integer(),
      reachedAt: instant('When it was announced.'),
    }),
    {
      description: 'Announced shares of the current limits, of the total and of the current periods.',
    },
  ),
  timeZone: nullable(
    Type.String({
      description: 'The zone of the periods: that of the organisation when the budget was set.',
    }),
  ),
  currency: nullable(Type.String({ description: 'ISO 4217; null: the organisation states none.' })),
  given: Type.String({ description: 'By standing redemptions; an unknown discount counts as 0.' }),
  held: Type.String({
    description:
      'Reserved by live holds. It is deducted from what is left in total and in each current period.',
  }),
  usesHeld: Type.Integer({ description: 'The number of uses that they reserve.' }),
  left: money('Left of the total.'),
  ratePerDay: Type.String({ description: `The average of the last ${rateDays} days.` }),
  runsOutAt: nullable(
    Type.String({
      description: 'When the total will be used up at this rate. Null: never, or nothing is left.',
    }),
  ),
})

/** `/admin/v1/series/{id}/budget`: limits on the discounts and uses of a series. */
export function registerSeriesBudget(app: App, context: Context): void {
  registerReads(app, context)
  registerChanges(app, context)
}

function registerReads(app: App, context: Context): void {
  route(app, 'GET /admin/v1/series/:id/budget', {
    access: ['campaign', 'read'],
    ...admin,
    schema: {
      operationId: 'getBudget',
      summary: 'The budget of a series, the amount left, and when it will run out',
      tags,
      params: idParams,
      response: answers(budgetSchema),
    },
    handler: async (caller, { params }, reply) => {
      const state = await readBudget(context, caller, readPathId(params.id))
      tellVersion(reply, state.version)
      return budgetFigures(state, caller)
    },
  })
  route(app, 'GET /admin/v1/series/:id/budget/days', {
    access: ['campaign', 'read'],
    ...admin,
    schema: {
      operationId: 'getBurnDown',
      summary: 'The amounts given and left of the budget of a series, day by day',
      tags,
      params: idParams,
      querystring: Type.Object({ days: daysParameter(30) }),
      response: answers(burnDownSchema),
    },
    handler: (caller, { params, query }) =>
      readBurnDown(context, caller, readPathId(params.id), readDayCount(query, 30)),
  })
}

function registerChanges(app: App, context: Context): void {
  const { pool } = context.database
  const edits: Edited = {
    table: 'series',
    current: async (caller, id) => {
      const state = await readBudget(context, caller, id)
      return { version: state.version, record: budgetFigures(state, caller) }
    },
  }
  const set = async (
    caller: Caller,
    request: FastifyRequest<{ Params: Static<typeof idParams> }>,
    reply: FastifyReply,
    budget: Budget | null,
  ) => {
    const { orgId } = caller
    const id = readPathId(request.params.id)
    const expected = readIfMatch(request)
    await recordedOn(pool, caller, async (client) => {
      await lockOneSeries(client, orgId, id)
      await editVersionOn(client, ['series', orgId, id], expected, () => setBudget(client, orgId, id, budget))
    })
    const state = await readBudget(context, caller, id)
    tellVersion(reply, state.version)
    return budgetFigures(state, caller)
  }
  route(app, 'PUT /admin/v1/series/:id/budget', {
    access: ['campaign', 'write'],
    ...admin,
    edits,
    schema: {
      operationId: 'setBudget',
      summary: 'Set the budget of a series',
      description:
        'Applies to every redemption from then on. Earlier discounts count; if they exceed a limit, nothing more is given. A reversal gives the discount of its redemption back.',
      tags,
      params: idParams,
      body: stated,
      response: answers(budgetSchema),
    },
    handler: (caller, request, reply) => set(caller, request, reply, readBudgetBody(request.body, caller)),
  })
  route(app, 'DELETE /admin/v1/series/:id/budget', {
    access: ['campaign', 'write'],
    ...admin,
    edits,
    needsReason: true,
    schema: {
      operationId: 'deleteBudget',
      summary: 'Remove the budget of a series',
      tags,
      params: idParams,
      response: answers(budgetSchema),
    },
    handler: (caller, request, reply) => set(caller, request, reply, null),
  })
}

function readBudgetBody(body: Static<typeof stated>, { currency, timeZone }: Caller): Budget {
  const read = (name: string, value: string | number | null | undefined): number | null =>
    value === undefined || value === null ? null : readAmount(name, value)
  return requireBudget(
    {
      total: read('total', body.total),
      perCustomer: read('perCustomer', body.perCustomer),
      periods: (body.periods ?? []).map((one, at) => ({
        per: one.per,
        amount: read(`periods.${at}.amount`, one.amount),
        uses: one.uses ?? null,
        usesPerCustomer: one.usesPerCustomer ?? null,
      })),
      whenItDoesNotFit: body.whenItDoesNotFit ?? 'refuse',
      alertAtPercent: body.alertAtPercent ?? defaultAlertShares,
      timeZone,
    },
    currency,
  )
}
