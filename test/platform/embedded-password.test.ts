import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { passwordFile, passwordOf } from '../../src/platform/embedded-postgres/client-authentication.ts'
import { startEmbedded, type EmbeddedDatabase } from '../../src/platform/embedded-postgres/embedded.ts'
import { choosePostgresUser } from '../../src/platform/embedded-postgres/postgres-user.ts'

/** Which clients can connect to the embedded PostgreSQL. The `PGPASSWORD` of the run belongs to another PostgreSQL. */

// Each test starts PostgreSQL several times.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
const log = pino({ level: 'silent' })
const running = new Set<EmbeddedDatabase>()
const folders: string[] = []
afterAll(async () => {
  for (const one of running) await one.release().catch(() => {})
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function anyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'counterfoil-password-'))
  folders.push(folder)
  return folder
}

let template: Promise<string> | undefined

/** A data folder with a cluster and its password. */
async function madeFolder(): Promise<string> {
  template ??= anyFolder().then(async (folder) => {
    await stop(await start(folder))
    return folder
  })
  const [from, to] = [await template, await anyFolder()]
  for (const name of ['postgres', 'postgres.pgpass'])
    spawnSync('cp', ['-a', join(from, name), join(to, name)])
  return to
}

async function start(dataDir: string): Promise<EmbeddedDatabase> {
  const one = await startEmbedded(dataDir, log)
  running.add(one)
  return one
}

async function stop(one: EmbeddedDatabase): Promise<void> {
  running.delete(one)
  await one.release()
}

/** Connects with a password. @returns `in`, or the message of the refusal. */
async function come(
  dataDir: string,
  password: string,
  more: pg.ClientConfig & { replication?: string } = {},
): Promise<string> {
  const host = join(dataDir, 'postgres')
  const client = new pg.Client({ host, user: 'counterfoil', database: 'postgres', password, ...more })
  client.on('error', () => {})
  try {
    await client.connect()
    return 'in'
  } catch (error) {
    return (error as Error).message
  } finally {
    await client.end().catch(() => {})
  }
}

const refused = 'password authentication failed for user "counterfoil"'
const rulesOf = (dataDir: string) => readFile(join(dataDir, 'postgres', 'pg_hba.conf'), 'utf8')
const trustEverybody = async (dataDir: string): Promise<void> => {
  await writeFile(
    join(dataDir, 'postgres', 'pg_hba.conf'),
    'local all all trust\nhost all all 127.0.0.1/32 trust\nlocal replication all trust\n',
  )
}

describe('the embedded PostgreSQL', () => {
  test('admits only clients with the password, also for a base backup', async () => {
    const dataDir = await madeFolder()
    await start(dataDir)
    expect((await stat(passwordFile(dataDir))).mode & 0o777).toBe(0o600)
    const password = await passwordOf(dataDir)
    expect(await come(dataDir, password)).toBe('in')
    expect(await come(dataDir, 'none')).toBe(refused)
    expect(await come(dataDir, password, { replication: 'true' })).toBe('in')
    expect(await come(dataDir, 'none', { replication: 'true' })).toBe(refused)
    expect(await rulesOf(dataDir)).not.toMatch(/trust|peer/)
  })

  test.runIf(process.getuid?.() === 0)(
    'is closed to other accounts of the machine, including the one that it runs as',
    async () => {
      const dataDir = await madeFolder()
      await start(dataDir)
      // Opens the socket to every account; otherwise the parent folders already keep them away.
      chmodSync(dataDir, 0o755)
      chmodSync(join(dataDir, 'postgres'), 0o755)
      chmodSync(join(dataDir, 'postgres', '.s.PGSQL.5432'), 0o777)
      const user = await choosePostgresUser(join(dataDir, 'postgres'))
      const nobody = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }))
      const script = `
        const pg = require(${JSON.stringify(fileURLToPath(import.meta.resolve('pg')))})
        const client = new pg.Client({ host: ${JSON.stringify(join(dataDir, 'postgres'))}, user: 'counterfoil', database: 'postgres', password: 'guess' })
        client.connect().then(() => console.log('in'), (error) => console.log(error.message)).finally(() => process.exit())`
      const file = join(tmpdir(), `counterfoil-${process.pid}.cjs`)
      folders.push(file)
      await writeFile(file, script, { mode: 0o644 })
      for (const uid of [nobody, user?.uid ?? nobody]) {
        const { stdout, stderr } = spawnSync(process.execPath, [file], { uid, gid: uid, encoding: 'utf8' })
        expect(stdout.trim(), stderr).toBe(refused)
        const { status } = spawnSync('cat', [passwordFile(dataDir)], { uid, gid: uid })
        expect(status).not.toBe(0)
      }
    },
  )

  test('that an earlier version created requires the password from its next start on', async () => {
    const dataDir = await madeFolder()
    await rm(passwordFile(dataDir))
    await trustEverybody(dataDir)
    await start(dataDir)
    expect(await rulesOf(dataDir)).not.toContain('trust')
    expect(await come(dataDir, 'none')).toBe(refused)
    expect(await come(dataDir, await passwordOf(dataDir))).toBe('in')
  })

  test('that a server of an earlier version runs accepts commands of this version, and still that server', async () => {
    const dataDir = await madeFolder()
    const server = await start(dataDir)
    const password = await passwordOf(dataDir)
    // The state of the earlier version: no password and no file.
    await rm(passwordFile(dataDir))
    await trustEverybody(dataDir)
    const client = new pg.Client({ ...server, password, database: 'postgres' })
    await client.connect()
    await client.query('select pg_reload_conf()')
    await client.end()
    await expect.poll(() => come(dataDir, 'none')).toBe('in')
    await stop(await start(dataDir))
    expect(await come(dataDir, 'none')).toBe('in')
    expect(await rulesOf(dataDir)).toContain('trust')
    await expect(stat(passwordFile(dataDir))).rejects.toThrow(/ENOENT/)
  })

  test('gets a new password from its owner if the file is lost, even while it is running', async () => {
    const dataDir = await madeFolder()
    const server = await start(dataDir)
    const before = await passwordOf(dataDir)
    await rm(passwordFile(dataDir))
    const command = await start(dataDir)
    const after = await passwordOf(dataDir)
    expect(after).not.toBe(before)
    await expect.poll(() => come(dataDir, before)).toBe(refused)
    expect(await server.password()).toBe(after)
    expect(await come(dataDir, after)).toBe('in')
    await stop(command)
    expect(await come(dataDir, after)).toBe('in')
  })

  test('that was copied from elsewhere gets the password of the folder', async () => {
    const dataDir = await madeFolder()
    const before = await passwordOf(dataDir)
    const password = 'ab'.repeat(32)
    await writeFile(passwordFile(dataDir), `*:*:*:counterfoil:${password}\n`)
    await start(dataDir)
    expect(await passwordOf(dataDir)).toBe(password)
    await expect.poll(() => come(dataDir, password)).toBe('in')
    expect(await come(dataDir, before)).toBe(refused)
  })

  test('that several processes start for the first time at once has one password, which all of them know', async () => {
    const dataDir = await madeFolder()
    await rm(passwordFile(dataDir))
    const all = await Promise.all(Array.from({ length: 4 }, () => start(dataDir)))
    const passwords = await Promise.all(all.map((one) => one.password()))
    expect(new Set(passwords).size).toBe(1)
    await expect.poll(() => come(dataDir, passwords[0] ?? '')).toBe('in')
    await expect.poll(() => come(dataDir, 'none')).toBe(refused)
  })

  test('names the owner of the file if the password cannot be read', async () => {
    const dataDir = await madeFolder()
    await writeFile(passwordFile(dataDir), 'nonsense\n')
    await expect(startEmbedded(dataDir, log)).rejects.toThrow(
      /does not contain a password written by Counterfoil: delete it/,
    )
  })
})
