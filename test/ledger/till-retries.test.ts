import { randomUUID } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { askReplaysTillRetries } from '../../src/cli/ask-retries.ts'
import { createOrganisation } from '../../src/identity/organisations/create-organisation.ts'
import { readSettings } from '../../src/identity/organisations/organisation-settings.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import type { SeedSeries } from '../support/seed.ts'
import { openShop, type Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const second = await createTestServer(await createTestContext({ database: context.database }))

const single = { is_multiple_use_allowed: false }
const sale = { transactionNumber: 'T-1' }

async function prepare(replaysTillRetries: boolean, terms: SeedSeries = single) {
  const shop = await openShop(context, app, { replaysTillRetries })
  const customerId = await shop.customer()
  const seriesId = await shop.series(terms)
  const { code } = await shop.coupon(seriesId, customerId)
  return { shop, customerId, seriesId, code }
}

describe('an organisation that answers repeated redemptions with the first', () => {
  test('does so for the same till, transaction, code and customer', async () => {
    const { shop, customerId, code } = await prepare(true)
    const first = await shop.redeem(code, customerId, sale)
    const again = await shop.redeem(code.toLowerCase(), customerId, sale, { app: second })
    expect([again.status, again.text]).toEqual([200, first.text])
    const bulk = await shop.redeemBulk([code], customerId, sale)
    expect(bulk.at('response.0.result.redemptionId')).toBe(first.at('redemption.0.redemptionId'))
    await shop.expectLedgerAdds()
  })

  test('does so for twenty requests at once on two servers: one redemption, one answer', async () => {
    const { shop, customerId, code } = await prepare(true, {})
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        shop.redeem(code, customerId, sale, { app: n % 2 === 0 ? app : second }),
      ),
    )
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1)
    expect(replies[0]?.status).toBe(200)
    expect((await shop.history(customerId))[0]?.['redemptionCount']).toBe(1)
    await shop.expectLedgerAdds()
  })

  test('does so for bulk redemptions, and redeems the coupons that were not redeemed yet', async () => {
    const { shop, customerId, seriesId, code } = await prepare(true)
    const other = await shop.coupon(seriesId, customerId)
    const first = await shop.redeemBulk([code], customerId, sale)
    const both = await shop.redeemBulk([code, other.code], customerId, sale)
    expect(both.at('failureCount')).toBe(0)
    expect(both.at('response.0.result.redemptionId')).toBe(first.at('response.0.result.redemptionId'))
    expect((await shop.redeemBulk([code, other.code], customerId, sale)).text).toBe(both.text)
    await shop.expectLedgerAdds()
  })

  test('refuses another transaction, customer or till, and a transaction without a number', async () => {
    const { shop, customerId, code } = await prepare(true, { ...single, is_any_user: true })
    const { orgId, storeCode } = shop
    const till = `b-${orgId}`
    await createTill(context.database.queries, {
      orgId,
      storeCode,
      code: till,
      password,
      isReadOnly: false,
      accessGroup: 'default',
    })
    await shop.redeem(code, customerId, sale)
    const replies = [
      await shop.redeem(code, customerId, { transactionNumber: 'T-2' }),
      await shop.redeem(code, await shop.customer(), sale),
      await shop.redeem(code, customerId, sale, { headers: { authorization: basic(till, password) } }),
      await shop.redeem(code, customerId, {}),
    ]
    expect(replies.map((reply) => reply.at('redemptionStatus.code'))).toEqual([711, 711, 711, 711])
    await shop.expectLedgerAdds()
  })

  test('redeems again if the first redemption was reversed', async () => {
    const { shop, customerId, code } = await prepare(true)
    const first = await shop.redeem(code, customerId, sale)
    await shop.reverse([first.at('redemption.0.redemptionId')])
    const again = await shop.redeem(code, customerId, sale)
    expect(again.at('redemptionStatus.code')).toBe(700)
    expect(again.at('redemption.0.redemptionId')).not.toBe(first.at('redemption.0.redemptionId'))
    await shop.expectLedgerAdds()
  })

  test('redeems again the reversed part of a bill, and answers the rest with the standing redemptions', async () => {
    const { shop, customerId, seriesId, code } = await prepare(true)
    const other = (await shop.coupon(seriesId, customerId)).code
    const both = [code, other]
    const first = await shop.redeemBulk(both, customerId, sale)
    const idOf = (reply: Reply, at: number) => reply.at(`response.${at}.result.redemptionId`)
    await shop.reverse([idOf(first, 0)])
    const again = await shop.redeemBulk(both, customerId, sale)
    expect(again.at('failureCount')).toBe(0)
    expect(idOf(again, 0)).not.toBe(idOf(first, 0))
    expect(idOf(again, 1)).toBe(idOf(first, 1))
    expect((await shop.redeemBulk(both, customerId, sale)).text).toBe(again.text)
    await shop.expectLedgerAdds()
  })

  test('redeems a multiple-use coupon again each time its sale is reversed, also in version 1.1', async () => {
    const { shop, customerId, code } = await prepare(true, {})
    const redeem = async () => {
      const reply = await shop.post('/v1.1/coupon/redeem?format=json', {
        root: { coupon: [{ code, customer: { id: customerId }, transaction: { number: 'T-1', amount: 5 } }] },
      })
      expect(reply.text).toContain('"code":700')
      const { rows } = await context.database.pool.query<{ id: number }>(
        'select id from redemptions where org_id = $1 order by id',
        [shop.orgId],
      )
      return rows.map(({ id }) => id)
    }
    for (let round = 1; round <= 3; round += 1) {
      const ids = await redeem()
      expect(ids).toHaveLength(round)
      expect(await redeem()).toEqual(ids)
      expect((await shop.reverse([ids.at(-1)])).status).toBe(200)
    }
    expect((await shop.history(customerId))[0]?.['redemptionCount']).toBe(0)
    await shop.expectLedgerAdds()
  })

  test('leaves one redemption or none if a reversal and the repeated sale run concurrently, and answers only with that one', async () => {
    const { shop, customerId, code } = await prepare(true)
    for (let round = 0; round < 8; round += 1) {
      const first = await shop.redeem(code, customerId, sale)
      const id = first.at('redemption.0.redemptionId')
      const replies = await Promise.all([
        shop.reverse([id], { app: second }),
        ...[1, 2, 3].map((n) => shop.redeem(code, customerId, sale, { app: n % 2 ? app : second })),
      ])
      const answered = new Set(replies.slice(1).map((reply) => reply.at('redemption.0.redemptionId')))
      expect(answered.size).toBeLessThanOrEqual(2)
      const { rows } = await context.database.pool.query<{ id: number }>(
        `select r.id from redemptions r where r.org_id = $1
           and not exists (select from reversals v where v.org_id = r.org_id and v.redemption_id = r.id)`,
        [shop.orgId],
      )
      expect(rows.length).toBeLessThanOrEqual(1)
      for (const one of answered) expect([String(id), String(rows[0]?.id)]).toContain(String(one))
      if (rows[0] !== undefined) await shop.reverse([rows[0].id])
    }
    await shop.expectLedgerAdds()
  })

  test('does not take a redemption that names no till for a repetition, even in the same store', async () => {
    const { shop, customerId, code } = await prepare(true, {})
    const headers = {
      'x-cap-api-attribution-entity-type': 'STORE_CODE',
      'x-cap-api-attribution-entity-code': shop.storeCode,
    }
    const replies = await Promise.all([1, 2, 3].map(() => shop.redeem(code, customerId, sale, { headers })))
    expect(new Set(replies.map((reply) => reply.at('redemption.0.redemptionId'))).size).toBe(3)
    await shop.expectLedgerAdds()
  })

  test('judges anew in a check, which changes nothing', async () => {
    const { shop, customerId, code } = await prepare(true)
    await shop.redeem(code, customerId, sale)
    const reply = await shop.post('/v2/coupon/bulk/redeem?is_redeemable=true', {
      redemptionRequestList: [{ code }],
      user: { id: customerId },
      billAmount: 1,
      ...sale,
    })
    expect(reply.at('response.0.errors.0.code')).toBe(711)
  })
})

describe('the creator of an organisation', () => {
  const streams = (isTTY: boolean, typed: string) => {
    const [stdin, stderr] = [new PassThrough(), new PassThrough()]
    stdin.end(typed)
    return { stdin: Object.assign(stdin, { isTTY }), stderr: Object.assign(stderr, { isTTY }) }
  }

  test('is asked on a terminal about repeated sales, with the consequences of each choice', async () => {
    for (const [typed, isOn] of [
      ['y\n', true],
      ['YES\n', true],
      ['n\n', false],
      ['\n', false],
      ['perhaps\n', false],
    ] as const) {
      const terminal = streams(true, typed)
      expect(await askReplaysTillRetries(undefined, terminal)).toEqual({ isOn, note: '' })
      const asked = String(terminal.stderr.read())
      expect(asked).toContain('keyed in twice under one bill is not noticed')
      expect(asked).toContain('shows an error although the coupon is used')
    }
  })

  test('gets a note if the terminal cannot ask, and neither a question nor a note if the choice was stated', async () => {
    const nobody = streams(false, '')
    const { isOn, note } = await askReplaysTillRetries(undefined, nobody)
    expect(isOn).toBe(false)
    expect(note).toMatch(/^The organisation refuses repeated sales, .*--replay-retries .*\n$/)
    const stated = streams(true, '')
    expect(await askReplaysTillRetries(true, stated)).toEqual({ isOn: true, note: '' })
    expect(await askReplaysTillRetries(false, stated)).toEqual({ isOn: false, note: '' })
    expect(stated.stderr.read()).toBeNull()
  })

  test('gets the chosen setting', async () => {
    const { queries } = context.database
    for (const replaysTillRetries of [true, false]) {
      const name = randomUUID()
      const orgId = await createOrganisation(queries, {
        name,
        timeZone: 'UTC',
        country: 'IN',
        currency: undefined,
        replaysTillRetries,
      })
      expect(await readSettings(queries, orgId)).toMatchObject({ replaysTillRetries })
    }
  })
})

describe('an organisation that does not', () => {
  test('refuses the same redemption again, one after the other and at once', async () => {
    const { shop, customerId, code } = await prepare(false)
    const replies = await Promise.all([1, 2, 3].map(() => shop.redeem(code, customerId, sale)))
    const codes = replies.map((reply) => Number(reply.at('redemptionStatus.code')))
    expect(codes.toSorted((a, b) => a - b)).toEqual([700, 711, 711])
    expect((await shop.redeem(code, customerId, sale)).at('redemptionStatus.code')).toBe(711)
    await shop.expectLedgerAdds()
  })
})
