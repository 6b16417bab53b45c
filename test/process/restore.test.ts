import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, rmdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { startEmbedded } from '../../src/platform/embedded-postgres/embedded.ts'
import { fail, openFolder, query, restoreHere, succeed } from '../support/backup-cases.ts'
import {
  emptyFolder,
  isAlive,
  madeFolder,
  postmasterPid,
  runProgram,
  spawnProgram,
  setUpProcesses,
  stop,
  until,
} from '../support/process-harness.ts'

setUpProcesses()
vi.setConfig({ testTimeout: 300_000 })

const log = pino({ level: 'silent' })

async function makeBackup(): Promise<string> {
  const [dataDir, backups] = [await madeFolder(), await emptyFolder()]
  const backup = join(backups, 'monday')
  await succeed(['backup', '--to', backup], dataDir)
  return backup
}

/** Flips one bit in the middle of a file. */
async function alter(path: string): Promise<void> {
  const file = await open(path, 'r+')
  const { size } = await file.stat()
  const at = Math.floor(size / 2)
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at)
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, at)
  await file.close()
}

test('an emptied, truncated, altered, removed or added file of a backup is named, and nothing is restored', async () => {
  const [backup, target] = [await makeBackup(), join(await emptyFolder(), 'data')]
  const manifest = JSON.parse(await readFile(join(backup, 'backup.json'), 'utf8')) as {
    content: { files: { path: string; bytes: number }[] }
  }
  const { files } = manifest.content
  const some = files.filter(({ path, bytes }) => path.startsWith('base/') && bytes > 0)
  const segment = files.find(({ path }) => /^pg_wal\/[0-9A-F]{24}$/.test(path))?.path ?? ''
  const [emptied, truncated, altered, removed] = some.map(({ path }) => path) as [
    string,
    string,
    string,
    string,
  ]
  const cases: [string, (cluster: string) => Promise<unknown>, string][] = [
    ['emptied', (cluster) => truncate(join(cluster, emptied)), `${emptied} is empty instead of`],
    [
      'truncated',
      (cluster) => truncate(join(cluster, truncated), 100),
      `${truncated} is 100 bytes long instead of`,
    ],
    ['altered', (cluster) => alter(join(cluster, altered)), `${altered} differs from its checksum`],
    ['removed', (cluster) => rm(join(cluster, removed)), `${removed} is missing`],
    [
      'added',
      (cluster) => writeFile(join(cluster, 'base', '16'), 'x'),
      'base/16 does not belong to the backup',
    ],
    [
      'a segment of the log altered',
      (cluster) => alter(join(cluster, segment)),
      `${segment} differs from its checksum`,
    ],
    ['an empty folder removed', (cluster) => rmdir(join(cluster, 'pg_twophase')), 'pg_twophase/ is missing'],
  ]
  for (const [name, damage, expected] of cases) {
    const copy = join(await emptyFolder(), 'monday')
    spawnSync('cp', ['-a', backup, copy])
    await damage(join(copy, 'postgres'))
    expect(await restoreHere(copy, target), name).toContain(expected)
    await rm(copy, { recursive: true })
  }
  // With all faults at once, each is named.
  for (const [, damage] of cases.slice(0, 5)) await damage(join(backup, 'postgres'))
  const said = await fail(['restore', '--from', backup], target)
  for (const [name, , expected] of cases.slice(0, 5)) expect(said, name).toContain(expected)
  await writeFile(
    join(backup, 'backup.json'),
    readFileSync(join(backup, 'backup.json'), 'utf8').replace('"bytes":', '"bytes":1'),
  )
  expect(await restoreHere(backup, target)).toContain('backup.json is damaged')
  // Nothing was written; not even the folder exists.
  await expect(readdir(target)).rejects.toThrow('ENOENT')
})

test('a backup without checksums needs a flag, and is then checked as far as possible and restored', async () => {
  const [backup, target] = [await makeBackup(), await emptyFolder()]
  const path = join(backup, 'backup.json')
  const {
    content: _,
    sha256: __,
    ...older
  } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  await writeFile(path, `${JSON.stringify(older, undefined, 2)}\n`)
  expect(await restoreHere(backup, target)).toContain('--unverified restores it')
  const damaged = join(await emptyFolder(), 'monday')
  spawnSync('cp', ['-a', backup, damaged])
  await truncate(join(damaged, 'postgres', 'global', 'pg_control'))
  expect(await restoreHere(damaged, target, { isUnverified: true })).toContain('bytes together instead of')
  expect(await readdir(target)).toEqual([])
  await succeed(['restore', '--unverified', '--from', backup], target)
})

test('an interrupted backup is recognised, and the next one reports that it can be deleted', async () => {
  const [dataDir, backups, target] = [await madeFolder(), await emptyFolder(), await emptyFolder()]
  // The state that a process leaves behind if it is killed before it writes the manifest.
  const left = join(backups, 'monday.999999999.draft')
  await mkdir(join(left, 'postgres'), { recursive: true })
  expect(await fail(['restore', '--from', left], target)).toContain('was interrupted before it was complete')
  const backup = join(backups, 'tuesday')
  const { code, stderr } = await runProgram(['backup', '--to', backup], dataDir)
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      `${left} is the rest of an interrupted backup: you can delete it\n` +
      'The backup does not contain the key that encrypts its secrets: keep a copy of secret.key in DATA_DIR, or of SECRET_KEYS, in another place\n',
  })
})

test('a killed restore leaves no database, and the next start removes its remains', async () => {
  const [backup, target] = [await makeBackup(), await emptyFolder()]
  const running = spawnProgram(['restore', '--from', backup], target)
  const draft = await until('a draft', async () =>
    (await readdir(target)).find((name) => name.startsWith('restore.')),
  )
  const pid = await until('PostgreSQL recovers', () => postmasterPid(join(target, draft)))
  await stop(running, 'SIGKILL')
  expect(await readdir(target)).not.toContain('postgres')
  expect(await restoreHere(backup, target)).toBe('')
  expect(isAlive(pid)).toBe(false)
  expect((await readdir(target)).filter((name) => name.endsWith('.draft'))).toEqual([])
})

test('a restore into a folder that archives the log of another database is refused', async () => {
  const [backup, target, archive] = [await makeBackup(), await emptyFolder(), await openFolder()]
  await succeed(['wal-archive', '--to', archive], target)
  expect(await restoreHere(backup, target)).toContain('wal-archive --off')
})

async function archivedSegments(archive: string): Promise<string[]> {
  return (await readdir(archive)).filter((name) => /^[0-9A-F]{24}$/.test(name)).toSorted()
}

test('a restore to the end of a log with a gap or a damaged segment is refused, and one to an instant before the damage succeeds', async () => {
  const [dataDir, backups, archive] = [await madeFolder(), await emptyFolder(), await openFolder()]
  await succeed(['wal-archive', '--to', archive], dataDir)
  const postgres = await startEmbedded(dataDir, log)
  const backup = join(backups, 'monday')
  await succeed(['backup', '--to', backup], dataDir)
  const moments: string[] = []
  for (const name of ['one', 'two', 'three', 'four']) {
    await query(dataDir, `create table ${name} as select generate_series(1, 1000)`)
    const [row] = await query<{ at: string }>(
      dataDir,
      `select to_json(clock_timestamp())#>>'{}' as at, pg_switch_wal()`,
    )
    moments.push(row?.at ?? '')
  }
  await postgres.release()
  const segments = await archivedSegments(archive)
  const second = segments.at(-2) ?? ''
  const cases: [(path: string) => Promise<unknown>, string][] = [
    [(path) => rm(path), `${second} is missing`],
    [
      async (path) => {
        const file = await open(path, 'r+')
        await file.write(Buffer.alloc(64 * 1024, 0xff), 0, 64 * 1024, 0)
        await file.close()
      },
      'is damaged at',
    ],
  ]
  for (const [damage, expected] of cases) {
    const copy = join(await openFolder(), 'wal')
    spawnSync('cp', ['-a', archive, copy])
    await damage(join(copy, second))
    const target = await emptyFolder()
    expect(await restoreHere(backup, target, { archive: copy })).toContain(expected)
    expect((await readdir(target)).filter((name) => name !== 'postgres.log')).toEqual([])
    // Before the damage nothing is missing.
    const early = await emptyFolder()
    expect(await restoreHere(backup, early, { archive: copy, until: moments[0] ?? '' })).toBe('')
    const restored = await startEmbedded(early, log)
    const tables = await query<{ relname: string }>(
      early,
      `select relname from pg_class where relname in ('one', 'two', 'three', 'four')`,
    )
    expect(tables).toEqual([{ relname: 'one' }])
    await restored.release()
  }
})
