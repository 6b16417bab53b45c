import { describe, expect, test } from 'vitest'
import { randomUUID } from 'node:crypto'
import { openCodeShop } from '../support/code-cases.ts'
import { csv, openImports } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openSandbox } from '../support/sandbox-cases.ts'

const context = await createTestContext({ env: { ABUSE_LIMITS: '1' } })
const app = await createTestServer(context)
const { pool } = context.database

/** A shop with a series of the unambiguous alphabet, and a coupon with a code of its form. */
async function openUnambiguous(code: string, { pattern = '########', hasCheckCharacter = false } = {}) {
  const shop = await openCodeShop(context, app)
  const seriesId = await shop.series({ is_any_user: true })
  expect(
    await shop.setForm(seriesId, { alphabet: 'unambiguous', pattern, checkCharacter: hasCheckCharacter }),
  ).toMatchObject({ status: 200 })
  const customerId = await shop.customer({ mobile: '9400488244' })
  const coupon = await shop.coupon(seriesId, customerId, { code })
  return { shop, seriesId, customerId, coupon }
}

const inUrl = encodeURIComponent

describe('a code of the unambiguous alphabet is read as Crockford reads it', () => {
  test.each([
    '10ABCD10',
    'IOABCDLO',
    'ioabcdlo',
    '10AB-CD10',
    ' 10 ab cd i0 ',
    '1-0-A-B-C-D-1-0',
    'lo\u200Babcd10',
  ])('by every call that accepts codes: %s', async (typed) => {
    const { shop, seriesId, customerId } = await openUnambiguous('10ABCD10')
    const redeemed = await shop.redeem(typed, customerId)
    expect([redeemed.status, redeemed.at('redemption.0.code')]).toEqual([200, '10ABCD10'])
    expect((await shop.redeemBulk([typed], customerId)).at('failureCount')).toBe(0)
    expect((await shop.isRedeemable([inUrl(typed)], customerId)).at('redemptionStatus.code')).toBe(700)
    expect((await shop.call('GET', `/v2/coupon?couponCodes=${inUrl(typed)}`)).at('data.0.code')).toBe(
      '10ABCD10',
    )
    const [named] = await shop.history(customerId, `coupon_codes=${inUrl(typed)}`)
    expect(named?.['code']).toBe('10ABCD10')
    const older = await shop.call('GET', `/v1.1/coupon/get?format=json&code=${inUrl(typed)}`)
    expect(older.at('response.coupons.coupon.0.code')).toBe('10ABCD10')
    const sold = await shop.post('/v1.1/coupon/redeem?format=json', {
      root: {
        coupon: [
          { code: typed, customer: { mobile: '9400488244' }, transaction: { number: 'B1', amount: '9' } },
        ],
      },
    })
    expect(sold.status, sold.text).toBe(200)
    expect((await shop.call('GET', `/admin/v1/coupons/${inUrl(typed)}/explain`)).at('isRedeemable')).toBe(
      true,
    )
    expect((await shop.call('GET', `/admin/v1/search?q=${inUrl(typed)}`)).at('coupons.0.code')).toBe(
      '10ABCD10',
    )
    const expiry = await shop.expire({
      couponSeriesId: seriesId,
      couponCodes: [{ couponCode: typed, expiryDate: '2098-01-01T00:00:00Z' }],
    })
    expect(expiry.status, expiry.text).toBe(200)
    const other = await shop.coupon(seriesId, customerId, { code: '1111AAAA' })
    const revoked = await shop.revoke({ couponSeriesId: seriesId, couponCodes: ['ilil-aaaa', 'zzzzzzzo'] })
    expect(revoked.at('entity.revokedCoupons.0.couponId'), revoked.text).toBe(other.id)
    expect(revoked.at('entity.failedToRevoke.0.couponCodes')).toEqual(['ZZZZZZZO'])
    await shop.expectLedgerAdds()
  })

  test('so two spellings of one code in a request are one code, and a refusal names the typed text', async () => {
    const { shop, customerId } = await openUnambiguous('10ABCD10')
    const twice = await shop.redeemBulk(['10ABCD10', 'IOABCDIO'], customerId)
    expect(twice.at('failureCount')).toBe(2)
    const unknown = await shop.redeem('OOOO-OOOO', customerId)
    expect([unknown.status, unknown.at('redemption.0.code')]).toEqual([400, 'OOOO-OOOO'])
    expect(unknown.at('redemptionStatus.code')).toBe(702)
  })

  test('while another spelling under the same idempotency key is another request', async () => {
    const { shop, customerId } = await openUnambiguous('10ABCD10')
    const headers = { 'idempotency-key': randomUUID() }
    const first = await shop.redeem('IOABCDIO', customerId, {}, { headers })
    const again = await shop.redeem('IOABCDIO', customerId, {}, { headers })
    expect([first.status, again.text]).toEqual([200, first.text])
    expect(await shop.redeem('10ABCD10', customerId, {}, { headers })).toMatchObject({ status: 422 })
    await shop.expectLedgerAdds()
  })

  test('unless a code exists that is literally the typed text', async () => {
    const { shop, seriesId, customerId } = await openUnambiguous('10ABCD10')
    await shop.coupon(await shop.series(), customerId, { code: 'IOABCDIO' })
    expect((await shop.redeem('ioabcdio', customerId)).at('redemption.0.code')).toBe('IOABCDIO')
    expect((await shop.redeem('loabcdio', customerId)).at('redemption.0.code')).toBe('10ABCD10')
    expect(seriesId).toBeGreaterThan(0)
  })

  test('but not for codes of another alphabet', async () => {
    const shop = await openCodeShop(context, app)
    const [seriesId, customerId] = [await shop.series(), await shop.customer()]
    await shop.setForm(seriesId, { alphabet: 'alphanumeric', pattern: '########' })
    await shop.coupon(seriesId, customerId, { code: '10ABCD10' })
    expect((await shop.redeem('IOABCDIO', customerId)).at('redemptionStatus.code')).toBe(702)
  })

  test('as soon as it is generated, with prefix, suffix, hyphens of the pattern and a check character', async () => {
    const shop = await openCodeShop(context, app)
    const seriesId = await shop.series({
      client_handling_type: 'DISC_CODE_PIN',
      is_any_user: true,
      code_prefix: 'OIL-',
      code_suffix: '-lo',
    })
    const customerId = await shop.customer()
    // The forms were read and cached before this one existed.
    expect((await shop.redeem('OIL-O', customerId)).at('redemptionStatus.code')).toBe(702)
    await shop.setForm(seriesId, {
      alphabet: '0123456789abcdefghjkmnpqrstvwxyz',
      pattern: '######-######',
      checkCharacter: true,
    })
    const id = await shop.made(seriesId, 20)
    for (const code of await shop.codesOf(id)) {
      const body = code.slice(4, -3)
      const typed = `oil-${body.replaceAll('0', 'o').replaceAll('1', 'I').split('').join(' ').replace(' - ', '-')}-LO`
      const redeemed = await shop.redeem(typed, customerId)
      expect([redeemed.status, redeemed.at('redemption.0.code')], typed).toEqual([200, code.toUpperCase()])
    }
  })

  test('after the form of the series has changed, and after the series has ended, when it is refused as ended', async () => {
    const { shop, seriesId, customerId } = await openUnambiguous('10ABCD10')
    await shop.setForm(seriesId, { alphabet: 'numeric', pattern: '####' })
    expect((await shop.redeem('IOABCDIO', customerId)).status).toBe(200)
    await pool.query(`update series set valid_until = now() - interval '1 day' where org_id = $1`, [
      shop.orgId,
    ])
    expect((await shop.redeem('IOABCDIO', customerId)).at('redemptionStatus.code')).toBe(712)
  })

  test('in a file of redemptions', async () => {
    const shop = await openImports(context)
    const customerId = await shop.customer({ externalId: 'E1' })
    const seriesId = await shop.series({
      code_alphabet: '0123456789ABCDEFGHJKMNPQRSTVWXYZ',
      code_pattern: '####-####',
    })
    await pool.query(
      `insert into coupons (org_id, series_id, customer_id, created_at, valid_until, code)
       values ($1, $2, $3, '2026-01-01', '2099-01-01', '10AB-CD10')`,
      [shop.orgId, seriesId, customerId],
    )
    await pool.query(
      'insert into customer_series_usage (org_id, customer_id, series_id, issued) values ($1, $2, $3, 1)',
      [shop.orgId, customerId, seriesId],
    )
    await pool.query('update series_usage set issued = 1 where org_id = $1', [shop.orgId])
    const done = await shop.run(
      'redemptions',
      csv(
        'code,externalId,redeemedDate,billNumber',
        'io ab-cdlo,E1,2026-02-02 03:04:05,B1',
        '10AB-CD10,E1,2026-02-02 03:04:06,B2',
        'OOOO-OOOO,E1,2026-02-02 03:04:06,B3',
      ),
    )
    expect(done).toMatchObject({ fresh: 2, refused: 1 })
  })

  test('so a wrong code counts once as a guess at the series whose form it has', async () => {
    const { shop, seriesId, customerId } = await openUnambiguous('10ABCD10')
    await shop.redeem('OOOO-OOOI', customerId)
    const counted = () =>
      context.lookups.failed.find({ orgId: shop.orgId, kind: 'series', subject: String(seriesId) })?.level
    await expect.poll(counted).toBeCloseTo(1, 1)
    const own = context.lookups.failed.find({
      orgId: shop.orgId,
      kind: 'till',
      subject: String(shop.tillId),
    })
    expect(own?.level).toBeCloseTo(1, 1)
  })

  test('except a test code of a sandbox', async () => {
    const shop = await openSandbox(context, app)
    const [seriesId, customerId] = [await shop.series(), await shop.customer()]
    await shop.admin('PUT', `series/${seriesId}/code-form`, { alphabet: 'unambiguous', pattern: '#######' })
    await shop.coupon(seriesId, customerId, { code: 'TEST712' })
    for (const code of ['TEST-712', 'test-712', '\u200BTEST-712 ', 'TE\u00ADST-712'])
      expect(await shop.redeemedAs(code, customerId)).toBe(712)
    expect(await shop.redeemedAs('TE-ST712', customerId)).toBe(700)
  })
})
