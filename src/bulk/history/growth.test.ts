import { expect, test } from 'vitest'
import { createTestContext, createTestOrganisation } from '../../../test/support/harness.ts'
import { countersAndLedger } from '../../../test/support/ledger.ts'
import { answerOf, savedCoupon, savedCustomer, savedRedemption } from '../../../test/support/saved-answers.ts'
import { findOrganisation } from '../../identity/organisations/find-organisation.ts'
import { importHistory } from './import-history.ts'

const context = await createTestContext()
const { queries } = context.database

const person = { mobile: '919400000001', email: 'asha@example.com', externalId: 'x-1' }
const before = savedCoupon(1, { redemptionCount: 1, redemptionsLeft: 2, redemptions: [savedRedemption(1)] })
const withCoupon = (more: object) => answerOf(savedCustomer(1, [savedCoupon(1, more)], person))

async function importOver(later: unknown, addsToCoupons: boolean) {
  const { orgId } = await createTestOrganisation(context)
  const organisation = await findOrganisation(queries, String(orgId))
  const one = async function* (value: unknown) {
    yield { file: 'one', root: '$', value }
  }
  const first = await importHistory(queries, organisation, one(answerOf(savedCustomer(1, [before], person))))
  expect(first.refusals).toBe(0)
  const { refusals } = await importHistory(queries, organisation, one(later), { addsToCoupons })
  const again = await importHistory(queries, organisation, one(later), { addsToCoupons })
  expect(again.refusals).toBe(refusals)
  const { counters, ledger } = await countersAndLedger(context, orgId)
  expect(counters).toEqual(ledger)
  const { rows } = await context.database.pool.query<{ redeemed: number; max: number }>(
    'select redeemed, max_redeemed as max from coupons where org_id = $1',
    [orgId],
  )
  return { refusals, coupon: rows[0] }
}

const later = {
  redemptionCount: 1,
  redemptionsLeft: 1,
  redemptions: [savedRedemption(3)],
  reversedRedemptions: [
    savedRedemption(1, { transactionNumber: undefined, reversedOn: '2025-08-21T10:00:00Z' }),
    savedRedemption(2, { transactionNumber: undefined, reversedOn: '2025-08-21T10:00:00Z' }),
  ],
}

test('a later history adds redemptions, reversals and remaining uses to an existing coupon', async () => {
  expect(await importOver(withCoupon(later), true)).toEqual({ refusals: 0, coupon: { redeemed: 1, max: 2 } })
})

test('without the option, as in an import of files, a later history is a contradiction', async () => {
  expect(await importOver(withCoupon(later), false)).toEqual({ refusals: 1, coupon: { redeemed: 1, max: 3 } })
})

test.each([
  ['another code', { ...later, code: 'OTHER' }],
  ['fewer redemptions', { redemptionCount: 0, redemptionsLeft: 3, redemptions: [] }],
])('a history with %s is a contradiction in any case', async (_name, more) => {
  expect(await importOver(withCoupon(more), true)).toMatchObject({ refusals: 1, coupon: { redeemed: 1 } })
})
