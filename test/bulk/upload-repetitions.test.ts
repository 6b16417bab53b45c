import { describe, expect, test } from 'vitest'
import { workOnUpload } from '../../src/bulk/uploads/work-on-upload.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { base, openUploads } from '../support/upload-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const pool = { client_handling_type: 'DISC_CODE_PIN', is_multiple_per_customer_allowed: true }
const codesAlone = { customerIdentifier: 'NOT_TAGGED' }

describe('an upload counts a coupon or a redemption once, and its results name the rows that repeat it', () => {
  test('of codes, in any letter case, also when the same file is sent again', async () => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series(pool)
    const file = 'code\nA1\na1\nB1\nA1\n'
    const errors = [
      ['code', 'refusedLine', 'refusalCode', 'refusalReason'],
      ['a1', '3', '', 'it repeats line 2'],
      ['A1', '5', '', 'it repeats line 2'],
    ]
    const first = await shop.run('file', seriesId, file, codesAlone)
    expect(first).toMatchObject({ counts: '4/2/2', errors })
    expect(first.successes).toEqual([
      ['code', 'line'],
      ['', '2'],
      ['', '4'],
    ])
    expect(await shop.run('file', seriesId, file, codesAlone)).toMatchObject({ counts: '4/2/2', errors })
    await shop.expectLedgerAdds()
  })

  test('of codes with customers, of a shared code and of customers alone', async () => {
    const shop = await openUploads(context, app)
    await shop.customer({ externalId: 'E1' })
    await shop.customer({ externalId: 'E2' })
    const tagged = await shop.codes(await shop.series(pool), 'who,code\nE1,X1\nE1,x1\nE2,X1\n', 'EXTERNAL_ID')
    expect(tagged.counts).toBe('3/1/2')
    expect(tagged.errors.map((row) => row.slice(2))).toEqual([
      ['refusedLine', 'refusalCode', 'refusalReason'],
      ['3', '', 'it repeats line 2'],
      ['4', '703', '"the code ""X1"" is taken"'],
    ])
    const shared = await shop.series({ client_handling_type: 'GENERIC', generic_code: `ALL${shop.orgId}` })
    const all = `ALL${shop.orgId}`
    const file = `who,code\nE1,${all}\nE2,${all}\nE1,${all}\n`
    expect((await shop.codes(shared, file, 'EXTERNAL_ID')).counts).toBe('3/2/1')
    const drawn = await shop.series({ is_multiple_per_customer_allowed: true })
    expect((await shop.codes(drawn, 'who\nE1\nE1\n', 'EXTERNAL_ID')).counts).toBe('2/2/0')
  })

  test('across chunks and the shares of different processes', async () => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series(pool)
    const rows = Array.from({ length: 2_300 }, (_, n) => (n === 2_200 ? 'c7' : `C${n}`))
    await shop.send('file', seriesId, `code\n${rows.join('\n')}\n`, codesAlone)
    for (let turn = 0; turn < 4; turn++)
      await workOnUpload(context, shop.orgId, seriesId, { shouldPause: () => true })
    const job = (await shop.get(`${base}/getUploadStatus/${seriesId}`)).at('result.uploadJobStatuses.0')
    expect(job).toMatchObject({ uploadStatus: 'FINISHED', totalUploadedCount: 2_299, errorCount: 1 })
    const [, repeated] = await shop.results((job as { errorFileUrl: string }).errorFileUrl)
    expect(repeated).toEqual(['c7', '2202', '', 'it repeats line 9'])
  })

  test('of redemptions', async () => {
    const shop = await openUploads(context, app)
    const customerId = await shop.customer({ mobile: '919400488288' })
    const seriesId = await shop.series({ is_multiple_use_allowed: true, is_same_user_multiple_redeem: true })
    const code = String((await shop.issue(seriesId, customerId)).at('code'))
    const row = `919400488288,${code},1601835836973`
    const map = { mobile: 0, couponCode: 1, redeemedDateInMillis: 2 }
    const file = `mobile,code,at\n${row}\n${row}\n919400488288,${code},1601835846973\n`
    const told = await shop.redemptions(seriesId, file, map)
    expect(told.counts).toBe('3/2/1')
    expect(told.errors[1]?.slice(3)).toEqual(['3', '', 'it repeats line 2'])
    await shop.expectLedgerAdds()
  })
})
