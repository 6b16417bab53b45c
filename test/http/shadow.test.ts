import { expect, test } from 'vitest'
import { startFront, startOriginal, type Front, type Original } from '../support/shadow-cases.ts'

/** Sends a request of the till to the front. */
function caller({ url }: Front, { shop }: Original) {
  return async (
    method: string,
    path: string,
    body?: object | string,
    headers: Record<string, string> = {},
  ) => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: shop.authorization, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  }
}

const rowsHere = async ({ context, orgId }: Front, table: string): Promise<number> => {
  const { rows } = await context.database.pool.query<{ n: number }>(
    `select count(*)::int as n from ${table} where org_id = $1`,
    [orgId],
  )
  return rows[0]?.n ?? 0
}

test('a till day between two servers, one with another rule: the report names that rule and nothing else', async () => {
  const original = await startOriginal()
  const { shop } = original
  const front = await startFront(original.url, shop.tillCode, { SHADOW_LEARN: '1' })
  const till = caller(front, original)
  const seriesId = await shop.series({ description: 'Ten off' })
  const people = await Promise.all(
    [1, 2, 3].map(async (n) => {
      const mobile = `91981234500${n}`
      const email = `asha.menon${n}@example.com`
      const id = await shop.customer({ identifiers: { mobile, email } } as never)
      const { code } = await shop.coupon(seriesId, id, { code: `SECRET7KQ2X${n}` })
      return { id, mobile, code }
    }),
  )
  for (const { id } of people) expect((await till('GET', `/v2/customers/coupons?id=${id}`)).status).toBe(200)
  await front.report()
  // The rule that differs.
  await front.context.database.pool.query('update series set min_bill_amount = 150 where org_id = $1', [
    front.orgId,
  ])
  for (const { id, code } of people) {
    expect((await till('GET', `/v2/coupon/is_redeemable?id=${id}&code=${code}`)).status).toBe(200)
    expect((await till('GET', `/v1.1/coupon/isredeemable?format=xml&id=${id}&code=${code}`)).text).toContain(
      '<is_redeemable>true',
    )
    await till('GET', `/v2/coupon/is_redeemable?id=${id}&code=NOSUCHCODE1`)
  }
  const redeem = (at: number, billAmount: number) =>
    till('POST', '/v2/coupon/redeem', {
      redemptionRequestList: [{ code: people[at]?.code }],
      user: { id: people[at]?.id },
      billAmount,
      transactionNumber: `B-${at}`,
    })
  expect((await redeem(0, 100)).status).toBe(200)
  expect((await redeem(1, 200)).status).toBe(200)
  const [mine] = (await front.report()).filter(({ orgId }) => orgId === front.orgId)
  expect(
    mine?.differences.map(({ call, field, theirs, ours, requests }) => [call, field, theirs, ours, requests]),
  ).toEqual([['POST /v2/coupon/redeem', 'verdict', 'accepted', '733', 1]])
  expect(await rowsHere(front, 'redemptions')).toBe(0)
})
