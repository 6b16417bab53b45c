import { expect, test } from 'vitest'
import { basic } from '../support/harness.ts'
import { csv } from '../support/file-cases.ts'
import {
  ownDatabase,
  runProgram,
  setUpProcesses,
  startServer,
  stop,
  until,
  uploadedSeries,
} from '../support/process-harness.ts'
import { base, fieldParts, filePart, multipart } from '../support/upload-cases.ts'

setUpProcesses()

const people = 20_000

/** A brand with people in it, and two servers of it. */
async function openBrand() {
  const dataDir = await ownDatabase()
  const first = await startServer(dataDir)
  const run = async (line: string): Promise<void> => {
    const { code, stderr } = await runProgram(line.split(' '), dataDir)
    expect(code, stderr).toBe(0)
  }
  await run('org create --name Brand --time-zone UTC --country IN')
  await run('store create --org Brand --code main --name Main')
  await run(
    'till create --org Brand --store main --code main.till --password sixteen-green-kites --access-group default',
  )
  const authorization = basic('main.till', 'sixteen-green-kites')
  const call = async (url: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(url + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    return (await answer.json()) as Record<string, unknown>
  }
  const upload = async (url: string, path: string, file: string, fields: Record<string, string>) => {
    const { type, payload } = multipart([...fieldParts(fields), filePart(file)])
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body: new Uint8Array(payload),
    })
    expect(answer.status, await answer.clone().text()).toBe(200)
  }
  const { id } = await call(first.url, '/v2/coupon/series', uploadedSeries)
  const seriesId = Number(id)
  const statusOf = async (url: string): Promise<Record<string, unknown>> => {
    const { result } = await call(url, `${base}/getUploadStatus/${seriesId}`)
    return (result as { uploadJobStatuses: Record<string, unknown>[] }).uploadJobStatuses[0] ?? {}
  }
  return { dataDir, first, call, upload, seriesId, statusOf }
}

const codesFile = csv('code', ...Array.from({ length: people }, (_, n) => `CODE${n}`))
const notTagged = { customerIdentifier: 'NOT_TAGGED' }

test('an acknowledged upload survives kill -9 during its processing: another process continues, and imports each row once', async () => {
  const { dataDir, first, call, upload, seriesId, statusOf } = await openBrand()
  const second = await startServer(dataDir)
  await upload(first.url, `${base}/file/${seriesId}`, codesFile, notTagged)
  const half = await until('rows are in', async () => {
    const { totalUploadedCount } = await statusOf(first.url)
    return Number(totalUploadedCount) > 0 && Number(totalUploadedCount)
  })
  expect(half).toBeLessThan(people)
  // Both servers are killed one after the other, since either may be processing it.
  expect((await stop(first, 'SIGKILL')).signal).toBe('SIGKILL')
  await until(
    'the other goes on',
    async () => Number((await statusOf(second.url))['totalUploadedCount']) > half,
  )
  expect((await stop(second, 'SIGKILL')).signal).toBe('SIGKILL')
  const third = await startServer(dataDir)
  const done = await until('the upload is done', async () => {
    const job = await statusOf(third.url)
    return job['uploadStatus'] === 'FINISHED' && job
  })
  expect(done).toMatchObject({ totalUploadedCount: people, actualRowCount: people, errorCount: 0 })
  const series = await call(third.url, `/v2/coupon/series?ids=${seriesId}`)
  expect(series['entity']).toMatchObject([{ numUploadedTotal: people, numUploadedNonIssued: people }])
  expect((await stop(third)).code).toBe(0)
})

test('a stopping server suspends an upload after the current chunk, and a new one continues it', async () => {
  const { dataDir, first, upload, seriesId, statusOf } = await openBrand()
  await upload(first.url, `${base}/file/${seriesId}`, codesFile, notTagged)
  await until('rows are in', async () => Number((await statusOf(first.url))['totalUploadedCount']) > 0)
  expect((await stop(first)).code).toBe(0)
  const next = await startServer(dataDir)
  const { totalUploadedCount, uploadStatus } = await statusOf(next.url)
  expect([uploadStatus, Number(totalUploadedCount) % 1_000]).toEqual(['RUNNING', 0])
  await until('the upload is done', async () => (await statusOf(next.url))['uploadStatus'] === 'FINISHED')
  expect((await statusOf(next.url))['totalUploadedCount']).toBe(people)
  expect((await stop(next)).code).toBe(0)
})
