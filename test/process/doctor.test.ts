import { spawnSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { startEmbedded } from '../../src/platform/embedded-postgres/embedded.ts'
import { query } from '../support/backup-cases.ts'
import { emptyFolder, madeFolder, runProgram, setUpProcesses } from '../support/process-harness.ts'

setUpProcesses()
vi.setConfig({ testTimeout: 300_000 })

interface Told {
  readonly findings: readonly { verdict: string; what: string }[]
}

async function doctor(dataDir: string, env: Record<string, string> = {}, ...more: string[]) {
  const { code, stdout, stderr } = await runProgram(['doctor', '--json', '--no-ledger', ...more], dataDir, {
    env,
  })
  const { findings } = JSON.parse(stdout) as Told
  return { code, stderr, told: findings.map(({ verdict, what }) => `${verdict}: ${what}`) }
}

test('doctor reports faults of settings, folders and disks without a database', async () => {
  const dataDir = await emptyFolder()
  expect(await doctor(dataDir, { DATABASE_CONNECTIONS: 'many' })).toMatchObject({
    code: 1,
    told: [expect.stringMatching(/^fault: The settings: .*DATABASE_CONNECTIONS/)],
  })
  await writeFile(join(dataDir, 'wal-archive'), '/nowhere/wal\n')
  const { code, told } = await doctor(dataDir)
  expect(code).toBe(1)
  expect(told[0]).toMatch(/^fault: The check of the archive of the write-ahead log failed: \/nowhere\/wal/)
  expect(told[1]).toContain('fault: The database: there is no database in DATA_DIR')
  expect(told.slice(2)).toContain(`ok: DATA_DIR ${dataDir} can be read and written`)
})

test('doctor takes the key of an embedded database from DATA_DIR, as servers do', async () => {
  const dataDir = await emptyFolder()
  await runProgram(['org', 'create', '--name', 'Brand', '--time-zone', 'UTC', '--country', 'IN'], dataDir)
  const withKey = await doctor(dataDir)
  expect(withKey.told.filter((one) => one.includes('SECRET_KEYS'))).toEqual([])
  await rm(join(dataDir, 'secret.key'))
  const withoutKey = await doctor(dataDir)
  expect(withoutKey.told).toContainEqual(expect.stringMatching(/^warning: .*SECRET_KEYS/))
})

test('doctor ends with the checks that hang named: a file system that does not answer, and a database that does not', async () => {
  const dataDir = await madeFolder()
  const version = join(dataDir, 'postgres', 'PG_VERSION')
  await rm(version)
  // A reader waits for a writer that never comes, as for a file server that is gone.
  spawnSync('mkfifo', [version])
  const hung = await doctor(dataDir)
  expect(hung.code).toBe(1)
  expect(hung.told[0]).toBe(`fault: The check of DATA_DIR ${dataDir} timed out after 10 s`)

  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
  await new Promise((resolve) => silent.once('listening', resolve))
  const { port } = silent.address() as AddressInfo
  const unanswered = await doctor(dataDir, { DATABASE_URL: `postgresql://x@127.0.0.1:${port}/x` })
  expect(unanswered).toMatchObject({ code: 1, told: [expect.stringMatching(/no answer within 5 seconds/)] })
  for (const socket of sockets) socket.destroy()
  silent.close()
})

test('doctor ends when a table is locked, and reports that PostgreSQL did not answer', async () => {
  const dataDir = await madeFolder()
  const embedded = await startEmbedded(dataDir, pino({ level: 'silent' }))
  const lock = query(
    dataDir,
    'begin; lock table webhooks in access exclusive mode; select pg_sleep(100)',
  ).catch(() => [])
  const { code, told } = await doctor(dataDir)
  expect({ code, first: told[0] }).toEqual({
    code: 1,
    first: 'fault: The check of PostgreSQL timed out after 10 s',
  })
  await query(
    dataDir,
    `select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep%'`,
  ).catch(() => [])
  await lock
  await embedded.release()
})
