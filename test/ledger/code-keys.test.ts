import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeKey, inCase } from '../../src/values/coupon-code.ts'
import { anyCode } from '../support/code-texts.ts'
import { csv, openImports } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { listed } from '../support/v1_1-cases.ts'
import { openShop } from '../support/write-cases.ts'
import { openUploads } from '../support/upload-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

const inUrl = encodeURIComponent

describe('a code is found and redeemable as it is printed, in any letter case', () => {
  test('whatever Unicode characters it contains, by every call that accepts codes', async () => {
    const shop = await openShop(context, app)
    const [seriesId, customerId] = [await shop.series(), await shop.customer({ mobile: '9400488244' })]
    const keys = new Set<string>()
    const codes = ['frühling15', 'gruß15', 'Øl20', 'ΣΑΣ-ς', 'ﬁt9', 'İİ8', ...fc.sample(anyCode, 40)].filter(
      (code) => {
        const isNew = !keys.has(codeKey(code)) && codeKey(code) !== ''
        keys.add(codeKey(code))
        return isNew
      },
    )
    for (const code of codes) await shop.coupon(seriesId, customerId, { code })
    for (const codeCase of ['UPPER', 'LOWER', 'AS_IT_IS'] as const) {
      const printed = (await shop.history(customerId, `coupon_code_case=${codeCase}&limit=100`)).map(
        ({ code }) => String(code),
      )
      expect(printed.toSorted()).toEqual(codes.map((code) => inCase(code, codeCase)).toSorted())
      expect(new Set(printed.map(codeKey))).toEqual(new Set(codes.map(codeKey)))
      for (const code of printed) {
        expect(await shop.redeem(code, customerId), code).toMatchObject({ status: 200 })
        const [named] = await shop.history(
          customerId,
          `coupon_codes=${inUrl(code)}&coupon_code_case=${codeCase}`,
        )
        expect(named?.['code'], code).toBe(code)
      }
      const some = printed.slice(0, 8)
      for (const code of some) {
        const [checked, found, explained] = [
          await shop.isRedeemable([inUrl(code)], customerId),
          await shop.call('GET', `/v2/coupon?couponCodes=${inUrl(code)}&coupon_code_case=${codeCase}`),
          await shop.call('GET', `/admin/v1/coupons/${inUrl(code)}/explain`),
        ]
        expect(checked.at('redemptionStatus.code'), code).toBe(700)
        expect(found.at('data.0.code'), code).toBe(code)
        expect(explained.at('isRedeemable'), code).toBe(true)
      }
    }
    await shop.expectLedgerAdds()
  })

  test('so a code that differs only in case counts as taken: in uploads, in files and as a common code', async () => {
    const shop = await openImports(context)
    await shop.customer({ externalId: 'E1' })
    const seriesId = await shop.series({
      client_handling_type: 'DISC_CODE_PIN',
      is_multiple_per_customer_allowed: true,
    })
    const first = await shop.codes(seriesId, csv('code', 'ÜBER20', 'gruß15', 'ΣΑΣ9'))
    expect(first).toMatchObject({ fresh: 3, refused: 0, proof: { redeemable: 3, missing: 0 } })
    const again = await shop.codes(seriesId, csv('code,externalId', 'über20,', 'GRUSS15,', 'ςας9,E1'))
    expect(again).toMatchObject({ fresh: 1, present: 2, refused: 0 })
    expect(await shop.count('coupons')).toBe(3)
    const redeemed = await shop.run(
      'redemptions',
      csv('code,externalId,redeemedDate', '\u200Bσασ9\u00A0,E1,2026-01-02 03:04:05'),
    )
    expect(redeemed).toMatchObject({ fresh: 1, refused: 0 })
  })
})

describe('a pasted code', () => {
  test('is found with any invisible characters in it, and a refusal names its visible text', async () => {
    const shop = await openShop(context, app)
    const [seriesId, customerId] = [await shop.series(), await shop.customer()]
    await shop.coupon(seriesId, customerId, { code: 'PASTE20' })
    await shop.coupon(seriesId, customerId, { code: 'OLD\u200BCODE' })
    await shop.coupon(seriesId, customerId, { code: ' EDGE ' })
    for (const code of [
      '\uFEFFPASTE20',
      ' paste\u00AD20\u200E\t',
      'PASTE\u206020',
      '\u00A0PASTE20\u3000',
      'oldcode',
      'Edge',
    ])
      expect(await shop.redeem(code, customerId), code).toMatchObject({ status: 200 })
    const unknown = await shop.redeem('\u200BNONE\u200B', customerId)
    expect([unknown.status, unknown.at('redemption.0.code')]).toEqual([400, 'NONE'])
  })
})

describe('a new code that a customer could not see or type is refused with the reason', () => {
  test('in a file and in an upload, whose other codes are imported', async () => {
    const shop = await openImports(context)
    const seriesId = await shop.series({ client_handling_type: 'DISC_CODE_PIN' })
    const done = await shop.codes(
      seriesId,
      csv('code', '\u2060GOOD1\u200B', 'BA\u200BD2', 'BAD\u00A03', 'BAD\u20604', 'BAD\u00AD5', 'TWO WORDS'),
    )
    expect(done).toMatchObject({ fresh: 2, refused: 4 })
    expect(done.lines.map(({ code, reason }) => [code, reason.replace(/^code ".*" /u, '')])).toEqual([
      [633, 'holds the invisible character U+200B'],
      [633, 'holds the blank U+00A0; U+0020 is the only blank that a code may hold'],
      [633, 'holds the invisible character U+2060'],
      [633, 'holds the invisible character U+00AD'],
    ])
    // Characters copied along with a cell are not part of the code.
    const { rows: kept } = await context.database.pool.query<{ code: string }>(
      'select code from coupons where org_id = $1 and series_id = $2 order by id',
      [shop.orgId, seriesId],
    )
    expect(kept.map(({ code }) => code)).toEqual(['GOOD1', 'TWO WORDS'])
    const uploads = await openUploads(context, app)
    const uploaded = await uploads.codes(
      await uploads.series({ client_handling_type: 'DISC_CODE_PIN' }),
      'code\nGOOD9\nBAD\u200B9\n',
      'NOT_TAGGED',
    )
    expect(uploaded.counts).toBe('2/1/1')
  })
})

describe('codes that contain a comma, and the code null', () => {
  test('are checked, looked up and redeemed by every call, beside others', async () => {
    const shop = await openShop(context, app)
    const [seriesId, customerId] = [await shop.series(), await shop.customer({ mobile: '9400488244' })]
    for (const code of ['A,B', 'A', 'C', 'null', 'X,', ',Y', 'p,q,r'])
      await shop.coupon(seriesId, customerId, { code })
    const repeated = (name: string, codes: readonly string[]) =>
      codes.map((code) => `${name}=${inUrl(code)}`).join('&')
    for (const [asked, meant] of [
      [['A,B'], ['A,B']],
      [
        ['a,b', 'C'],
        ['A,B', 'C'],
      ],
      [['A,C'], ['A', 'C']],
      [['null'], ['null']],
      [['A,null'], ['A', 'null']],
      [['X,'], ['X,']],
      [[',y'], [',Y']],
      [
        ['p,q,r', 'null', 'A,C'],
        ['p,q,r', 'null', 'A', 'C'],
      ],
    ] as const) {
      const sorted = meant.toSorted()
      const checked = await shop.call(
        'GET',
        `/v2/coupon/is_redeemable?id=${customerId}&${repeated('code', asked)}`,
      )
      // Checks and redemptions print codes in upper case.
      expect((checked.at('redemption') as { code: string }[]).map(({ code }) => code)).toEqual(
        meant.map((code) => code.toUpperCase()),
      )
      expect(checked.at('redemptionStatus.code')).toBe(700)
      const found = await shop.call(
        'GET',
        `/v2/coupon?coupon_code_case=AS_IT_IS&${repeated('couponCodes', asked)}`,
      )
      expect((found.at('data') as { code: string }[]).map(({ code }) => code).toSorted()).toEqual(sorted)
      expect(found.at('errors')).toEqual([])
      const history = await shop.history(
        customerId,
        `coupon_code_case=AS_IT_IS&${repeated('coupon_codes', asked)}`,
      )
      expect(history.map(({ code }) => String(code)).toSorted()).toEqual(sorted)
      const older = (path: string, extra = '') =>
        shop.call('GET', `/v1.1/coupon/${path}?format=json&${repeated('code', asked)}${extra}`)
      const byMobile = '&mobile=9400488244'
      expect(
        listed(
          await older('isredeemable', `${byMobile}&coupon_code_case=AS_IT_IS`),
          'response.coupons.redeemable',
        ),
      ).toEqual(meant)
      expect(listed(await older('resend', byMobile), 'response.coupons.coupon')).toEqual(meant)
      expect(listed(await older('get', '&coupon_code_case=AS_IT_IS'), 'response.coupons.coupon')).toEqual(
        meant,
      )
    }
    for (const code of ['A,B', 'null', 'X,', ',Y'])
      expect(await shop.redeem(code, customerId), code).toMatchObject({ status: 200 })
    const searched = await shop.call('GET', '/admin/v1/search?q=null')
    expect(searched.at('coupons.0.code')).toBe('null')
    expect((await shop.call('GET', '/admin/v1/coupons/null/explain')).at('coupon.code')).toBe('null')
  })

  test('are read as a list and as an absent value if no such code exists', async () => {
    const shop = await openShop(context, app)
    const [seriesId, customerId] = [await shop.series(), await shop.customer()]
    for (const code of ['A', 'B']) await shop.coupon(seriesId, customerId, { code })
    const codesOf = async (query: string) => (await shop.history(customerId, query)).map(({ code }) => code)
    expect(await codesOf('coupon_codes=a,b&sort_order=ASC')).toEqual(['A', 'B'])
    expect(await codesOf('coupon_codes=null&sort_order=ASC')).toEqual(['A', 'B'])
    expect(await codesOf('coupon_codes=B,null')).toEqual(['B'])
    const nothing = await shop.call('GET', `/v2/coupon/is_redeemable?id=${customerId}&code=null`)
    expect(nothing.status).toBe(400)
  })
})
