import { describe, expect, test } from 'vitest'
import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { mergeFailedLookups } from '../../src/ledger/lookups/merge-lookups.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

/**
 * An attacker has the password of a till and knows that the codes of a series have four digits, of which 200 of 10,000
 * work. The attacker tries codes in a fixed order, as fast as the server answers.
 */

const tries = 1_000
const keyspace = 10_000
const live = 200
/** Visits every number below `keyspace` once, because the step is coprime to it. */
const nth = (n: number, step: number): string => String((n * step) % keyspace).padStart(4, '0')
const liveCodes = Array.from({ length: live }, (_, n) => nth(n, 6_173))
const guesses = Array.from({ length: tries }, (_, n) => nth(n, 3_331))
const hitsOfAll = guesses.filter((code) => liveCodes.includes(code)).length

async function openWeakShop(context: Context, app: App) {
  const shop = await openShop(context, app)
  const seriesId = await shop.series({
    code_length: 4,
    client_handling_type: 'DISC_CODE_PIN',
    is_any_user: true,
  })
  await shop.pool(seriesId, liveCodes)
  return { ...shop, seriesId, customerId: await shop.customer() }
}

const database = (await createTestContext()).database
const serverWith = async (abuseLimits: '0' | '1') => {
  const context = await createTestContext({ database, env: { ABUSE_LIMITS: abuseLimits } })
  return { context, app: await createTestServer(context) }
}

/** The result of a number of tries, by redemption or by check. */
async function attack(
  servers: readonly { context: Context; app: App }[],
  how: 'redeem' | 'ask' | 'ask by fifty' | 'redeem all at once',
) {
  const [first] = servers
  if (first === undefined) throw new Error('no server')
  const shop = await openWeakShop(first.context, first.app)
  const { customerId } = shop
  const got = { looked: 0, hits: 0, refused: 0 }
  const note = (status: number, codes: number, hits: number) => {
    if (status === 429) got.refused += codes
    else {
      got.looked += codes
      got.hits += hits
    }
  }
  const redeem = async (code: string, app: App) => {
    const reply = await shop.redeem(code, customerId, {}, { app })
    note(reply.status, 1, reply.status === 200 ? 1 : 0)
  }
  const at = (n: number) => servers[n % servers.length]?.app ?? first.app
  if (how === 'redeem') for (const [n, code] of guesses.entries()) await redeem(code, at(n))
  else if (how === 'redeem all at once') await Promise.all(guesses.map((code, n) => redeem(code, at(n))))
  else {
    const size = how === 'ask' ? 1 : 50
    for (let n = 0; n < tries; n += size) {
      const codes = guesses.slice(n, n + size).join(',')
      const url = `/v2/coupon/is_redeemable?id=${customerId}&code=${codes}`
      const reply = await shop.call('GET', url, undefined, { app: at(n / size) })
      note(reply.status, size, reply.text.split('"isRedeemable":true').length - 1)
      // The processes do this every second.
      for (const { context } of servers) await mergeFailedLookups(context, 60_000)
    }
  }
  return { ...got, shop }
}

describe(`${tries} tries at a series of which one code in ${keyspace / live} works`, () => {
  test('are all answered without limits, and hit as often as expected by chance', async () => {
    const { looked, hits } = await attack([await serverWith('0')], 'redeem')
    expect({ looked, hits }).toEqual({ looked: tries, hits: hitsOfAll })
    expect(hits).toBeGreaterThan(10)
  })

  test.each([
    // Twenty are free, and in the seconds of the test a few more, each after a longer wait.
    ['redeem', 20, 30],
    ['ask', 20, 30],
    // One request is admitted with all its codes.
    ['ask by fifty', 50, 50],
    // Forty more may be in progress at the same time.
    ['redeem all at once', 20, 60],
  ] as const)('with limits, by "%s", are answered from %d to %d times', async (how, least, most) => {
    const { looked, hits, refused } = await attack([await serverWith('1')], how)
    expect(looked).toBeGreaterThanOrEqual(least)
    expect(looked).toBeLessThanOrEqual(most)
    expect(looked + refused).toBe(tries)
    expect(hits).toBeLessThan(hitsOfAll / 4)
  })

  test('at two processes are answered as often as at one, plus the free ones of the other', async () => {
    const servers = [await serverWith('1'), await serverWith('1')]
    const { looked, shop } = await attack(servers, 'ask')
    expect(looked).toBeGreaterThanOrEqual(20)
    expect(looked).toBeLessThanOrEqual(40)
    const { rows } = await database.pool.query<{ kind: string; level: number }>(
      'select kind, level from failed_lookups where org_id = $1 order by kind',
      [shop.orgId],
    )
    // Some have expired meanwhile, and hits do not count as failures.
    expect(rows.map(({ kind }) => kind)).toEqual(['address', 'series', 'till'])
    for (const { level } of rows) expect(level).toBeGreaterThan(15)
  })
})
