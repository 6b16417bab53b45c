import { Type, type Static } from 'typebox'
import { requireVersionOn } from '../../identity/organisations/require-version.ts'
import type { Context } from '../../ledger/context.ts'
import { budgetFigures, rateDays } from '../../ledger/money/budget-figures-rules.ts'
import { readBudget } from '../../ledger/money/read-budget.ts'
import { requireBudget, setBudget } from '../../ledger/money/set-budget.ts'
import { lockOneSeries } from '../../ledger/post/lock.ts'
import { budgetPeriods, type Budget } from '../../ledger/series/terms.ts'
import { recordedOn } from '../../platform/author.ts'
import type { Caller } from '../../values/caller.ts'
import type { App } from '../../http/app.ts'
import { numeric, optional, readAmount } from '../../http/fields.ts'
import { readIfMatch, tellVersion } from '../../http/if-match.ts'
import { route } from '../../http/route.ts'
import { admin, answers, changeHeaders, idParams, nullable, readPathId } from './fields.ts'

const tags = ['Series']
const maxUses = 2_147_483_647
const per = Type.Union([Type.Literal('day'), Type.Literal('week'), Type.Literal('month')])
const whenItDoesNotFit = Type.Union([Type.Literal('refuse'), Type.Literal('part')])

const amount = (description: string) => optional({ ...numeric, description })
const uses = (description: string) =>
  Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: maxUses, description })))

const stated = Type.Object({
  total: amount('What the discounts of the series may come to.'),
  perCustomer: amount('The same for the discounts of one customer.'),
  periods: optional(
    Type.Array(
      Type.Object({
        per,
        amount: amount('What discounts may come to in a period.'),
        uses: uses('How many redemptions a period may have.'),
        usesPerCustomer: uses('How many of them may be of one customer.'),
      }),
      { maxItems: budgetPeriods.length, description: 'Each kind of period once. A week begins on Monday.' },
    ),
  ),
  whenItDoesNotFit: Type.Optional(
    Type.Union(whenItDoesNotFit.anyOf, {
      description:
        'A computed discount that is greater than what is left: refuse (the default) refuses the redemption, part gives what is left. An amount that a till states is never divided.',
    }),
  ),
})

const money = (description: string) => nullable(Type.String({ description }))
const answer = Type.Object({
  total: money('Null: no limit, here and in the other limits.'),
  perCustomer: money('Of each customer.'),
  periods: Type.Array(
    Type.Object({
      per,
      amount: money('Of all customers together.'),
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
  timeZone: nullable(
    Type.String({
      description: 'The zone of the periods: that of the organisation when the budget was set.',
    }),
  ),
  currency: nullable(Type.String({ description: 'ISO 4217; null: the organisation states none.' })),
  given: Type.String({ description: 'By redemptions that stand; those whose discount is unknown count 0.' }),
  held: Type.String({
    description: 'What live holds reserve. It is taken off what is left in all and in each current period.',
  }),
  usesHeld: Type.Integer({ description: 'How many uses they reserve, likewise.' }),
  left: money('Of the total.'),
  ratePerDay: Type.String({ description: `On average of the last ${rateDays} days.` }),
  runsOutAt: nullable(
    Type.String({
      description: 'When the total is given at this rate. Null: never, or nothing is left.',
    }),
  ),
})

/** `/admin/v1/series/{id}/budget`: the limits of the total discounts of a series. */
export function registerSeriesBudget(app: App, context: Context): void {
  const { pool } = context.database
  const set = async (
    caller: Caller,
    id: number,
    budget: Budget | null,
    expected: ReturnType<typeof readIfMatch>,
  ) => {
    const { orgId } = caller
    await recordedOn(pool, caller, async (client) => {
      await lockOneSeries(client, orgId, id)
      await requireVersionOn(client, 'series', orgId, id, expected)
      await setBudget(client, orgId, id, budget)
    })
    return readBudget(context, caller, id)
  }
  route(app, 'GET /admin/v1/series/:id/budget', {
    access: ['campaign', 'read'],
    ...admin,
    schema: {
      operationId: 'getBudget',
      summary: 'The budget of a series, what is left of it, and when it runs out',
      tags,
      params: idParams,
      response: answers(answer),
    },
    handler: async (caller, { params }, reply) => {
      const state = await readBudget(context, caller, readPathId(params.id))
      tellVersion(reply, state.version)
      return budgetFigures(state, caller)
    },
  })
  route(app, 'PUT /admin/v1/series/:id/budget', {
    access: ['campaign', 'write'],
    ...admin,
    schema: {
      operationId: 'setBudget',
      summary: 'Set the budget of a series',
      description:
        'Applies to every redemption from then on. What was given before counts, also where it exceeds a limit: nothing more is given then. A redemption that is reversed gives back what it took.',
      tags,
      headers: changeHeaders,
      params: idParams,
      body: stated,
      response: answers(answer),
    },
    handler: async (caller, request, reply) => {
      const budget = readBudgetBody(request.body, caller)
      const state = await set(caller, readPathId(request.params.id), budget, readIfMatch(request))
      tellVersion(reply, state.version)
      return budgetFigures(state, caller)
    },
  })
  route(app, 'DELETE /admin/v1/series/:id/budget', {
    access: ['campaign', 'write'],
    ...admin,
    schema: {
      operationId: 'deleteBudget',
      summary: 'Remove the budget of a series',
      tags,
      headers: changeHeaders,
      params: idParams,
      response: answers(answer),
    },
    handler: async (caller, request, reply) => {
      const state = await set(caller, readPathId(request.params.id), null, readIfMatch(request))
      tellVersion(reply, state.version)
      return budgetFigures(state, caller)
    },
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
      timeZone,
    },
    currency,
  )
}
