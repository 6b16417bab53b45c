import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chown, cp, writeFile } from 'node:fs/promises'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach } from 'vitest'
import { clusterArgument } from '../../src/platform/embedded-postgres/cluster.ts'
import { choosePostgresUser } from '../../src/platform/embedded-postgres/postgres-user.ts'
import { findProgramPackage, keepPrograms } from '../../src/platform/embedded-postgres/programs.ts'
import { emptyFolder, freePort, madeFolder, until } from './process-harness.ts'

/** A PostgreSQL of a test's own on a TCP port, as an operator would run one, which may be stopped and killed. */
export interface OwnCluster {
  readonly port: number
  /** Its address for `DATABASE_URL`. */
  readonly url: string
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>
  /** Sends a signal to every process of PostgreSQL: SIGSTOP makes it hang, with its connections open. */
  signal(signal: NodeJS.Signals): void
}

const started = new Set<ChildProcess>()
const proxies = new Set<() => void>()

afterEach(() => {
  for (const close of proxies) close()
  proxies.clear()
  for (const postmaster of started) signalAll(postmaster, 'SIGKILL')
  started.clear()
})

function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  const backends = stdout.split('\n').map(Number)
  // The postmaster first: it starts no further process meanwhile.
  for (const one of [pid, ...backends]) {
    try {
      if (one > 1) process.kill(one, signal)
    } catch {
      // It has ended.
    }
  }
}

export const urlOf = (ports: readonly number[], parameters = ''): string =>
  `postgresql://counterfoil@${ports.map((port) => `127.0.0.1:${port}`).join(',')}/counterfoil${parameters}`

async function run(dir: string, settings: Readonly<Record<string, string>>): Promise<OwnCluster> {
  const user = await choosePostgresUser(dir)
  const { native } = await keepPrograms(await findProgramPackage(), await emptyFolder(), user)
  const port = await freePort()
  const all = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '32MB',
    // A standby needs as many as its primary once had.
    max_connections: '200',
    ...settings,
  }
  const given = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(join(native, 'bin', 'postgres'), ['-D', clusterArgument(dir, user), ...given], {
    cwd: dir,
    env: { PATH: process.env['PATH'], TZ: 'UTC' },
    stdio: process.env['TEST_LOG_LEVEL'] === undefined ? 'ignore' : 'inherit',
    ...user,
  })
  started.add(child)
  const query = async <Row extends object>(text: string, values?: unknown[]): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: urlOf([port]), connectionTimeoutMillis: 5_000 })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query<Row>(text, values)).rows
    } finally {
      await client.end()
    }
  }
  await until(
    'PostgreSQL answers',
    () =>
      query('select 1').then(
        () => true,
        () => false,
      ),
    30_000,
  )
  return { port, url: urlOf([port]), query, signal: (signal) => signalAll(child, signal) }
}

/** Gives a file to the account of PostgreSQL. */
async function write(dir: string, name: string, text: string): Promise<void> {
  await writeFile(join(dir, name), text)
  const user = await choosePostgresUser(dir)
  if (user !== undefined) await chown(join(dir, name), user.uid, user.gid)
}

async function clusterFolder(): Promise<string> {
  const dir = join(await madeFolder(), 'postgres')
  await write(dir, 'pg_hba.conf', 'host all,replication all 127.0.0.1/32 trust\n')
  return dir
}

/** A migrated cluster. */
export async function startCluster(settings: Readonly<Record<string, string>> = {}): Promise<OwnCluster> {
  return run(await clusterFolder(), settings)
}

/** A primary and its synchronous standby: what the primary acknowledges is on both. */
export async function startPair(): Promise<{ primary: OwnCluster; standby: OwnCluster }> {
  const first = await clusterFolder()
  const second = join(await emptyFolder(), 'postgres')
  await copyCluster(first, second)
  // In the file and not on the command line, which a test could not change.
  await write(first, 'postgresql.auto.conf', "synchronous_standby_names = '*'\n")
  const primary = await run(first, {})
  await write(second, 'standby.signal', '')
  const standby = await run(second, {
    primary_conninfo: `host=127.0.0.1 port=${primary.port} user=counterfoil application_name=standby`,
  })
  await until('the standby is synchronous', async () => {
    const rows = await primary.query("select from pg_stat_replication where sync_state = 'sync'")
    return rows.length > 0
  })
  return { primary, standby }
}

/** As root the copy must go on belonging to the account that PostgreSQL runs as. */
async function copyCluster(from: string, to: string): Promise<void> {
  if (spawnSync('cp', ['-a', from, to]).status !== 0) await cp(from, to, { recursive: true })
}

/** How often each redeemed code of a series was redeemed. */
export async function timesByCode(cluster: OwnCluster, seriesId: number): Promise<Map<string, number>> {
  const rows = await cluster.query<{ code: string; times: number }>(
    `select c.code, count(*)::int as times from redemptions r
     join coupons c on c.org_id = r.org_id and c.id = r.coupon_id
     where r.org_id = 1 and r.series_id = $1 group by c.code`,
    [seriesId],
  )
  return new Map(rows.map(({ code, times }) => [code, times]))
}

/** A network between a server and its database that may lose every packet without a word. */
export async function startSilentProxy(target: number) {
  let isSilent = false
  let vanishesBefore: string | undefined
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      // A vanished host does not say that it closes a connection either.
      socket.on('close', () => {
        sockets.delete(socket)
        if (!isSilent) other.destroy()
      })
      socket.on('data', (chunk) => {
        if (vanishesBefore !== undefined && chunk.includes(vanishesBefore)) isSilent = true
        if (!isSilent) other.write(chunk)
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxies.add(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return {
    port: (server.address() as AddressInfo).port,
    /** From now on nothing passes, in neither direction, on connections that are open and on new ones. */
    vanish: () => (isSilent = true),
    /** The same as soon as a packet with this text is sent, which is lost first. */
    vanishBefore: (text: string) => (vanishesBefore = text),
    isSilent: () => isSilent,
    /** New connections work again; those that were open never do. */
    comeBack: async () => {
      for (const socket of sockets) socket.removeAllListeners('data').resume()
      vanishesBefore = undefined
      isSilent = false
      await sleep(0)
    },
  }
}
