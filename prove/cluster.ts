import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ProofDatabase } from './database.ts'
import type { Findings } from './findings.ts'
import { LossyProxy } from './lossy-proxy.ts'
import type { Random } from './random.ts'
import { ServerProcess } from './server-process.ts'

const run = promisify(execFile)

/** Server settings for fast deliveries, to this machine, and for more requests per till than the default allows. */
const serverEnv = {
  ABUSE_LIMITS: '0',
  WEBHOOKS_MAY_REACH_PRIVATE_ADDRESSES: '1',
  WEBHOOK_FIRST_RETRY_MS: '100',
  WEBHOOK_TIMEOUT_MS: '1000',
}

/** An organisation of the proof, and the header with its till's credentials. */
export interface Tenant {
  readonly orgId: number
  readonly authorization: string
}

/** Server processes on one database, with two organisations. */
export interface Cluster {
  readonly database: ProofDatabase
  readonly servers: readonly ServerProcess[]
  /** In front of the last server's database. */
  readonly proxy: LossyProxy
  readonly plain: Tenant
  /** The organisation that recognises a till's retry without a key. */
  readonly recognising: Tenant
  close(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function createTenant(
  root: string,
  env: NodeJS.ProcessEnv,
  database: ProofDatabase,
  unique: string,
  recognisesRetries: boolean,
): Promise<Tenant> {
  const cli = async (...args: string[]): Promise<number> => {
    const { stdout } = await run(
      process.execPath,
      [join(root, 'dist', 'cli', 'main.js'), ...args, '--json'],
      {
        env: { ...process.env, ...env },
      },
    )
    return (JSON.parse(stdout) as { id: number }).id
  }
  const orgId = await cli('org', 'create', '--name', unique, '--time-zone', 'UTC', '--country', 'IN')
  const org = String(orgId)
  await cli('store', 'create', '--org', org, '--code', 'S1', '--name', 'Store')
  await cli(
    'till',
    'create',
    '--org',
    org,
    '--store',
    'S1',
    '--code',
    unique,
    '--password',
    'proof of all limits',
    '--access-group',
    'default',
  )
  if (recognisesRetries)
    await database.query('update organisations set replays_till_retries = true where org_id = $1', [orgId])
  return { orgId, authorization: `Basic ${Buffer.from(`${unique}:proof of all limits`).toString('base64')}` }
}

/** Starts everything. @param root the package whose `dist` is proved. @param folder for data and logs. */
export async function startCluster(
  root: string,
  folder: string,
  processes: number,
  databaseUrl: string | undefined,
  random: Random,
  findings: Findings,
): Promise<Cluster> {
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const database = new ProofDatabase(dataDir, databaseUrl)
  const proxy = new LossyProxy(database, random)
  const proxyPort = await proxy.listen()
  const reached = databaseUrl === undefined ? { DATA_DIR: dataDir } : { DATABASE_URL: databaseUrl }
  const env = { ...serverEnv, ...reached }
  const servers: ServerProcess[] = []
  const close = async (): Promise<void> => {
    await Promise.all(servers.slice(1).map((server) => server.stop()))
    await database.close()
    await servers[0]?.stop()
    proxy.close()
  }
  try {
    for (let at = 0; at < processes; at++) {
      const isLast = at === processes - 1
      const own = isLast ? { ...serverEnv, DATABASE_URL: await database.urlThrough(proxyPort) } : env
      const server = new ServerProcess(`server-${at + 1}`, await freePort(), root, folder, own)
      server.onUnexpectedEnd = (reason, hasServed) => {
        if (hasServed) findings.violate('a server process stays up', reason)
        // A server that starts while its database is killed exits with an error; its operator would start it again.
        else findings.count('starts repeated')
        setTimeout(() => server.start(), 200)
      }
      servers.push(server)
      server.start()
      if ((at === 0 || isLast) && !(await server.waitReady()))
        throw new Error(`${server.name} does not start: ${server.lastWords()}`)
    }
    await Promise.all(servers.map((server) => server.waitReady()))
    const unique = `proof-${Date.now().toString(36)}`
    const [plain, recognising] = await Promise.all([
      createTenant(root, env, database, `${unique}-a`, false),
      createTenant(root, env, database, `${unique}-b`, true),
    ])
    return { database, servers, proxy, plain, recognising, close }
  } catch (error) {
    await close()
    throw error
  }
}
