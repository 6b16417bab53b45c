import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { choosePostgresUser } from '../../src/platform/embedded-postgres/postgres-user.ts'
import { post, startTills } from '../support/busy-tills.ts'
import { startCluster, timesByCode, urlOf, type OwnCluster } from '../support/own-cluster.ts'
import {
  emptyFolder,
  freePort,
  runProgram,
  setUpProcesses,
  startServer,
  stop,
  until,
  uploadedSeries,
} from '../support/process-harness.ts'

setUpProcesses()

const pgbouncer = ['pgbouncer', '/usr/sbin/pgbouncer', '/usr/local/sbin/pgbouncer'].find(
  (path) => spawnSync(path, ['--version']).status === 0,
)

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** PgBouncer as docs/operations.md has it, in the given mode. @returns its port. */
async function startPooler({ port: target }: OwnCluster, mode: string): Promise<number> {
  if (pgbouncer === undefined)
    throw new Error('the tests of poolers need PgBouncer: run "apt-get install pgbouncer"')
  const [folder, port] = [await emptyFolder(), await freePort()]
  const settings = join(folder, 'pgbouncer.ini')
  await writeFile(
    settings,
    `[databases]
counterfoil = host=127.0.0.1 port=${target} dbname=counterfoil user=counterfoil
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = 40
max_client_conn = 200
server_reset_query = DISCARD ALL
`,
  )
  await chmod(folder, 0o755)
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? await choosePostgresUser(join(folder, 'none')) : undefined
  const child = spawn(pgbouncer, [settings], { cwd: folder, stdio: 'ignore', ...user })
  started.push(child)
  await until(
    'PgBouncer answers',
    async () => {
      if (child.exitCode !== null) throw new Error(`PgBouncer has ended with ${child.exitCode}`)
      const client = new pg.Client({ connectionString: urlOf([port]) })
      return client.connect().then(
        () => client.end().then(() => true),
        () => false,
      )
    },
    20_000,
  )
  return port
}

test('behind PgBouncer in session mode two servers redeem, import and generate codes, and nothing fails', async () => {
  const cluster = await startCluster()
  const url = urlOf([await startPooler(cluster, 'session')])
  const env = { DATABASE_URL: url, COUNTERFOIL_DEMO: '1', ABUSE_LIMITS: '0' }
  const dataDir = await emptyFolder()
  const servers = [await startServer(dataDir, { env }), await startServer(dataDir, { env })] as const
  const [one, two] = [await startTills(servers[0].url, 4), await startTills(servers[1].url, 4)]
  await until('tills redeem', () => one.acknowledged.length > 50 && two.acknowledged.length > 50)
  const { text } = await post(servers[0].url, '/v2/coupon/series', uploadedSeries)
  const { id } = JSON.parse(text) as { id: number }
  for (const args of [
    ['generate', '--org', '1', '--series', String(id), '--count', '1000'],
    ['export', 'coupons', '--org', '1', '--series', String(id)],
    ['doctor', '--no-ledger'],
  ]) {
    const { code, stderr } = await runProgram(args, dataDir, { env: { DATABASE_URL: url } })
    expect({ code, stderr: code === 0 ? '' : stderr }, args[0]).toEqual({ code: 0, stderr: '' })
  }
  await Promise.all([one.stop(), two.stop()])
  for (const tills of [one, two]) {
    expect([...tills.statuses.keys()], [...tills.reasons].join('\n')).toEqual([200])
    const times = await timesByCode(cluster, tills.seriesId)
    expect(tills.acknowledged.filter(({ code }) => times.get(code) !== 1)).toEqual([])
  }
  // Servers know each other's keys by the names of their connections.
  const sessions = await cluster.query<{ application_name: string }>(
    "select distinct application_name from pg_stat_activity where application_name ~ '^counterfoil'",
  )
  expect(sessions.length).toBeGreaterThan(0)
  for (const server of servers) expect((await stop(server)).code).toBe(0)
})

test.each(['transaction', 'statement'])(
  'PgBouncer in %s mode is refused at the start, in one line',
  async (mode) => {
    const cluster = await startCluster()
    const env = { DATABASE_URL: urlOf([await startPooler(cluster, mode)]) }
    const { code, stderr } = await runProgram(['serve'], await emptyFolder(), { env })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'counterfoil: DATABASE_URL leads to a connection pooler that does not keep sessions; set its pool_mode to session (docs/operations.md)\n',
    })
  },
)
