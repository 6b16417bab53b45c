import { chown, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { choosePostgresUser } from '../../src/platform/embedded-postgres/postgres-user.ts'
import { unavailable } from '../../src/values/unavailable.ts'
import { get, startTills } from '../support/busy-tills.ts'
import { startCluster, timesByCode, type OwnCluster } from '../support/own-cluster.ts'
import { emptyFolder, setUpProcesses, startServer, stop, until } from '../support/process-harness.ts'
import { expectRecovery } from '../support/recovery.ts'
import { smallDisk } from '../support/small-disk.ts'

setUpProcesses()

/** Moves the database to another disk, without the log and the other files of PostgreSQL. */
async function moveTo(folder: string, { port }: OwnCluster): Promise<void> {
  const location = join(folder, 'tables')
  await mkdir(location)
  const user = await choosePostgresUser(location)
  if (user !== undefined) await chown(location, user.uid, user.gid)
  const client = new pg.Client({
    connectionString: `postgresql://counterfoil@127.0.0.1:${port}/postgres`,
  })
  await client.connect()
  try {
    await client.query(`create tablespace small location '${location}'`)
    await client.query('alter database counterfoil set tablespace small')
  } finally {
    await client.end()
  }
}

test('while the disk of the database is full, writes are answered 503 and reads continue; when there is room, tills write again, and every acknowledged redemption is there once', async (context) => {
  const disk = await smallDisk(96)
  context.skip(disk === undefined, 'this account may not mount a disk')
  if (disk === undefined) return
  try {
    const cluster = await startCluster()
    await moveTo(disk.folder, cluster)
    const server = await startServer(await emptyFolder(), {
      env: {
        DATABASE_URL: cluster.url,
        DATABASE_TIMEOUT_MS: '2000',
        COUNTERFOIL_DEMO: '1',
        ABUSE_LIMITS: '0',
      },
    })
    const tills = await startTills(server.url, 8)
    await until('tills redeem', () => tills.acknowledged.length > 20)
    const makeRoom = disk.fill()
    await until('the disk is full', () =>
      [...tills.reasons].some((text) => text.includes(unavailable.full.message)),
    )
    const ready = await get(server.url, '/ready')
    expect({ status: ready.status, ...(JSON.parse(ready.text) as object) }).toMatchObject({
      status: 'not ready',
      reason: 'The disk of the database is full.',
    })
    expect((await get(server.url, '/v2/customers/coupons?mobile=919400488244')).status).toBe(200)
    await makeRoom()
    const fromMs = Date.now()
    const recovered = await until('tills redeem again', () =>
      tills.acknowledged.find(({ atMs }) => atMs > fromMs + 500),
    )
    expectRecovery('full disk', recovered.atMs - fromMs)
    await until('the server is ready', async () => (await get(server.url, '/ready')).status === 200)
    await tills.stop()
    expect(new Set(tills.statuses.keys())).toEqual(new Set([200, 503]))
    const times = await timesByCode(cluster, tills.seriesId)
    expect(tills.acknowledged.filter(({ code }) => times.get(code) !== 1)).toEqual([])
    expect((await stop(server)).code).toBe(0)
  } finally {
    disk.remove()
  }
})
