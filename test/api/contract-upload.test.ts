import { describe, expect, test } from 'vitest'
import { readExample } from '../support/contract-examples.ts'
import { expectShape } from '../support/contract-shape.ts'
import { csv } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { base, fieldParts, filePart, multipart, openUploads } from '../support/upload-cases.ts'
import { pick } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const example = (name: string) => readExample('upload', name).answer

/** An answer without the additions of this server, which follow the keys of the contract. */
function contractPart(json: unknown): unknown {
  const answer = structuredClone(json) as { result: Record<string, Record<string, unknown>[]> }
  for (const list of ['uploadJobStatuses', 'redeemUploadJobStatuses'])
    for (const job of answer.result[list] ?? []) {
      expect(Object.keys(job).slice(-2)).toEqual(['delimiter', 'columns'])
      delete job['delimiter']
      delete job['columns']
    }
  return answer
}

const prefixes = [base, '/v1/upload']

describe('the published upload call', () => {
  test('answers a file of codes with STARTED and later reports FINISHED, under every spelling of the path', async () => {
    for (const prefix of prefixes) {
      const shop = await openUploads(context, app)
      const seriesId = await shop.series()
      const parts = fieldParts({ customerIdentifier: 'MOBILE', customerIdentifierColumn: '0' })
      const body = multipart([...parts, filePart(csv('mobile,coupon code', '9400488244,A1'))])
      const reply = await shop.postParts(`${prefix}/file/${seriesId}`, body)
      expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8'])
      expectShape(contractPart(reply.json), example('file'))
      const job = reply.at('result.uploadJobStatuses.0') as Record<string, unknown>
      expect(job).toMatchObject({
        uploadStatus: 'STARTED',
        totalUploadedCount: 0,
        actualRowCount: 1,
        errorCount: 0,
        uploadedFileName: 'couponCode.csv',
        uploadedFileUrl: `couponCode_${String(job['createdOn'])}_${seriesId}.csv`,
      })
      expect(Math.abs(Number(job['createdOn']) - Date.now())).toBeLessThan(60_000)
      expect(reply.at('result')).toMatchObject({
        orgId: shop.orgId,
        couponSeriesId: seriesId,
        fileName: job['uploadedFileUrl'],
      })
      await shop.work()
      const status = await shop.get(`${prefix}/getUploadStatus/${seriesId}`)
      // The only row names an unknown customer, so there is a file of errors and no file of successes.
      expectShape(contractPart(status.json), example('status of the file'))
      expect(status.at('result.uploadJobStatuses.0')).toMatchObject({
        jobId: job['jobId'],
        uploadStatus: 'FINISHED',
        createdOn: job['createdOn'],
        totalUploadedCount: 0,
        actualRowCount: 1,
        errorCount: 1,
      })
      const path = String(status.at('result.uploadJobStatuses.0.errorFileUrl')).replace(base, prefix)
      const file = await shop.get(path)
      expect([file.status, file.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8'])
      expect(file.text).toContain('9400488244,A1,2,701,')
    }
  })

  test('answers a file of redemptions with QUEUED and later reports COMPLETED, under every spelling of the path', async () => {
    for (const prefix of prefixes) {
      const shop = await openUploads(context, app)
      const customerId = await shop.customer()
      const seriesId = await shop.series()
      const { code } = await shop.coupon(seriesId, customerId)
      const map = {
        redeemedAt: 1,
        billNumber: 5,
        couponCode: 3,
        userId: 2,
        billId: 4,
        redeemedDateInMillis: 0,
        details: 6,
      }
      const parts = fieldParts({
        customerIdentifier: 'USER_ID',
        couponIdentifier: 'COUPON_CODE',
        uploadHeaders: JSON.stringify(map),
      })
      const row = `1601835836973,${shop.tillId},${customerId},${code},77,bill-1,by hand`
      const file = filePart(csv('at,till,user,code,bill,number,details', row), 'redeemed.csv')
      const reply = await shop.postParts(`${prefix}/redeemFile/${seriesId}`, multipart([...parts, file]))
      expect(reply.status).toBe(200)
      expectShape(contractPart(reply.json), example('file of redemptions'))
      expect(reply.at('result.redeemUploadJobStatuses.0.uploadRedeemedCouponStatus')).toBe('QUEUED')
      await shop.work()
      for (const at of [prefix, '/v2/upload']) {
        const status = await shop.get(`${at}/getUploadRedeemedCouponStatus/${seriesId}`)
        expectShape(contractPart(status.json), example('status of the file of redemptions'))
        expect(status.at('result.redeemUploadJobStatuses.0')).toMatchObject({
          uploadRedeemedCouponStatus: 'COMPLETED',
          totalUploadedCount: 1,
          actualRowCount: 1,
          errorCount: 0,
        })
      }
    }
  })

  test('lists the uploads of a series, the latest first, codes and redemptions separately', async () => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series()
    const empty = await shop.get(`${base}/getUploadStatus/${seriesId}`)
    expect(empty.at('result')).toEqual({ orgId: shop.orgId, couponSeriesId: seriesId, uploadJobStatuses: [] })
    const ids: unknown[] = []
    for (const who of ['E1', 'E2']) {
      const sent = await shop.send('file', seriesId, csv('who', who), { customerIdentifier: 'EXTERNAL_ID' })
      ids.unshift(sent.at('result.uploadJobStatuses.0.jobId'))
    }
    const status = await shop.get(`${base}/getUploadStatus/${seriesId}`)
    const jobs = status.at('result.uploadJobStatuses') as { jobId: number }[]
    expect(jobs.map(({ jobId }) => jobId)).toEqual(ids)
    const redeemed = await shop.get(`${base}/getUploadRedeemedCouponStatus/${seriesId}`)
    expect(redeemed.at('result.redeemUploadJobStatuses')).toEqual([])
    await shop.work()
  })

  test('has the parts of a request described in the OpenAPI document', async () => {
    const document = (await app.inject({ url: '/openapi.json' })).json<{ paths: Record<string, unknown> }>()
    const partsOf = (path: string): unknown =>
      pick(document.paths[path], 'post.requestBody.content.multipart/form-data.schema')
    expect(partsOf(`${base}/file/{couponSeriesId}`)).toMatchObject({
      required: ['file', 'customerIdentifier'],
      properties: {
        file: { type: 'string', format: 'binary' },
        customerIdentifierColumn: { type: 'string' },
        couponCodeColumn: { type: 'string' },
      },
    })
    expect(partsOf('/v1/upload/redeemFile/{couponSeriesId}')).toMatchObject({
      required: ['file', 'customerIdentifier', 'couponIdentifier', 'uploadHeaders'],
    })
  })
})
