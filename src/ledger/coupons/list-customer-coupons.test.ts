import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTestContext, createTestOrganisation } from '../../../test/support/harness.ts'
import {
  anyHistoryCase,
  at,
  matching,
  readingCaller,
  seedHistoryCase,
  zones,
} from '../../../test/support/history-cases.ts'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { couponStatuses } from './coupon-status.ts'
import { listCustomerCoupons } from './list-customer-coupons.ts'

let context: Context
const callers = new Map<string, Caller>()

beforeAll(async () => {
  context = await createTestContext()
  for (const timeZone of zones) {
    const organisation = await createTestOrganisation(context, { timeZone })
    callers.set(timeZone, readingCaller({ ...organisation, timeZone }))
  }
})

describe.each(zones)('for any coupons and redemptions of a customer, in %s', (timeZone) => {
  test('every status lists exactly the coupons that the rules select, with the right page, order and total', async () => {
    const caller = callers.get(timeZone)
    if (caller === undefined) throw new Error('no caller')
    await fc.assert(
      fc.asyncProperty(anyHistoryCase, async (given) => {
        const { customerId, coupons } = await seedHistoryCase(context.database.queries, given, caller)
        const judged: Context = {
          ...context,
          fixedNow: at(given.nowS),
          lanes: { ...context.lanes, history: new Map() },
        }
        const ask = (query: object) =>
          listCustomerCoupons(judged, caller, {
            identifiers: [],
            customerId,
            statuses: [],
            transactionNumbers: [],
            sortOrder: given.sortOrder,
            limit: 1_000,
            offset: 0,
            withVerdicts: true,
            ...query,
          })
        const sign = given.sortOrder === 'ASC' ? 1 : -1
        const ordered = coupons.toSorted((a, b) => sign * (a.createdMs - b.createdMs || a.id - b.id))

        for (const statuses of [[], ...couponStatuses.map((status) => [status]), ...given.asked]) {
          const expected = matching(ordered, statuses)
          const found = await ask({ statuses })
          expect(
            found.coupons.map(({ id }) => id),
            `status=${statuses.join()}`,
          ).toEqual(expected.map(({ id }) => id))
          expect(found.total).toBe(expected.length)
          expect(found.coupons.map(({ refusal }) => refusal)).toEqual(expected.map(({ refusal }) => refusal))
          expect(found.coupons.map((one) => one.redemptionsLeft)).toEqual(
            expected.map((one) => one.redemptionsLeft),
          )
        }

        const { transactionNumbers, page } = given
        const statuses = given.asked[0] ?? []
        const expected = matching(ordered, statuses).filter(
          (one) => transactionNumbers.length === 0 || transactionNumbers.includes(one.transaction),
        )
        const found = await ask({ statuses, transactionNumbers, ...page })
        expect(found.coupons.map(({ id }) => id)).toEqual(
          expected.slice(page.offset, page.offset + page.limit).map(({ id }) => id),
        )
        expect(found.total).toBe(expected.length)
      }),
      { numRuns: Number(process.env['HISTORY_RUNS'] ?? 20) },
    )
  })
})
