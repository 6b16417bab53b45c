import { cp, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { query } from '../support/backup-cases.ts'
import {
  emptyFolder,
  isAlive,
  kill,
  madeFolder,
  postmasterPid,
  program,
  setUpProcesses,
  startServer,
  statusOf,
  stop,
  until,
  uploadedSeries,
} from '../support/process-harness.ts'

setUpProcesses()
vi.setConfig({ testTimeout: 300_000 })

const root = dirname(dirname(program))

/** The package as it runs in production, in a folder of its own: real copies, so that nothing of ours is touched. */
async function copyPackage(): Promise<string> {
  const folder = await emptyFolder()
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>
  }
  const modules = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true)
  const parts = [
    'bin',
    'scripts',
    'dist',
    'fixtures',
    'migrations',
    'package.json',
    ...modules.map(([path]) => path),
  ]
  for (const path of parts) {
    // Packages of other platforms are not installed.
    await cp(join(root, path), join(folder, path), { recursive: true, verbatimSymlinks: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      },
    )
  }
  return folder
}

const authorization = `Basic ${Buffer.from('demo.till:demo').toString('base64')}`
const headers = { authorization, 'content-type': 'application/json' }

test('a server whose package is removed continues to redeem, even after PostgreSQL has died: nothing acknowledged is lost, nothing is answered 500', async () => {
  const [dataDir, copy] = [await madeFolder(), await copyPackage()]
  const server = await startServer(dataDir, {
    at: join(copy, 'bin', 'counterfoil.js'),
    env: { COUNTERFOIL_DEMO: '1', ABUSE_LIMITS: '0' },
  })
  /** Answers that are neither a success nor a refusal for now, with what the log says of them. */
  const unexpected: unknown[] = []
  let key = 0
  /** Repeats until it is answered; a till retries with the same key after a 503 or a lost connection. */
  const call = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const idempotencyKey = `key ${(key += 1)}`
    for (;;) {
      const answer = await fetch(server.url + path, {
        method: 'POST',
        headers: { ...headers, 'idempotency-key': idempotencyKey },
        body: JSON.stringify(body),
      })
      const json = (await answer.json()) as Record<string, unknown>
      if (answer.status !== 200 && answer.status !== 503) {
        const failed = server
          .output()
          .stdout.split('\n')
          .filter((line) => line.includes('a request failed'))
        unexpected.push({ path, status: answer.status, json, failed: failed.at(-1) })
      }
      if (answer.status !== 503) return json
      await sleep(100)
    }
  }
  const { id: seriesId } = await call('/v2/coupon/series', {
    CouponSeriesV2: {
      ...uploadedSeries.CouponSeriesV2,
      clientHandlingType: 'DISC_CODE',
      isMultipleVouchersPerUserAllowed: true,
    },
  })
  const user = { mobile: '919400488244' }
  const wanted = 1_000
  let redeemed = 0
  const till = async (): Promise<void> => {
    while (redeemed < wanted) {
      redeemed += 1
      const { code } = await call('/v2/coupon/issue', { seriesId, customer: user })
      await call('/v2/coupon/redeem', {
        redemptionRequestList: [{ code }],
        user,
        billAmount: 5,
        transactionNumber: `bill ${key}`,
      })
    }
  }
  const tills = Promise.all(Array.from({ length: 8 }, till))
  await until('a third is redeemed', () => redeemed > wanted / 3)
  for (const part of ['dist', 'node_modules', 'bin', 'scripts', 'migrations', 'fixtures', 'package.json'])
    await rm(join(copy, part), { recursive: true })
  await until('two thirds are redeemed', () => redeemed > (2 * wanted) / 3, 120_000)
  const before = postmasterPid(dataDir)
  kill(before)
  await tills
  expect(postmasterPid(dataDir)).not.toBe(before)
  expect(unexpected).toEqual([])
  expect(
    await query(
      dataDir,
      `select count(*)::int as n from redemptions where org_id = 1 and series_id = ${Number(seriesId)}`,
    ),
  ).toEqual([{ n: redeemed }])
  // Everything else that a server reads is in memory too.
  const console = await fetch(`${server.url}/console`).then((answer) => answer.text())
  const script = /src="([^"]+\.js)"/.exec(console)?.[1] ?? ''
  expect([await statusOf(server.url, script), await statusOf(server.url, '/openapi.json')]).toEqual([
    200, 200,
  ])
  await stop(server)
  expect(isAlive(postmasterPid(dataDir) ?? 0)).toBe(false)
})
