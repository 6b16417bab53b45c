import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeAll, inject, vi } from 'vitest'
import { passwordOf } from '../../src/platform/embedded-postgres/client-authentication.ts'

/** Runs the real program in separate processes on separate data folders. */

export const program = fileURLToPath(new URL('../../bin/counterfoil.js', import.meta.url))

/**
 * The file that `program` runs after it has compared the build with its sources, which takes as long as the start
 * itself.
 */
const built = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** Body of the call that creates a series of uploaded codes. */
export const uploadedSeries = {
  CouponSeriesV2: {
    description: 'Ten off',
    discountCode: 'TEN',
    validTillDate: '2099-12-31T00:00:00Z',
    anyUser: true,
    smsTemplate: '-',
    discountValue: 10,
    discountType: 'ABS',
    clientHandlingType: 'DISC_CODE_PIN',
    expiryStrategyType: 'SERIES_EXPIRY',
  },
}

export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Outcome>
  /** Its output so far. */
  output(): { stdout: string; stderr: string }
}

export interface SpawnOptions {
  readonly env?: Record<string, string>
  readonly uid?: number
  readonly gid?: number
  /** Another copy of the program, or another script. */
  readonly at?: string
  /** Default: its standard input is empty. */
  readonly stdin?: 'pipe'
}

interface ServerOptions extends SpawnOptions {
  readonly args?: readonly string[]
}

const children = new Set<ChildProcess>()
const folders = new Set<string>()
/** Names of databases in the PostgreSQL of the run, by the data folder that they replace. */
const databases = new Map<string, string>()

/** The environment of a process that works on a data folder, or on the database that replaces it. */
export function environmentOf(dataDir: string): Record<string, string | undefined> {
  const database = databases.get(dataDir)
  return {
    PATH: process.env['PATH'],
    DATA_DIR: dataDir,
    ...(database !== undefined && { DATABASE_URL: urlOf(database) }),
  }
}

function urlOf(database: string): string {
  const { host, user, password } = inject('postgres')
  return `postgresql://${user}:${encodeURIComponent(password)}@localhost/${database}?host=${encodeURIComponent(host)}`
}

export function spawnProgram(
  args: readonly string[],
  dataDir: string,
  { env, uid, gid, at = built, stdin }: SpawnOptions = {},
): Running {
  const child = spawn(process.execPath, [at, ...args], {
    env: { ...environmentOf(dataDir), PORT: '0', ...env },
    stdio: [stdin ?? 'ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: gid ?? uid }),
  })
  children.add(child)
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
    })
  }
  const ended = new Promise<Outcome>((resolve) => {
    child.once('close', (code, signal) => {
      children.delete(child)
      resolve({ code, signal, ...text })
    })
  })
  return { child, ended, output: () => ({ ...text }) }
}

/** Runs a command to its end. */
export function runProgram(
  args: readonly string[],
  dataDir: string,
  options: SpawnOptions = {},
): Promise<Outcome> {
  return spawnProgram(args, dataDir, options).ended
}

/** Calls `probe` ten times a second until it returns a value. */
export async function until<Value>(
  what: string,
  probe: () => Value | undefined | false | Promise<Value | undefined | false>,
  timeoutMs = 120_000,
): Promise<Value> {
  const giveUpAt = Date.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (value !== undefined && value !== false) return value
    if (Date.now() > giveUpAt) throw new Error(`${what}: not within ${timeoutMs} ms`)
    await sleep(100)
  }
}

export interface RunningServer extends Running {
  readonly url: string
}

/** Starts a server and waits until it prints its address. */
export async function startServer(
  dataDir: string,
  { args = ['serve'], ...options }: ServerOptions = {},
): Promise<RunningServer> {
  const running = spawnProgram(args, dataDir, options)
  const url = await until('the server serves', () => {
    const { stdout, stderr } = running.output()
    if (running.child.exitCode !== null) throw new Error(`the server has ended: ${stderr}`)
    return /Counterfoil serves on (\S+)/.exec(stdout)?.[1]
  })
  return { ...running, url }
}

/** The status of an answer; 0 without an answer. */
export async function statusOf(url: string, path = '/ready'): Promise<number> {
  return fetch(url + path, { signal: AbortSignal.timeout(5_000) }).then(
    async (answer) => {
      await answer.arrayBuffer()
      return answer.status
    },
    () => 0,
  )
}

/** The process id in the lock file of the PostgreSQL of a data folder; undefined without a file. */
export function postmasterPid(dataDir: string): number | undefined {
  try {
    return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)[0])
  } catch {
    return undefined
  }
}

/**
 * Ends a process of PostgreSQL as a crash would. @throws if none was found, since process id 0 would mean the tests
 * themselves.
 */
export function kill(pid: number | undefined): void {
  if (pid === undefined || !(pid > 1)) throw new Error(`no process to kill: ${pid}`)
  process.kill(pid, 'SIGKILL')
}

/** A process that has ended and was not reaped by its parent is not alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux') return true
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !stat.slice(stat.lastIndexOf(')') + 1).startsWith(' Z')
  } catch {
    return false
  }
}

/** Asks a process to stop and returns how it ended. */
export async function stop(running: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> {
  running.child.kill(signal)
  return running.ended
}

/** A new, empty folder with mode 0700, like all folders of `mkdtemp`. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'counterfoil-process-'))
  folders.add(folder)
  return folder
}

/** Connects a test directly to the database of a data folder. */
export function databaseOf(dataDir: string): pg.ClientConfig {
  const database = databases.get(dataDir)
  return database === undefined
    ? {
        host: join(dataDir, 'postgres'),
        user: 'counterfoil',
        password: () => passwordOf(dataDir),
        database: 'counterfoil',
      }
    : { ...inject('postgres'), database }
}

async function onPostgres(statement: string): Promise<void> {
  const { host, user, password } = inject('postgres')
  const client = new pg.Client({ host, user, password, database: 'postgres' })
  await client.connect()
  try {
    // The template can be copied by only one session at a time.
    await client.query('select pg_advisory_lock(1)')
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/**
 * A data folder that stands for a migrated database in the PostgreSQL of the run, for tests that do not concern the
 * embedded PostgreSQL, which every command would start and stop.
 */
export async function ownDatabase(): Promise<string> {
  const folder = await emptyFolder()
  const name = `process_${randomUUID().replaceAll('-', '')}`
  await onPostgres(`create database ${name} template ${inject('postgres').template} strategy file_copy`)
  databases.set(folder, name)
  return folder
}

let template: Promise<string> | undefined

/** Created once for all files of a worker. */
async function makeTemplate(): Promise<string> {
  const folder = join(inject('scratch'), `cluster-${process.pid}`)
  await mkdir(folder, { mode: 0o700 })
  const { code, stderr } = await runProgram(['migrate'], folder)
  if (code !== 0) throw new Error(stderr)
  return folder
}

/** A data folder with a copy of a migrated cluster, which is faster than creating a new one. */
export async function madeFolder(): Promise<string> {
  template ??= makeTemplate()
  const made = await template
  const folder = await emptyFolder()
  // Under root, the copy must still belong to the account that PostgreSQL runs as.
  for (const name of ['postgres', 'postgres.pgpass', 'secret.key'])
    spawnSync('cp', ['-a', join(made, name), join(folder, name)])
  return folder
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Builds once before the tests of a file, and afterwards stops their processes and removes their folders. */
export function setUpProcesses(): void {
  // Generous, because processes start slowly on a busy machine.
  vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
  beforeAll(async () => {
    const { status, stderr } = spawnSync(process.execPath, [program, '--build-only'], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    for (const folder of folders) {
      const pid = postmasterPid(folder)
      if (pid !== undefined && pid > 1 && pid !== process.pid && isPostgres(pid)) process.kill(pid, 'SIGQUIT')
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    }
    folders.clear()
    for (const name of databases.values()) await onPostgres(`drop database if exists ${name} with (force)`)
    databases.clear()
  })
}

function isPostgres(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.startsWith('postgres')
}
