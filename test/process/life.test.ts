import { existsSync } from 'node:fs'
import { appendFile, chown, mkdir, readFile, readdir, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { longestLog } from '../../src/platform/embedded-postgres/server-log.ts'
import { query } from '../support/backup-cases.ts'
import { basic } from '../support/harness.ts'
import {
  emptyFolder,
  isAlive,
  madeFolder,
  postmasterPid,
  program,
  runProgram,
  setUpProcesses,
  spawnProgram,
  startServer,
  statusOf,
  stop,
  until,
  type RunningServer,
} from '../support/process-harness.ts'

setUpProcesses()

const isRoot = process.getuid?.() === 0
const nobody = 65_534
/** The checkout may stand where only root gets in. */
const canBeNobody =
  isRoot &&
  spawnSync(process.execPath, ['-e', `fs.accessSync(${JSON.stringify(program)})`], {
    uid: nobody,
    gid: nobody,
  }).status === 0

function expectStopped(dataDir: string, pid: number | undefined): void {
  expect(pid).toBeGreaterThan(1)
  expect(isAlive(Number(pid)), `process ${pid}`).toBe(false)
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false)
}

async function createTill(dataDir: string): Promise<string> {
  for (const args of [
    'org create --name Brand --time-zone UTC --country IN',
    'store create --org Brand --code main --name Main',
    'till create --org Brand --store main --code main.till --password sixteen-green-kites --access-group default',
  ]) {
    const { code, stderr } = await runProgram(args.split(' '), dataDir)
    expect(code, stderr).toBe(0)
  }
  return basic('main.till', 'sixteen-green-kites')
}

/** 404: signed in, and answered that the customer does not exist. */
async function statusForTill({ url }: RunningServer, authorization: string): Promise<number> {
  const answer = await fetch(`${url}/v2/customers/coupons?id=1`, { headers: { authorization } })
  return answer.status
}

describe('a server', () => {
  test('starts on an empty folder below a private one, answers, and finds its data after a restart', async () => {
    const folder = await emptyFolder()
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    const dataDir = join(folder, 'deep', 'data')
    const first = await startServer(dataDir)
    expect(await statusOf(first.url)).toBe(200)
    const authorization = await createTill(dataDir)
    expect(await statusForTill(first, authorization)).toBe(404)
    expect((await stop(first)).code).toBe(0)
    const second = await startServer(dataDir)
    expect(await statusForTill(second, authorization)).toBe(404)
    expect((await stop(second)).code).toBe(0)
  })

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'told to stop by %s finishes what is running, stops PostgreSQL and ends with 0',
    async (signal) => {
      const dataDir = await madeFolder()
      const server = await startServer(dataDir, { env: { DRAIN_TIMEOUT_MS: '90000' } })
      const pid = postmasterPid(dataDir)
      // A request in progress: its head has arrived, its body has not.
      const { hostname, port } = new URL(server.url)
      const socket = connect(Number(port), hostname)
      const body = JSON.stringify({ key: 'nobody', secret: 'nothing' })
      let answer = ''
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        answer += chunk
      })
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.write(
        'POST /v3/oauth/token/generate HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n' +
          `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
      )
      await until('the request has arrived', async () => (await statusOf(server.url, '/health')) === 200)
      server.child.kill(signal)
      await until('it takes no new connections', async () => (await statusOf(server.url, '/health')) === 0)
      const sentAt = Date.now()
      socket.write(body.slice(5))
      await closed
      expect(answer).toContain('HTTP/1.1 401 Unauthorized')
      expect(answer).toContain('Failed to generate OAuth token')
      const { code, stderr } = await server.ended
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      // Nor does the connection hold it up that was kept alive.
      expect(Date.now() - sentAt).toBeLessThan(30_000)
      expectStopped(dataDir, pid)
    },
  )

  test('when stopping, first reports that it is not ready, and continues meanwhile, closing each connection after its request', async () => {
    const dataDir = await madeFolder()
    const server = await startServer(dataDir, { env: { DRAIN_DELAY_MS: '3000' } })
    server.child.kill('SIGTERM')
    await until('it is not ready', async () => (await statusOf(server.url)) === 503)
    const answer = await fetch(`${server.url}/health`)
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close'])
    await until('it takes no new connections', async () => (await statusOf(server.url, '/health')) === 0)
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
  })

  test('does not wait for a request that never ends', async () => {
    const dataDir = await madeFolder()
    const server = await startServer(dataDir, { env: { DRAIN_TIMEOUT_MS: '300' } })
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.write('POST /v3/oauth/token/generate HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n')
    await until('the request has arrived', async () => (await statusOf(server.url, '/health')) === 200)
    const startedAt = Date.now()
    expect((await stop(server)).code).toBe(0)
    expect(Date.now() - startedAt).toBeLessThan(30_000)
  })

  test('lets keep-alive connections that are idle not hold it up', async () => {
    const dataDir = await madeFolder()
    const server = await startServer(dataDir, { env: { DRAIN_TIMEOUT_MS: '90000' } })
    // fetch keeps its connections open.
    for (let n = 0; n < 3; n++) expect(await statusOf(server.url)).toBe(200)
    const startedAt = Date.now()
    expect((await stop(server)).code).toBe(0)
    expect(Date.now() - startedAt).toBeLessThan(30_000)
  })

  test('writes no password, secret, token or header of a caller to its log, however much it logs', async () => {
    const dataDir = await madeFolder()
    const authorization = await createTill(dataDir)
    const made = await runProgram(
      'client create --org Brand --till main.till --name shop --json'.split(' '),
      dataDir,
    )
    const { key, secret } = JSON.parse(made.stdout) as { key: string; secret: string }
    const server = await startServer(dataDir, { env: { LOG_LEVEL: 'trace' } })
    const generate = (given: object) =>
      fetch(`${server.url}/v3/oauth/token/generate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(given),
      })
    const { data } = (await (await generate({ key, secret })).json()) as { data: { accessToken: string } }
    await generate({ key, secret: `${secret}wrong` })
    await generate({ key, secret: 5 })
    const headers = { 'x-cap-api-oauth-token': data.accessToken }
    const query = 'mobile=9400488244&email=asha@example.com'
    for (const each of [headers, { authorization }, { authorization: basic('main.till', 'mistyped!') }]) {
      await fetch(`${server.url}/v2/customers/coupons?${query}`, { headers: each as Record<string, string> })
    }
    const { stdout, stderr } = await stop(server)
    expect(stdout.split('\n').filter((line) => line.startsWith('{')).length).toBeGreaterThan(6)
    const encoded = authorization.replace('Basic ', '')
    for (const hidden of [secret, data.accessToken, encoded, 'mistyped!', '9400488244', 'asha@example.com']) {
      expect(stdout + stderr).not.toContain(hidden)
    }
  })

  test.runIf(canBeNobody)('runs as an ordinary user, and PostgreSQL as the same', async () => {
    const folder = await emptyFolder()
    await chown(folder, nobody, nobody)
    const server = await startServer(folder, { uid: nobody })
    expect(await statusOf(server.url)).toBe(200)
    expect((await stat(join(folder, 'postgres'))).uid).toBe(nobody)
    const pid = postmasterPid(folder)
    expect((await stat(`/proc/${pid}`)).uid).toBe(nobody)
    expect((await stop(server)).code).toBe(0)
    expectStopped(folder, pid)
  })

  test.runIf(canBeNobody)('of an ordinary user refuses a cluster that belongs to another', async () => {
    const folder = await emptyFolder()
    await chown(folder, nobody, nobody)
    await mkdir(join(folder, 'postgres'), { mode: 0o755 })
    const { code, stderr } = await runProgram(['serve'], folder, { uid: nobody })
    expect(code).toBe(1)
    expect(stderr).toBe(
      `counterfoil: ${folder}/postgres belongs to user id 0, not to yours (${nobody}); run as that user or as root\n`,
    )
  })
})

describe('a command', () => {
  test('alone starts PostgreSQL and stops it again', async () => {
    const dataDir = await madeFolder()
    const { code, stdout, stderr } = await runProgram(['migrate'], dataDir)
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: 'The database is up to date\n' })
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false)
  })

  test('beside a running server leaves it running', async () => {
    const dataDir = await madeFolder()
    const server = await startServer(dataDir)
    const pid = postmasterPid(dataDir)
    const outcomes = await Promise.all([1, 2, 3].map(() => runProgram(['migrate'], dataDir)))
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(postmasterPid(dataDir)).toBe(pid)
    expect(await statusOf(server.url)).toBe(200)
    expect((await stop(server)).code).toBe(0)
    expectStopped(dataDir, pid)
  })
})

test.each(['doctor', 'audit', 'backup --to /nowhere/at/all'])(
  '%s makes no database where there is none, and says what does',
  async (command) => {
    const dataDir = join(await emptyFolder(), 'data')
    const { code, stdout, stderr } = await runProgram(command.split(' '), dataDir)
    expect(code).toBe(1)
    // The findings of doctor are its output.
    expect(command === 'doctor' ? stdout : stderr).toContain(
      `there is no database in DATA_DIR ${dataDir} yet: npx counterfoil migrate makes one`,
    )
    expect(existsSync(dataDir)).toBe(false)
  },
)

test('a long log of PostgreSQL is shortened by the next process that joins it, and commands leave no errors in it', async () => {
  const dataDir = await madeFolder()
  const path = join(dataDir, 'postgres.log')
  const server = await startServer(dataDir)
  await appendFile(path, 'long ago\n'.repeat(longestLog / 9 + 1))
  expect((await runProgram(['doctor', '--no-ledger'], dataDir)).code).toBe(0)
  expect((await stop(server)).code).toBe(0)
  // The server's PostgreSQL goes on with it.
  const log = await readFile(path, 'utf8')
  expect(log).not.toContain('long ago')
  expect(log).toContain('database system is shut down')
  expect(log).not.toContain('ERROR')
  expect(await readFile(`${path}.1`, 'utf8')).toMatch(/long ago\n$/)
})

test('servers and commands that start at once on one fresh folder all work, make each secret once, and the last one out stops PostgreSQL', async () => {
  const dataDir = join(await emptyFolder(), 'data')
  const commands = ['org create --name Brand --time-zone UTC --country IN --replay-retries', 'migrate'].map(
    (args) => spawnProgram(args.split(' '), dataDir),
  )
  const servers = await Promise.all([startServer(dataDir), startServer(dataDir)])
  // A command that finds no database prints where it creates one; later commands find it.
  const making = `Creating a database in ${dataDir} (DATA_DIR), since DATABASE_URL is not set\n`
  const [organisation, migration] = await Promise.all(commands.map(({ ended }) => ended))
  expect({ ...organisation, stderr: organisation?.stderr.replace(making, '') }).toMatchObject({
    code: 0,
    stdout: 'Created organisation 1 "Brand"\n',
    stderr: '',
  })
  expect({ ...migration, stderr: migration?.stderr.replace(making, '') }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^(The database is up to date|Applied \d+ migrations)\n$/) as string,
  })
  expect((await readdir(dataDir)).toSorted()).toEqual([
    'postgres',
    'postgres.log',
    'postgres.pgpass',
    'secret.key',
  ])
  // Each process announces its keys in its application name.
  const keys = await query<{ held: string }>(
    dataDir,
    `select distinct application_name as held from pg_stat_activity where application_name ~ '^counterfoil [0-9a-f]{8}'`,
  )
  expect(keys).toHaveLength(1)
  const [first, second] = servers
  const pid = postmasterPid(dataDir)
  for (const { url } of servers) expect(await statusOf(url)).toBe(200)
  expect((await stop(first)).code).toBe(0)
  expect(postmasterPid(dataDir)).toBe(pid)
  expect(await statusOf(second.url)).toBe(200)
  expect((await stop(second)).code).toBe(0)
  expectStopped(dataDir, pid)
})
