import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  emptyFolder,
  freePort,
  madeFolder,
  postmasterPid,
  runProgram,
  setUpProcesses,
  startServer,
  statusOf,
  stop,
} from '../support/process-harness.ts'

setUpProcesses()

describe('serve reports the fault in one line and ends with 1', () => {
  test.each([
    [{ PORT: 'http' }, 'PORT is "http"; it must be a whole number from 0 to 65535'],
    [{ PORT: '65536' }, 'PORT is "65536"; it must be a whole number from 0 to 65535'],
    [{ COUNTERFOIL_DEMO: 'yes' }, 'COUNTERFOIL_DEMO is "yes"; it must be 0 or 1'],
    [
      { LOG_LEVEL: 'loud' },
      'LOG_LEVEL is "loud"; it must be one of fatal, error, warn, info, debug, trace, silent',
    ],
    [{ DATABASE_CONNECTIONS: '1' }, 'DATABASE_CONNECTIONS is "1"; it must be a whole number from 2 to 200'],
    [
      { DATABASE_URL: 'localhost' },
      'DATABASE_URL must look like postgresql://user:password@host:5432/database, with @ : / ? # % in the password encoded as %40 %3A %2F %3F %23 %25',
    ],
    [
      { COUNTERFOIL_DEMO: '1', HOST: '0.0.0.0' },
      'COUNTERFOIL_DEMO=1 has published passwords and is served on a loopback address only; HOST is 0.0.0.0',
    ],
  ])('for %o', async (env, line) => {
    const { code, stdout, stderr } = await runProgram(['serve'], await emptyFolder(), {
      env,
    })
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `counterfoil: ${line}\n` })
  })

  test('for a database that cannot be reached, without its password', async () => {
    const port = await freePort()
    const { code, stderr } = await runProgram(['serve'], await emptyFolder(), {
      env: { DATABASE_URL: `postgresql://someone:hidden@127.0.0.1:${port}/ledger` },
    })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `counterfoil: cannot reach the database at 127.0.0.1:${port}/ledger (DATABASE_URL): connection refused\n`,
    })
  })

  test('for a database that does not answer, after ten seconds', async () => {
    const mute = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => mute.once('listening', resolve))
    const { port } = mute.address() as { port: number }
    const startedAt = Date.now()
    const { code, stderr } = await runProgram(['migrate'], await emptyFolder(), {
      env: { DATABASE_URL: `postgresql://someone:hidden@127.0.0.1:${port}/ledger` },
    })
    mute.close()
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `counterfoil: cannot reach the database at 127.0.0.1:${port}/ledger (DATABASE_URL): no answer within 5 seconds\n`,
    })
    expect(Date.now() - startedAt).toBeLessThan(30_000)
  })

  test('for a port in use and for an address of another machine, and stops the PostgreSQL that it has started', async () => {
    const dataDir = await madeFolder()
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    for (const [env, reason] of [
      [{ PORT: String(port) }, `127.0.0.1:${port}: the port is in use; set PORT to another one`],
      [{ HOST: '203.0.113.1' }, '203.0.113.1:0: this machine has no such address; set HOST to another one'],
    ] as const) {
      const { code, stderr } = await runProgram(['serve'], dataDir, { env })
      expect({ code, stderr }).toEqual({ code: 1, stderr: `counterfoil: cannot listen on ${reason}\n` })
      expect(postmasterPid(dataDir)).toBeUndefined()
    }
    other.close()
  })

  test('for a data folder that is a file or below one', async () => {
    const folder = await emptyFolder()
    const file = join(folder, 'file')
    await writeFile(file, '')
    for (const dataDir of [file, join(file, 'data')]) {
      const { code, stderr } = await runProgram(['serve'], dataDir)
      expect(code, dataDir).toBe(1)
      expect(stderr).toMatch(/^counterfoil: DATA_DIR \S+ is not a folder that \S+ can write to \([A-Z]+\)\n$/)
      expect(stderr).toContain(dataDir)
    }
  })

  test('for a cluster of another PostgreSQL version, which remains unchanged', async () => {
    const dataDir = await madeFolder()
    const version = join(dataDir, 'postgres', 'PG_VERSION')
    await writeFile(version, '16\n')
    const { code, stderr } = await runProgram(['serve'], dataDir)
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `counterfoil: ${dataDir}/postgres was created by PostgreSQL 16, but this version contains PostgreSQL 18; docs/operations.md describes how to move it\n`,
    })
    await writeFile(version, '18\n')
    const server = await startServer(dataDir)
    expect(await statusOf(server.url)).toBe(200)
    expect((await stop(server)).code).toBe(0)
  })

  test('for a cluster that PostgreSQL itself refuses', async () => {
    const dataDir = await madeFolder()
    await writeFile(join(dataDir, 'postgres', 'postgresql.conf'), 'max_connections = many\n')
    const { code, stderr } = await runProgram(['migrate'], dataDir)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^counterfoil: cannot start the embedded PostgreSQL: .*\n$/)
  })
})
