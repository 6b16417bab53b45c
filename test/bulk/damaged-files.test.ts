import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { OperatorError } from '../../src/values/errors.ts'
import { damagedFile, type DamagedFile } from '../support/damaged-files.ts'
import { openImports } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openUploads, type UploadShop } from '../support/upload-cases.ts'

vi.setConfig({ testTimeout: 240_000 })
const context = await createTestContext()
const app = await createTestServer(context)
const pool = { client_handling_type: 'DISC_CODE_PIN' as const, is_multiple_per_customer_allowed: true }
const numRuns = 25

async function liveCodes(orgId: number, seriesId: number): Promise<string[]> {
  const { rows } = await context.database.pool.query<{ code: string }>(
    'select code from coupons where org_id = $1 and series_id = $2',
    [orgId, seriesId],
  )
  return rows.map((row) => row.code).toSorted()
}

/** The codes that must be live after the file: none if it has to be refused, else exactly its codes. */
const expectedCodes = ({ codes }: DamagedFile, isTaken: boolean): string[] =>
  isTaken ? [...codes].toSorted() : []

test('every row of a damaged file is imported, present, repeated or refused by the command, and only the codes of its column are live', async () => {
  await fc.assert(
    fc.asyncProperty(damagedFile(true), async (file) => {
      // Each file has its own organisation, because the files share codes, and a code belongs to one series.
      const shop = await openImports(context)
      const seriesId = await shop.series(pool)
      const outcome = await shop.codes(seriesId, file.content).then(
        ({ rows, fresh, present, repeated, refused }) => ({
          rows,
          accounted: fresh + present + repeated + refused,
          fresh,
        }),
        (error: unknown) => {
          if (!(error instanceof OperatorError)) throw error
          return 'refused'
        },
      )
      const taken = { rows: file.rows, accounted: file.rows, fresh: file.codes.size }
      expect(outcome).toEqual(file.hasHeader ? taken : 'refused')
      expect(await liveCodes(shop.orgId, seriesId)).toEqual(expectedCodes(file, file.hasHeader))
    }),
    { numRuns },
  )
})

type Fields = Record<string, string>

/** Sends a file with the columns that `fieldsOf` declares, or nothing if that is undefined. */
async function expectUploaded(
  shop: UploadShop,
  file: DamagedFile,
  fieldsOf: () => Promise<Fields | undefined>,
): Promise<void> {
  const seriesId = await shop.series(pool)
  const fields = await fieldsOf()
  const sent = fields && (await shop.send('file', seriesId, file.content, fields))
  await shop.work()
  const list = await shop.get(`/coupon/api/v1/upload/getUploadStatus/${seriesId}`)
  const [job] = list.at('result.uploadJobStatuses') as Record<string, number>[]
  const outcome =
    (sent?.status ?? 400) === 400
      ? 'refused'
      : {
          rows: job?.['actualRowCount'],
          accounted: Number(job?.['totalUploadedCount']) + Number(job?.['errorCount']),
          fresh: job?.['totalUploadedCount'],
        }
  // A file without a row is refused too.
  const isTaken = file.hasHeader && file.rows > 0
  const taken = { rows: file.rows, accounted: file.rows, fresh: file.codes.size }
  expect(outcome).toEqual(isTaken ? taken : 'refused')
  expect(await liveCodes(shop.orgId, seriesId)).toEqual(expectedCodes(file, isTaken))
}

test('every row of a damaged upload is imported, present, repeated or refused, and only the codes of its column are live', async () => {
  await fc.assert(
    fc.asyncProperty(damagedFile(false), async (file) =>
      expectUploaded(await openUploads(context, app), file, async () => ({
        customerIdentifier: 'NOT_TAGGED',
      })),
    ),
    { numRuns },
  )
})

test('the same holds for a damaged file that the console uploads by the columns of its preview', async () => {
  await fc.assert(
    fc.asyncProperty(damagedFile(false), async (file) => {
      const shop = await openUploads(context, app)
      return expectUploaded(shop, file, async () => {
        const seen = await shop.post('/admin/v1/uploads/preview', {
          content: file.content.toString('base64'),
        })
        const columns = (seen.json as { columns?: { holds: string | null }[] }).columns
        const codes = columns?.findIndex(({ holds }) => holds === 'code')
        return codes === undefined
          ? undefined
          : { customerIdentifier: 'NOT_TAGGED', couponCodeColumn: String(codes) }
      })
    }),
    { numRuns },
  )
})
