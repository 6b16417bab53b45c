import { expect, test } from 'vitest'
import { workOnOpenBatches } from '../../src/bulk/codes/work-on-open-batches.ts'
import { csv } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { fieldParts, filePart, multipart } from '../support/upload-cases.ts'
import { workOnOpenUploads } from '../../src/bulk/uploads/work-on-open-uploads.ts'
import type { Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

interface Job {
  kind: string
  seriesId: number
  state: string
  fileName: string | null
  total: number
  done: number
  refused: number
  endedAt: string | null
}
const jobs = (reply: Reply, name: 'open' | 'ended') => reply.at(name) as Job[]

test('jobs of all series of the organisation, and of no other, are listed while they are queued and after they have ended', async () => {
  const office = await openOffice(context, app)
  const { call } = await office.browser('campaign')
  const [first, second] = [
    await office.series({ client_handling_type: 'DISC_CODE_PIN' }),
    await office.series({ client_handling_type: 'DISC_CODE_PIN' }),
  ]
  const { type, payload } = multipart([
    ...fieldParts({ customerIdentifier: 'NOT_TAGGED' }),
    filePart(csv('code', 'AAA111', 'AAA111', ' A2')),
  ])
  const upload = await call('POST', `/coupon/api/v1/upload/file/${first}`, payload, { 'content-type': type })
  expect(upload.status).toBe(200)
  expect((await call('POST', `/admin/v1/series/${second}/codes`, { count: 7 })).status).toBe(202)

  const waiting = await call('GET', '/admin/v1/jobs')
  expect(jobs(waiting, 'open')).toMatchObject([
    { kind: 'codes-upload', seriesId: first, state: 'queued', total: 3, done: 0, endedAt: null },
    { kind: 'code-batch', seriesId: second, state: 'making', fileName: null, total: 7, done: 0 },
  ])
  expect(jobs(waiting, 'ended')).toEqual([])
  const { call: asOther } = await (await openOffice(context, app)).browser('admin')
  expect((await asOther('GET', '/admin/v1/jobs')).json).toEqual({ open: [], ended: [] })

  while (await workOnOpenBatches(context));
  while (await workOnOpenUploads(context));
  const ended = await call('GET', '/admin/v1/jobs')
  expect(jobs(ended, 'open')).toEqual([])
  expect(jobs(ended, 'ended')).toHaveLength(2)
  expect(jobs(ended, 'ended')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'code-batch', state: 'done', total: 7, done: 7, refused: 0 }),
      expect.objectContaining({ kind: 'codes-upload', state: 'done', total: 3, done: 3, refused: 1 }),
    ]),
  )
})

test('the role care, which may not read uploads, may not read jobs either', async () => {
  const { call } = await (await openOffice(context, app)).browser('care')
  expect((await call('GET', '/admin/v1/jobs')).status).toBe(403)
})

test('the stores are listed with their zones and concepts', async () => {
  const office = await openOffice(context, app)
  const { call } = await office.browser('admin')
  const zoneId = (await call('POST', '/admin/v1/zones', { code: 'north' })).at('id')
  const conceptId = (await call('POST', '/admin/v1/concepts', { code: 'outlet' })).at('id')
  const own = { id: office.storeId, code: office.storeCode, isActive: true, zoneId: null, conceptId: null }
  expect((await call('GET', '/admin/v1/stores')).at('stores.0')).toMatchObject(own)
  await call('PATCH', `/admin/v1/stores/${office.storeId}`, { zoneId, conceptId })
  const { call: asAuditor } = await office.browser('auditor')
  expect((await asAuditor('GET', '/admin/v1/stores?limit=1')).json).toEqual({
    stores: [{ ...own, name: expect.any(String), zoneId, conceptId, version: expect.any(Number) }],
  })
})
