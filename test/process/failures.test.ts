import { spawnSync } from 'node:child_process'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import {
  databaseOf,
  madeFolder,
  program,
  runProgram,
  setUpProcesses,
  startServer,
  stop,
  type Outcome,
} from '../support/process-harness.ts'
import { smallDisk } from '../support/small-disk.ts'

setUpProcesses()

const brand = 'org create --name Brand --time-zone UTC --country IN'.split(' ')

function expectOneLine({ code, stderr }: Outcome, about: string): void {
  expect({ code, lines: stderr.trimEnd().split('\n').length, stderr }).toMatchObject({ code: 1, lines: 1 })
  expect(stderr).toContain(about)
}

test('a file that a command cannot read or write is named in one line, without a stack', async () => {
  const dataDir = await madeFolder()
  expect((await runProgram(brand, dataDir)).code).toBe(0)
  const missing = join(dataDir, 'missing', 'file')
  const below = join(dataDir, 'postgres', 'PG_VERSION', 'backup')
  for (const [args, about] of [
    [['export', 'customers', '--org', 'Brand', '--output', missing], missing],
    [['backup', '--to', below], 'PG_VERSION'],
    [['wal-archive', '--to', below], 'PG_VERSION'],
  ] as const)
    expectOneLine(await runProgram(args, dataDir), about)
  const { code, stderr } = await runProgram(['import', 'codes', '--org', 'Brand', dataDir], dataDir)
  expect(code).toBe(1)
  expect(stderr).toBe(
    `${dataDir}: EISDIR: illegal operation on a directory, read\ncounterfoil: 1 refused or repeated; see above\n`,
  )
})

test.skipIf(process.platform !== 'linux')(
  'output that finds no room is told, and fails the command',
  async () => {
    const dataDir = await madeFolder()
    expect((await runProgram(brand, dataDir)).code).toBe(0)
    const full = await open('/dev/full', 'w')
    try {
      for (const args of [
        ['doctor', '--no-ledger'],
        ['export', 'customers', '--org', 'Brand'],
      ]) {
        const { status, stderr } = spawnSync(process.execPath, [program, ...args], {
          env: { PATH: process.env['PATH'], DATA_DIR: dataDir },
          stdio: ['ignore', full.fd, 'pipe'],
          encoding: 'utf8',
        })
        expect(status).toBe(1)
        expect(stderr).toMatch(/^counterfoil: standard output: ENOSPC.*\n$/m)
        expect(stderr).not.toContain('    at ')
      }
    } finally {
      await full.close()
    }
  },
)

test('a command on a full disk says so at once, and works when there is room', async (context) => {
  const disk = await smallDisk(200)
  context.skip(disk === undefined, 'this account may not mount a disk')
  if (disk === undefined) return
  try {
    const dataDir = join(disk.folder, 'data')
    expect((await runProgram(brand, dataDir)).code).toBe(0)
    const makeRoom = disk.fill()
    expectOneLine(
      await runProgram(['org', 'list'], dataDir),
      `The disk of ${dataDir} is full: free some space`,
    )
    await makeRoom()
    expect(await runProgram(['org', 'list'], dataDir)).toMatchObject({ code: 0 })
    expect((await readdir(join(dataDir, 'postgres'))).filter((name) => name.endsWith('.draft'))).toEqual([])
  } finally {
    disk.remove()
  }
})

test('a broken page is found by audit and doctor, which name it and go on', async () => {
  const dataDir = await madeFolder()
  expect((await runProgram(brand, dataDir)).code).toBe(0)
  const server = await startServer(dataDir)
  const client = new pg.Client(databaseOf(dataDir))
  await client.connect()
  const { rows } = await client.query<{ path: string }>(
    `select pg_relation_filepath('coupons__pkey') as path`,
  )
  await client.end()
  await stop(server)
  const index = await open(join(dataDir, 'postgres', rows[0]?.path ?? ''), 'r+')
  await index.write(Buffer.alloc(8, 255), 0, 8, 100)
  await index.close()

  const audited = await runProgram(['audit'], dataDir)
  expect(audited.code).toBe(1)
  expect(audited.stdout).toMatch(/FAULT the ledger can be read[^]*invalid page/)
  expect(audited.stdout).toMatch(
    /1 broken\n {2}FAULT coupons__pkey: .*REINDEX INDEX CONCURRENTLY coupons__pkey/,
  )
  expect(audited.stderr).toMatch(/^counterfoil: The audit found 2 faults$/m)
  const { code, stdout, stderr } = await runProgram(['doctor'], dataDir)
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAULT The books of 1 Brand cannot be read: invalid page/)
  expect(stderr).toBe('counterfoil: 1 fault found; see above\n')
})
