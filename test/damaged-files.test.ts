import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { OperatorError } from '../src/errors.ts'
import { damagedFile, type DamagedFile } from './damaged-files.ts'
import { openImports } from './file-cases.ts'
import { createTestContext, createTestServer } from './harness.ts'
import { openUploads, type UploadShop } from './upload-cases.ts'

vi.setConfig({ testTimeout: 120_000 })
const context = await createTestContext()
const app = await createTestServer(context)
const pool = { client_handling_type: 'DISC_CODE_PIN' as const, is_multiple_per_customer_allowed: true }
const numRuns = 40

async function liveCodes(orgId: number, seriesId: number): Promise<string[]> {
  const { rows } = await context.database.pool.query<{ code: string }>(
    'select code from coupons where org_id = $1 and series_id = $2',
    [orgId, seriesId],
  )
  return rows.map((row) => row.code)
}

/** Whatever is live was a code of the file, and each of its codes is live. */
async function expectCodes(orgId: number, seriesId: number, { codes }: DamagedFile): Promise<void> {
  expect((await liveCodes(orgId, seriesId)).toSorted()).toEqual([...codes].toSorted())
}

test('of a damaged file that the command reads each row comes in, is there already, or is refused, and no code is live but those of its column', async () => {
  const shop = await openImports(context)
  await fc.assert(
    fc.asyncProperty(damagedFile(true), async (file) => {
      const seriesId = await shop.series(pool)
      const read = shop.codes(seriesId, file.content)
      if (!file.hasHeader) {
        await expect(read).rejects.toThrow(OperatorError)
        expect(await liveCodes(shop.orgId, seriesId)).toEqual([])
        return
      }
      const { rows, fresh, present, refused } = await read
      expect([rows, fresh + present + refused, fresh]).toEqual([file.rows, file.rows, file.codes.size])
      await expectCodes(shop.orgId, seriesId, file)
    }),
    { numRuns },
  )
})

async function expectUploaded(
  shop: UploadShop,
  file: DamagedFile,
  fieldsOf: (seriesId: number) => Promise<Record<string, string> | undefined>,
): Promise<void> {
  const seriesId = await shop.series(pool)
  const fields = await fieldsOf(seriesId)
  const sent = fields && (await shop.send('file', seriesId, file.content, fields))
  // A file without a row is refused too.
  if (!file.hasHeader || file.rows === 0) {
    expect(sent?.status ?? 400).toBe(400)
    expect(await liveCodes(shop.orgId, seriesId)).toEqual([])
    return
  }
  expect([sent?.status, sent?.text]).toEqual([200, expect.any(String)])
  await shop.work()
  const status = await shop.get(`/coupon/api/v1/upload/getUploadStatus/${seriesId}`)
  const job = status.at('result.uploadJobStatuses.0') as Record<string, number>
  expect([job['actualRowCount'], Number(job['totalUploadedCount']) + Number(job['errorCount'])]).toEqual([
    file.rows,
    file.rows,
  ])
  expect(job['totalUploadedCount']).toBe(file.codes.size)
  await expectCodes(shop.orgId, seriesId, file)
}

test('of a damaged file that is uploaded each row comes in, is there already, or is refused, and no code is live but those of its column', async () => {
  const shop = await openUploads(context, app)
  await fc.assert(
    fc.asyncProperty(damagedFile(false), (file) =>
      expectUploaded(shop, file, async () => ({ customerIdentifier: 'NOT_TAGGED' })),
    ),
    { numRuns },
  )
})
