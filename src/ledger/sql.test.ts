import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { createTestContext, createTestOrganisation } from '../../test/support/harness.ts'
import { readingCaller } from '../../test/support/history-cases.ts'
import { openTerms } from '../../test/support/open-terms.ts'
import { seedCoupon, seedCustomer, seedSeries } from '../../test/support/seed.ts'
import { codeKey } from '../values/coupon-code.ts'
import type { Context } from './context.ts'
import { heldLimits } from './coupons/issue-sql.ts'
import { listCustomerCoupons } from './coupons/list-customer-coupons.ts'
import { judge } from './redemptions/redemption-rules.ts'
import { couponOfCode, isStanding, stillWorks, type CouponLimit } from './sql.ts'

let context: Context
let orgId: number
let seriesId: number
let customers: [number, number]

beforeAll(async () => {
  context = await createTestContext()
  const { queries } = context.database
  ;({ orgId } = await createTestOrganisation(context))
  seriesId = await seedSeries(queries, orgId)
  customers = [await seedCustomer(queries, orgId), await seedCustomer(queries, orgId)]
})

const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 2 })
const limit = orNull(fc.integer({ min: 1, max: 3 }))
const numRuns = 30

const anyCoupon = fc.record({
  isRevoked: fc.boolean(),
  endsS: fc.constantFrom(-1, 0, 1),
  redeemed: fc.integer({ min: 0, max: 3 }),
  ownLimit: limit,
  perCode: limit,
  isMultiple: fc.boolean(),
})
type AnyCoupon = typeof anyCoupon extends fc.Arbitrary<infer One> ? One : never

/** The judge's verdict, by the rules on revocation, end, single use and limits of the coupon. */
function judged({ isRevoked, endsS, redeemed, ...one }: AnyCoupon, nowS: number, by: CouponLimit[]): boolean {
  const coupon = {
    customerId: 1,
    createdAtS: 0,
    validUntilS: 1_000 + endsS,
    isRevoked,
    redeemed,
    maxRedeemed: by.includes('ownLimit') ? one.ownLimit : null,
  }
  const series = {
    ...openTerms,
    validUntilS: 4_000_000_000,
    isMultipleUseAllowed: one.isMultiple,
    maxRedemptionsPerCoupon: by.includes('perCode') ? one.perCode : null,
  }
  const usage = {
    customerId: 1,
    isBlocked: false,
    redeemedInSeries: 0,
    lastRedeemedInSeriesAtS: null,
    redeemedThisCoupon: 0,
  }
  const refusals = judge(coupon, series, { redeemed: 0, maxRedeemed: null }, usage, { nowS, timeZone: 'UTC' })
  return refusals.length === 0
}

/** $1 the instant, $2 coupons. */
const worksSql = (limits: readonly CouponLimit[] | undefined): string => `
select ${stillWorks('to_timestamp($1::float8)', limits)} as works
from json_to_recordset($2::json) as x(n int, "isRevoked" boolean, "endsS" float8, redeemed int, "ownLimit" int,
  "perCode" int, "isMultiple" boolean)
cross join lateral (select case when x."isRevoked" then now() end as revoked_at, to_timestamp(x."endsS") as valid_until,
  x.redeemed, x."ownLimit" as max_redeemed) c
cross join lateral (select x."isMultiple" as is_multiple_use_allowed, x."perCode" as max_redemptions_per_coupon) s
order by x.n`

test.each([
  [['singleUse', 'ownLimit', 'perCode'], undefined],
  [heldLimits, heldLimits],
  [['singleUse'], ['singleUse']],
] as [CouponLimit[], CouponLimit[] | undefined][])(
  'a coupon still works by the SQL condition exactly when it does by the rules, with the limits %s',
  async (by, limits) => {
    const property = fc.asyncProperty(
      fc.array(anyCoupon, { minLength: 1, maxLength: 50 }),
      fc.constantFrom(1_000, 1_000.5, 999.75),
      async (coupons, nowS) => {
        const given = coupons.map(({ isRevoked, endsS, ...one }, n) => {
          return { n, ...one, isRevoked, endsS: 1_000 + endsS }
        })
        const { rows } = await context.database.pool.query<{ works: boolean }>(worksSql(limits), [
          nowS,
          JSON.stringify(given),
        ])
        expect(rows.map(({ works }) => works)).toEqual(coupons.map((one) => judged(one, nowS, by)))
      },
    )
    await fc.assert(property, { numRuns })
  },
)

const anyRedemption = fc.record({ agoS: fc.integer({ min: 1, max: 1_000 }), isReversed: fc.boolean() })

test('a redemption stands by the SQL condition exactly when the history lists it', async () => {
  const { queries, pool } = context.database
  const caller = readingCaller(await createTestOrganisation(context))
  const series = await seedSeries(queries, caller.orgId)
  const property = fc.asyncProperty(fc.array(anyRedemption, { maxLength: 6 }), async (redemptions) => {
    const customerId = await seedCustomer(queries, caller.orgId)
    const { id } = await seedCoupon(queries, caller.orgId, {
      seriesId: series,
      customerId,
      redemptions: redemptions.map(({ agoS, isReversed }) => ({
        redeemedAt: new Date(Date.now() - agoS * 1000),
        reversedAt: isReversed ? new Date() : null,
      })),
    })
    const { rows } = await pool.query<{ id: number }>(
      `select r.id from redemptions r where r.org_id = $1 and r.coupon_id = $2 and ${isStanding('r')} order by r.id`,
      [caller.orgId, id],
    )
    const { coupons } = await listCustomerCoupons(context, caller, {
      identifiers: [],
      customerId,
      statuses: [],
      transactionNumbers: [],
      sortOrder: 'DESC',
      limit: 10,
      offset: 0,
      withVerdicts: false,
    })
    const listed = coupons.flatMap((coupon) => coupon.redemptions.map((one) => one.id))
    expect(rows.map((row) => row.id)).toEqual(listed.toSorted((a, b) => a - b))
    expect(rows).toHaveLength(redemptions.filter(({ isReversed }) => !isReversed).length)
  })
  await fc.assert(property, { numRuns })
})

const anyBearer = fc.record({
  kind: fc.constantFrom('bearer', 'shared', 'revoked'),
  holder: fc.constantFrom(0, 1),
  isBearerRevoked: fc.boolean(),
})
/**
 * Coupons with one code, in any order: at most one owns it, and each customer has at most one working shared coupon.
 */
const anyBearers = fc.record({
  coupons: fc.uniqueArray(anyBearer, {
    minLength: 1,
    maxLength: 6,
    size: 'max',
    selector: ({ kind, holder }) =>
      kind === 'revoked' ? Symbol(kind) : kind === 'bearer' ? kind : `${kind} ${holder}`,
  }),
  holder: fc.constantFrom(0, 0, 1, null),
  isSharedLookedUp: fc.constantFrom(true, true, false),
  findsRevoked: fc.boolean(),
})

test('a code resolves to the working coupon of its holder, else to a revoked one, else to the coupon that owns the code', async () => {
  const { pool } = context.database
  let run = 0
  const property = fc.asyncProperty(anyBearers, async (given) => {
    const code = `frühling ${run++}`
    const ids = new Map<string, number>()
    for (const { kind, holder, isBearerRevoked } of given.coupons) {
      const isBearer = kind === 'bearer'
      const { rows } = await pool.query<{ id: number }>(
        `insert into coupons (org_id, series_id, customer_id, code, is_shared, revoked_at, created_at, valid_until)
         values ($1, $2, $3, $4, $5, case when $6 then now() end, now(), now()) returning id`,
        [
          orgId,
          seriesId,
          isBearer ? null : customers[holder],
          code,
          !isBearer,
          isBearer ? isBearerRevoked : kind === 'revoked',
        ],
      )
      // Of several, the latest is expected.
      ids.set(isBearer ? kind : `${kind} ${holder}`, rows[0]?.id ?? 0)
    }
    const { holder, isSharedLookedUp, findsRevoked } = given
    const own = ids.get(`shared ${holder}`) ?? (findsRevoked ? ids.get(`revoked ${holder}`) : undefined)
    const expected = (isSharedLookedUp ? own : undefined) ?? ids.get('bearer')

    const meant = couponOfCode({
      key: '$2',
      holder: '$3::bigint',
      columns: 'c.id',
      sharedWhen: '$4::boolean',
      findsRevoked,
    })
    const { rows } = await pool.query<{ id: number }>(`select c.id from (${meant}) c`, [
      orgId,
      codeKey(code.toUpperCase()),
      holder === null ? null : customers[holder],
      isSharedLookedUp,
    ])
    expect(rows.map(({ id }) => id)).toEqual(expected === undefined ? [] : [expected])
  })
  await fc.assert(property, { numRuns: 200 })
})
