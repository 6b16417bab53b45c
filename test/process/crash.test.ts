import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  isAlive,
  madeFolder,
  postmasterPid,
  runProgram,
  setUpProcesses,
  startServer,
  statusOf,
  stop,
  until,
} from '../support/process-harness.ts'

setUpProcesses()

/** Process ids of the database sessions that serve requests. */
function sessions(postmaster: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(postmaster)], { encoding: 'utf8' })
  return stdout
    .split('\n')
    .filter((line) => line.includes('postgres: counterfoil counterfoil'))
    .map((line) => Number(line.trim().split(' ', 1)[0]))
}

function pidOf(dataDir: string): number {
  const pid = postmasterPid(dataDir)
  if (pid === undefined) throw new Error('PostgreSQL does not run')
  return pid
}

async function createOrganisation(dataDir: string, name: string): Promise<void> {
  const { code, stderr } = await runProgram(
    ['org', 'create', '--name', name, '--time-zone', 'UTC', '--country', 'IN'],
    dataDir,
  )
  expect(code, stderr).toBe(0)
}

/** Creating an organisation again is refused, which shows that an answered creation is on disk. */
async function expectOrganisation(dataDir: string, name: string): Promise<void> {
  const { code, stderr } = await runProgram(
    ['org', 'create', '--name', name, '--time-zone', 'UTC', '--country', 'IN'],
    dataDir,
  )
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `counterfoil: There is an organisation "${name}" already\n`,
  })
}

test('a killed server leaves its PostgreSQL running, and the next start takes it over and stops it in the end', async () => {
  const dataDir = await madeFolder()
  const killed = await startServer(dataDir)
  await createOrganisation(dataDir, 'Kept')
  const pid = pidOf(dataDir)
  expect((await stop(killed, 'SIGKILL')).signal).toBe('SIGKILL')
  expect(isAlive(pid)).toBe(true)
  const next = await startServer(dataDir)
  expect(pidOf(dataDir)).toBe(pid)
  expect(await statusOf(next.url)).toBe(200)
  await expectOrganisation(dataDir, 'Kept')
  expect((await stop(next)).code).toBe(0)
  // Its parent is gone, and the process that has adopted it may reap it late.
  await until('PostgreSQL is stopped', () => !isAlive(pid))
})

test('after server and PostgreSQL were killed at once, the next start recovers all answered writes', async () => {
  const dataDir = await madeFolder()
  const killed = await startServer(dataDir)
  await createOrganisation(dataDir, 'Kept')
  process.kill(pidOf(dataDir), 'SIGKILL')
  await stop(killed, 'SIGKILL')
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(true)
  await expectOrganisation(dataDir, 'Kept')
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false)
})

test('a stale lock file whose process id now belongs to another program does not keep PostgreSQL from starting', async () => {
  const dataDir = await madeFolder()
  const killed = await startServer(dataDir)
  const pid = pidOf(dataDir)
  process.kill(pid, 'SIGKILL')
  await stop(killed, 'SIGKILL')
  const clusterDir = join(dataDir, 'postgres')
  const { uid, gid } = await stat(clusterDir)
  // PostgreSQL refuses to start only if the process belongs to its own account.
  const other = spawn('sleep', ['600'], { uid, gid })
  for (const name of ['postmaster.pid', '.s.PGSQL.5432.lock']) {
    const file = join(clusterDir, name)
    await writeFile(file, (await readFile(file, 'utf8')).replace(String(pid), String(other.pid)))
  }
  const server = await startServer(dataDir)
  expect(await statusOf(server.url)).toBe(200)
  expect(pidOf(dataDir)).not.toBe(other.pid)
  expect(other.exitCode).toBeNull()
  expect((await stop(server)).code).toBe(0)
  other.kill('SIGKILL')
})

test('while a session of a killed PostgreSQL is still running, no second PostgreSQL is started on its files', async () => {
  const dataDir = await madeFolder()
  const server = await startServer(dataDir)
  expect(await statusOf(server.url)).toBe(200)
  const pid = pidOf(dataDir)
  const [session] = sessions(pid)
  if (session === undefined) throw new Error('there is no session')
  process.kill(session, 'SIGSTOP')
  try {
    process.kill(pid, 'SIGKILL')
    const log = () => readFileSync(join(dataDir, 'postgres.log'), 'utf8')
    await until('a start is refused', () => log().includes('pre-existing shared memory block'))
    expect(await statusOf(server.url)).toBe(503)
  } finally {
    process.kill(session, 'SIGCONT')
  }
  await until('the server recovers', async () => (await statusOf(server.url)) === 200)
  expect(pidOf(dataDir)).not.toBe(pid)
  expect((await stop(server)).code).toBe(0)
})

test('a server whose PostgreSQL is killed refuses with 503 meanwhile, and answers again within seconds', async () => {
  const dataDir = await madeFolder()
  const server = await startServer(dataDir)
  const pid = pidOf(dataDir)
  const statuses = new Set<number>()
  const ask = async () => {
    const status = await statusOf(server.url, '/v2/customers/coupons?id=1')
    statuses.add(status)
    const answer = await fetch(`${server.url}/v2/customers/coupons?id=1`, {
      headers: { authorization: 'Basic bm9ib2R5Om5vdGhpbmc=' },
    })
    statuses.add(answer.status)
    return answer.status
  }
  expect(await ask()).toBe(401)
  process.kill(pid, 'SIGKILL')
  // Repeated wrong credentials are refused as too many.
  const answered = new Set([401, 429])
  await until(
    'it answers again',
    async () => (await statusOf(server.url)) === 200 && answered.has(await ask()),
  )
  for (let n = 0; n < 20; n++) {
    await ask()
    await sleep(10)
  }
  // No request gets 500 or no answer at all.
  expect([...statuses].filter((status) => !answered.has(status) && status !== 503)).toEqual([])
  expect(pidOf(dataDir)).not.toBe(pid)
  const { code, stdout } = await stop(server)
  expect(code).toBe(0)
  expect(stdout).toContain('the embedded PostgreSQL is running again')
})

test.each([
  ['this moment', 0],
  ['a moment ago', 5],
  ['a while ago', 100],
])('a server whose PostgreSQL has died %s stops both on a signal', async (_when, pauseMs) => {
  const dataDir = await madeFolder()
  const server = await startServer(dataDir)
  process.kill(pidOf(dataDir), 'SIGKILL')
  await sleep(pauseMs)
  const { code, stdout, stderr } = await stop(server)
  expect(code, stdout + stderr).toBe(0)
  await until('nothing is left', () => {
    const pid = postmasterPid(dataDir)
    return pid === undefined || !isAlive(pid)
  })
})

test('a server stops both on a signal after a session of its PostgreSQL has crashed', async () => {
  const dataDir = await madeFolder()
  const server = await startServer(dataDir)
  expect(await statusOf(server.url)).toBe(200)
  const pid = pidOf(dataDir)
  const [session] = sessions(pid)
  if (session === undefined) throw new Error('there is no session')
  process.kill(session, 'SIGKILL')
  const { code, stdout, stderr } = await stop(server)
  expect(code, stdout + stderr).toBe(0)
  await until('PostgreSQL is stopped', () => !isAlive(pid))
})

test('an incomplete cluster of a killed start is deleted', async () => {
  const dataDir = await madeFolder()
  const { pid: dead } = spawnSync(process.execPath, ['-e', ''])
  const draft = join(dataDir, `postgres.${dead}.draft`)
  await mkdir(draft)
  await writeFile(join(draft, 'PG_VERSION'), '18\n')
  expect((await runProgram(['migrate'], dataDir)).code).toBe(0)
  expect(existsSync(draft)).toBe(false)
})
