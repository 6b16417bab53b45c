import { describe, expect, test } from 'vitest'
import { auditLedger } from '../../src/operate/integrity/audit-ledger.ts'
import { eraseCustomer } from '../../src/operate/erase-customer.ts'
import { anyMobile, codeOf } from '../support/customer-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import type { Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool, queries } = context.database

/** A brand with an agent of customer care, and two customers who are one person: `kept`, and `gone`, who is to be merged. */
async function openTwins() {
  const shop = await openOffice(context, app, { currency: 'INR' })
  const agent = await shop.browser('care')
  const keptMobile = anyMobile()
  const goneMobile = anyMobile()
  const kept = await shop.registered({ mobile: keptMobile, firstName: 'Asha', fields: { shoe: '38' } })
  const gone = await shop.registered({
    mobile: goneMobile,
    email: `Asha-${goneMobile}@example.com`,
    firstName: 'Aasha',
    fields: { shoe: '39', hat: 'M' },
  })
  const merge = (
    retiredId: unknown = gone,
    survivorId: unknown = kept,
    headers: Record<string, string> = {},
    more: object = {},
  ): Promise<Reply> =>
    agent.call('POST', `/admin/v1/customers/${String(survivorId)}/merge`, { retiredId, ...more }, headers)
  return {
    ...shop,
    agent,
    kept,
    gone,
    keptMobile,
    goneMobile,
    merge,
    preview: (retiredId: unknown = gone, survivorId: unknown = kept) =>
      agent.call('GET', `/admin/v1/customers/${String(survivorId)}/merge?retiredId=${String(retiredId)}`),
    redemptionsOf: async (id: number) =>
      (
        await pool.query<{ by: number; first: number | null }>(
          `select customer_id as by, original_customer_id as first from redemptions
           where org_id = $1 and (customer_id = $2 or original_customer_id = $2) order by id`,
          [shop.orgId, id],
        )
      ).rows,
    expectAudited: async () => {
      const audited = await auditLedger(pool, shop.orgId)
      expect(audited.flatMap(({ name, examples }) => examples.map((one) => ({ name, ...one })))).toEqual([])
    },
  }
}

/** The code with which a redemption or an issue was refused. */
const refusalOf = (reply: Reply): unknown => reply.at('redemptionStatus.code') ?? codeOf(reply)

const idOf = (reply: Reply): number => Number(reply.at('redemption.0.redemptionId'))

describe('a merge', () => {
  test('lets the survivor have the coupons and redemptions of both, and the ledger keeps both ids', async () => {
    const twins = await openTwins()
    const seriesId = await twins.series({ is_multiple_use_allowed: true })
    const [own, theirs] = [await twins.coupon(seriesId, twins.kept), await twins.coupon(seriesId, twins.gone)]
    await twins.redeem(own.code, twins.kept)
    const redeemed = idOf(await twins.redeem(theirs.code, twins.gone))

    const reply = await twins.merge()
    expect([reply.status, reply.json]).toEqual([
      200,
      {
        id: twins.kept,
        retiredId: twins.gone,
        mergeId: expect.any(Number),
        coupons: 1,
        redemptions: 1,
        identifiers: 2,
        revokedCoupons: 0,
        supersededCoupons: 0,
      },
    ])
    expect(new Set((await twins.history(twins.kept)).map(({ code }) => code))).toEqual(
      new Set([own.code, theirs.code]),
    )
    expect(await twins.redemptionsOf(twins.gone)).toEqual([{ by: twins.kept, first: twins.gone }])
    await twins.expectLedgerAdds()
    expect((await twins.reverse([redeemed])).status).toBe(200)
    expect((await twins.redeem(theirs.code, twins.kept)).status).toBe(200)
    await twins.expectLedgerAdds()
  })

  test('lets every call of the contract find the survivor by the id and the identifiers of either', async () => {
    const twins = await openTwins()
    const { kept, gone, keptMobile, goneMobile } = twins
    const seriesId = await twins.series({
      is_multiple_use_allowed: true,
      is_multiple_per_customer_allowed: true,
    })
    const { code } = await twins.coupon(seriesId, gone)
    await twins.merge()

    for (const mobile of [keptMobile, goneMobile])
      expect((await twins.lookUp('mobile', mobile)).at('entity')).toBe(kept)
    expect((await twins.lookUp('email', `asha-${goneMobile}@example.com`)).at('entity')).toBe(kept)
    const found = await twins.find(gone)
    expect([found.status, found.at('id')]).toEqual([200, kept])
    expect(found.at('profiles.0.identifiers')).toEqual([
      { type: 'mobile', value: `91${keptMobile}` },
      { type: 'email', value: `Asha-${goneMobile}@example.com` },
    ])
    expect((await twins.history(gone)).map((one) => one['code'])).toEqual([code])
    expect((await twins.isRedeemable([code], gone)).at('redeemable')).toEqual(
      (await twins.isRedeemable([code], kept)).at('redeemable'),
    )
    const redeemed = await twins.redeem(code, gone)
    expect(redeemed.status).toBe(200)
    const issued = await twins.post('/v2/coupon/issue', { seriesId, customer: { mobile: goneMobile } })
    expect(issued.status).toBe(200)
    expect((await twins.issue(seriesId, gone)).status).toBe(200)
    expect(await twins.history(kept)).toHaveLength(3)
    expect((await twins.update(gone, { profiles: [{ lastName: 'Rao' }] })).at('createdId')).toBe(kept)
    expect((await twins.find(kept)).at('profiles.0.lastName')).toBe('Rao')
    const older = await twins.call('GET', `/v1.1/customer/get?format=json&mobile=${goneMobile}`)
    expect(older.at('response.customers.customer.0.mobile')).toBe(`91${keptMobile}`)
    const revoked = await twins.revoke({ couponSeriesId: seriesId, customer: { id: gone } })
    expect(revoked.status).toBe(200)
    expect(await twins.history(kept)).toHaveLength(1)
    await twins.expectLedgerAdds()
  })

  test('adds up the usage of limits per customer, and takes nothing back', async () => {
    const twins = await openTwins()
    const { kept, gone } = twins
    const seriesId = await twins.series({
      is_multiple_use_allowed: true,
      is_multiple_per_customer_allowed: true,
      max_redemptions_per_customer: 2,
      max_coupons_per_customer: 2,
    })
    const own = (await twins.issue(seriesId, kept)).at('code') as string
    const theirs = (await twins.issue(seriesId, gone)).at('code') as string
    await twins.redeem(own, kept)
    await twins.redeem(theirs, gone)
    const preview = await twins.preview()
    expect(preview.at('reachedLimits')).toEqual([
      { seriesId, description: expect.any(String), limit: 'redemptions', used: 2, max: 2 },
      { seriesId, description: expect.any(String), limit: 'coupons', used: 2, max: 2 },
    ])
    await twins.merge()
    expect(refusalOf(await twins.redeem(theirs, kept))).toBe(736)
    expect(refusalOf(await twins.redeem(own, gone))).toBe(736)
    expect(codeOf(await twins.issue(seriesId, kept))).toBe(5002)
    expect(await twins.history(kept)).toHaveLength(2)
    await twins.expectLedgerAdds()
  })

  test('adds up more than a limit allows, and the audit of the ledger holds', async () => {
    const twins = await openTwins()
    const seriesId = await twins.series({ is_multiple_use_allowed: true, max_redemptions_per_customer: 1 })
    for (const id of [twins.kept, twins.gone]) {
      const { code } = await twins.coupon(seriesId, id)
      expect((await twins.redeem(code, id)).status).toBe(200)
    }
    expect((await twins.merge()).status).toBe(200)
    await twins.expectAudited()
    const redemptions = (await twins.history(twins.kept)).flatMap(
      ({ redemptions: made }) => made as { id: number }[],
    )
    expect((await twins.reverse([redemptions[0]?.id])).status).toBe(200)
    expect(refusalOf(await twins.redeem((await twins.coupon(seriesId, twins.kept)).code, twins.kept))).toBe(
      736,
    )
    await twins.expectAudited()
  })

  test('adds up budgets of a customer, even above the limit', async () => {
    const twins = await openTwins()
    const manager = await twins.browser('campaign')
    const seriesId = await twins.series({
      is_multiple_use_allowed: true,
      discount_type: 'ABS',
      discount_value: '10',
    })
    const set = await manager.call('PUT', `/admin/v1/series/${seriesId}/budget`, {
      perCustomer: '15',
      periods: [{ per: 'day', usesPerCustomer: 1 }],
    })
    expect(set.status).toBe(200)
    const codes = await Promise.all(
      [twins.kept, twins.gone].map(async (id) => (await twins.coupon(seriesId, id)).code),
    )
    expect((await twins.redeem(codes[0] ?? '', twins.kept)).status).toBe(200)
    expect((await twins.redeem(codes[1] ?? '', twins.gone)).status).toBe(200)
    expect((await twins.merge()).status).toBe(200)
    await twins.expectAudited()
    expect(refusalOf(await twins.redeem(codes[1] ?? '', twins.kept))).toBe(736)
    await twins.expectAudited()
  })

  test('completes the profile of the survivor, whose own data remains', async () => {
    const twins = await openTwins()
    await twins.agent.call('POST', `/admin/v1/customers/${twins.gone}/notes`, { text: 'Prefers a call.' })
    await twins.merge()
    expect((await twins.find(twins.kept)).at('profiles.0')).toMatchObject({
      firstName: 'Asha',
      fields: { shoe: '38', hat: 'M' },
    })
    const notes = await twins.agent.call('GET', `/admin/v1/customers/${twins.gone}/notes`)
    expect(notes.at('notes.0.text')).toBe('Prefers a call.')
  })

  test('keeps a block of either customer', async () => {
    const twins = await openTwins()
    const administrator = await twins.browser('admin')
    await administrator.call('PATCH', `/admin/v1/customers/${twins.gone}`, { isBlocked: true })
    expect((await twins.preview()).at('effects')).toContain(
      `Customer ${twins.gone} is blocked, so customer ${twins.kept} becomes blocked.`,
    )
    await twins.merge()
    expect(codeOf(await twins.issue(await twins.series(), twins.kept))).toBe(742)
  })

  test('lets an identifier that is not shown be shown again, removed, or kept from others', async () => {
    const twins = await openTwins()
    await twins.merge()
    const { keptMobile, goneMobile, kept } = twins
    expect(codeOf(await twins.register({ mobile: goneMobile }))).toBe(8006)
    const [old, other] = [keptMobile, goneMobile].map((value) => ({ type: 'mobile', value }))
    expect(codeOf(await twins.change(kept, { add: [other] }))).toBe(8007)
    expect((await twins.change(kept, { remove: [old], add: [other] })).status).toBe(200)
    expect((await twins.find(kept)).at('profiles.0.identifiers.0')).toEqual({
      type: 'mobile',
      value: `91${goneMobile}`,
    })
    expect((await twins.lookUp('mobile', keptMobile)).status).toBe(404)
    expect((await twins.register({ mobile: keptMobile })).status).toBe(200)
  })

  test('leaves one coupon of a common code that both hold', async () => {
    const twins = await openTwins()
    const { kept, gone } = twins
    const seriesId = await twins.generic(`COMMON-${kept}`, {
      is_any_user: false,
      is_multiple_use_allowed: false,
    })
    await twins.issue(seriesId, kept)
    await twins.issue(seriesId, gone)
    expect((await twins.redeem(`COMMON-${kept}`, gone)).status).toBe(200)
    expect((await twins.preview()).json).toMatchObject({ revokedCoupons: 1, supersededCoupons: 0 })
    expect((await twins.merge()).json).toMatchObject({ revokedCoupons: 1, supersededCoupons: 0 })
    expect(await twins.history(kept)).toHaveLength(1)
    expect(refusalOf(await twins.redeem(`COMMON-${kept}`, kept))).toBe(711)
    await twins.expectLedgerAdds()
  })

  test('keeps both coupons of a common code that both have redeemed, and both can be reversed', async () => {
    const twins = await openTwins()
    const { kept, gone } = twins
    const code = `TWICE-${kept}`
    const seriesId = await twins.generic(code, {
      is_any_user: false,
      is_multiple_use_allowed: true,
      is_same_user_multiple_redeem: true,
      max_redemptions_per_coupon: 3,
    })
    await twins.issue(seriesId, kept)
    await twins.issue(seriesId, gone)
    const made = [
      idOf(await twins.redeem(code, kept)),
      idOf(await twins.redeem(code, gone)),
      idOf(await twins.redeem(code, gone)),
    ]
    expect((await twins.merge()).json).toMatchObject({ revokedCoupons: 0, supersededCoupons: 1 })
    expect(await twins.history(kept)).toHaveLength(2)
    expect(await twins.history(kept, `code=${code}`)).toHaveLength(2)
    expect((await twins.redeem(code, kept)).status).toBe(200)
    expect(refusalOf(await twins.redeem(code, kept))).toBe(696)
    for (const id of made) expect((await twins.reverse([id])).status).toBe(200)
    await twins.expectLedgerAdds()
  })

  test('lets a checkout go on that has reserved coupons', async () => {
    const twins = await openTwins()
    const { gone } = twins
    const { code } = await twins.coupon(await twins.series(), gone)
    const held = await twins.post('/till/v1/holds', {
      reference: 'cart-1',
      codes: [code],
      customer: { id: gone },
      bill: { amount: 100 },
    })
    expect(held.status).toBe(201)
    expect((await twins.preview()).at('retired.liveHolds')).toBe(1)
    await twins.merge()
    await twins.expectAudited()
    expect((await twins.post('/till/v1/redemptions', { holdId: held.at('id') })).status).toBe(200)
    await twins.expectLedgerAdds()
  })

  test('of a customer into whom others were merged leads all of them to the last survivor', async () => {
    const twins = await openTwins()
    const { kept, gone } = twins
    const third = await twins.registered()
    const seriesId = await twins.series({ is_multiple_use_allowed: true })
    const { code } = await twins.coupon(seriesId, gone)
    await twins.redeem(code, gone)
    expect((await twins.merge(gone, kept)).status).toBe(200)
    expect((await twins.merge(kept, third)).status).toBe(200)
    expect((await twins.find(gone)).at('id')).toBe(third)
    expect((await twins.lookUp('mobile', twins.goneMobile)).at('entity')).toBe(third)
    expect(await twins.redemptionsOf(gone)).toEqual([{ by: third, first: gone }])
    expect((await twins.agent.call('GET', `/admin/v1/customers/${gone}/merges`)).json).toMatchObject({
      id: third,
      merges: [
        { retiredId: kept, coupons: 1, redemptions: 1 },
        { retiredId: gone, coupons: 1, redemptions: 1 },
      ],
      alsoFoundBy: [twins.keptMobile, twins.goneMobile].map((mobile) => ({
        type: 'mobile',
        value: `91${mobile}`,
      })),
    })
    expect((await twins.redeem(code, gone)).status).toBe(200)
    await twins.expectLedgerAdds()
  })

  test('is told by the history, the audit log and an event', async () => {
    const twins = await openTwins()
    await twins.merge(twins.gone, twins.kept, { 'x-counterfoil-reason': 'same%20person' })
    const history = await twins.agent.call('GET', `/admin/v1/customers/${twins.gone}/history`)
    const happenings = history.at('history') as { what: string; reason: string; after: unknown }[]
    expect(happenings.find(({ what }) => what === 'customer.merged')).toMatchObject({
      reason: 'same person',
      after: { retiredId: twins.gone },
    })
    const { rows } = await pool.query<{ details: unknown }>(
      "select details from events where org_id = $1 and kind = 'customers-merged'",
      [twins.orgId],
    )
    expect(rows).toEqual([
      { details: { mergeId: expect.any(Number), survivorId: twins.kept, retiredId: twins.gone } },
    ])
  })

  test('is erased with the survivor: no table has a trace of either', async () => {
    const twins = await openTwins()
    const { code } = await twins.coupon(await twins.series(), twins.gone)
    await twins.redeem(code, twins.gone, {}, { headers: { 'idempotency-key': 'before the merge' } })
    await twins.merge(twins.gone, twins.kept, { 'x-counterfoil-reason': 'both%20numbers%20of%20Asha' })
    const refused = await eraseCustomer(queries, twins.orgId, twins.gone).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 409 })
    await eraseCustomer(queries, twins.orgId, twins.kept)
    for (const id of [twins.kept, twins.gone]) {
      const reply = await twins.find(id)
      expect([reply.status, reply.at('errors.0.message')]).toEqual([
        404,
        'Customer is deleted after PII delete request',
      ])
    }
    const { rows } = await pool.query<{ text: string }>(
      `select string_agg(t.text, ' ') as text from (
         select k.outcome::text as text from idempotency_keys k where org_id = $1
         union all select c::text from customers c where org_id = $1
         union all select a::text from audit_log a where org_id = $1) t`,
      [twins.orgId],
    )
    expect(rows[0]?.text.toLowerCase()).not.toMatch(/a?asha/)
    await twins.expectLedgerAdds()
  })
})

describe('a merge is refused', () => {
  test('without a reason, for the same customer, and for customers who do not exist, are erased or were merged', async () => {
    const twins = await openTwins()
    const { kept, gone } = twins
    const third = await twins.registered()
    expect((await twins.merge(gone, kept, { 'x-counterfoil-reason': '' })).status).toBe(400)
    expect((await twins.merge(kept, kept)).status).toBe(409)
    expect((await twins.merge(999_999_999, kept)).status).toBe(404)
    expect((await twins.merge(gone, 999_999_999)).status).toBe(404)
    expect((await twins.merge(gone, kept)).status).toBe(200)
    const again = await twins.merge(gone, third)
    expect([again.status, again.at('detail')]).toEqual([
      409,
      `Customer ${gone} was merged into customer ${kept}: use that id`,
    ])
    expect((await twins.merge(kept, gone)).status).toBe(409)
    expect((await twins.preview(gone, third)).status).toBe(409)
    await eraseCustomer(queries, twins.orgId, third)
    expect((await twins.merge(third, kept)).status).toBe(404)
    await twins.expectLedgerAdds()
  })

  test('if either customer was changed since its version was read', async () => {
    const twins = await openTwins()
    const preview = await twins.preview()
    const retiredVersion = preview.at('retired.version')
    const headers = { 'if-match': `"${String(preview.at('survivor.version'))}"` }
    await twins.update(twins.gone, { profiles: [{ lastName: 'Changed' }] })
    expect((await twins.merge(twins.gone, twins.kept, headers, { retiredVersion })).status).toBe(412)
    await twins.update(twins.kept, { profiles: [{ lastName: 'Changed' }] })
    expect((await twins.merge(twins.gone, twins.kept, headers)).status).toBe(412)
    const fresh = await twins.preview()
    const reply = await twins.merge(
      twins.gone,
      twins.kept,
      { 'if-match': `"${String(fresh.at('survivor.version'))}"` },
      { retiredVersion: fresh.at('retired.version') },
    )
    expect(reply.status).toBe(200)
  })

  test('to tills, and to people who may not change customers', async () => {
    const twins = await openTwins()
    const [till, campaign, auditor] = [
      await twins.post(`/admin/v1/customers/${twins.kept}/merge`, { retiredId: twins.gone }),
      await (
        await twins.browser('campaign')
      ).call('POST', `/admin/v1/customers/${twins.kept}/merge`, {
        retiredId: twins.gone,
      }),
      await (
        await twins.browser('auditor')
      ).call('POST', `/admin/v1/customers/${twins.kept}/merge`, {
        retiredId: twins.gone,
      }),
    ]
    expect([till.status, campaign.status, auditor.status]).toEqual([403, 403, 403])
  })
})

describe('the merged customer', () => {
  test('cannot be blocked or erased by the old id, which is refused with the id to use', async () => {
    const twins = await openTwins()
    const administrator = await twins.browser('admin')
    await twins.merge()
    for (const reply of [
      await administrator.call('PATCH', `/admin/v1/customers/${twins.gone}`, { isBlocked: true }),
      await administrator.call('DELETE', `/admin/v1/customers/${twins.gone}`),
    ])
      expect([reply.status, reply.at('detail')]).toEqual([
        409,
        `Customer ${twins.gone} was merged into customer ${twins.kept}: use that id`,
      ])
  })
})

test('a merge that is sent again under its key is done once, and has the same answer', async () => {
  const twins = await openTwins()
  const headers = { 'idempotency-key': 'merge-1' }
  const [first, again] = [
    await twins.merge(twins.gone, twins.kept, headers),
    await twins.merge(twins.gone, twins.kept, headers),
  ]
  expect(again.text).toBe(first.text)
  expect(again.headers['idempotency-replayed']).toBe('true')
})

test('a preview tells in words and figures what a merge will do, and changes nothing', async () => {
  const twins = await openTwins()
  const { kept, gone, goneMobile } = twins
  await twins.coupon(await twins.series(), gone)
  const preview = await twins.preview()
  expect(preview.status).toBe(200)
  expect(preview.json).toMatchObject({
    survivor: { id: kept, firstName: 'Asha', coupons: 0 },
    retired: { id: gone, coupons: 1, workingCoupons: 1, redemptions: 0, liveHolds: 0, notes: 0 },
    effects: [
      `1 coupon (1 working), 0 redemptions and 0 notes of customer ${gone} change over to customer ${kept}.`,
      'The name Asha remains, and Aasha is dropped.',
      `The mobile number 91${goneMobile} finds customer ${kept}, but is not shown.`,
      `The e-mail address Asha-${goneMobile}@example.com is added to customer ${kept}.`,
      `The id ${gone} leads to customer ${kept} in every call.`,
      'This cannot be undone.',
    ],
  })
  expect((await twins.find(gone)).at('id')).toBe(gone)
})

test.each([
  [
    'a coupon that is still of the merged customer',
    'update coupons set customer_id = $3 where org_id = $1 and customer_id = $2',
    'coupons of customer',
  ],
  [
    'an id that leads nowhere',
    'update customers set merged_into = 0 where org_id = $1 and id = $3 and $2::bigint > 0',
    'customer',
  ],
  [
    'a merge without an event',
    "delete from events where org_id = $1 and kind = 'customers-merged' and $2::bigint <> $3::bigint",
    'merge',
  ],
  [
    'a redemption that names a wrong first customer',
    'update redemptions set original_customer_id = $2 where org_id = $1 and original_customer_id = $3',
    'redemption',
  ],
])('the audit of the ledger finds %s', async (_, sql, subject) => {
  const twins = await openTwins()
  const { code } = await twins.coupon(await twins.series(), twins.gone)
  await twins.redeem(code, twins.gone)
  await twins.merge()
  await twins.expectAudited()
  await pool.query(sql, [twins.orgId, twins.kept, twins.gone])
  const audited = await auditLedger(pool, twins.orgId)
  const subjects = audited.flatMap(({ examples }) => examples.map((one) => one.subject))
  expect(subjects.some((one) => one.startsWith(subject))).toBe(true)
})
