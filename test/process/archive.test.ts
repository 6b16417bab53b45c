import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { startEmbedded } from '../../src/platform/embedded-postgres/embedded.ts'
import { fail, openFolder, query, succeed } from '../support/backup-cases.ts'
import {
  emptyFolder,
  kill,
  madeFolder,
  postmasterPid,
  setUpProcesses,
  startServer,
  stop,
  until,
} from '../support/process-harness.ts'

setUpProcesses()
vi.setConfig({ testTimeout: 300_000 })

const log = pino({ level: 'silent' })

/** Far below the five minutes for which PostgreSQL would sleep, and far above the need of a busy machine. */
const slackMs = 30_000

async function writeSomething(dataDir: string): Promise<string> {
  const [row] = await query<{ segment: string }>(
    dataDir,
    `insert into organisations (name, time_zone, country) values (gen_random_uuid()::text, 'UTC', 'IN')
     returning pg_walfile_name(pg_current_wal_insert_lsn()) as segment`,
  )
  return row?.segment ?? ''
}

const writesAgain = (dataDir: string): Promise<string> =>
  until('PostgreSQL takes writes again', () => writeSomething(dataDir).catch(() => false as const))

const isArchived = (archive: string, segment: string) => async (): Promise<boolean> =>
  (await readdir(archive)).includes(segment)

test('writes are archived within the promised time: after a start, after a crash, and in between', async () => {
  const [dataDir, archive] = [await madeFolder(), await openFolder()]
  await succeed(['wal-archive', '--to', archive, '--within', '2'], dataDir)
  const server = await startServer(dataDir)
  const first = await writeSomething(dataDir)
  await until('the first write is archived', isArchived(archive, first), slackMs)
  const figures = await fetch(`${server.url}/metrics`).then((answer) => answer.text())
  expect(figures).toMatch(/^counterfoil_wal_archive_bytes \d{8,}$/m)
  const second = await writeSomething(dataDir)
  expect(second > first).toBe(true)
  await until('the second write is archived', isArchived(archive, second), slackMs)

  kill(postmasterPid(dataDir))
  const third = await writesAgain(dataDir)
  await until('a write after a crash is archived', isArchived(archive, third), slackMs)

  // PostgreSQL restarts its processes when one of them crashes, but the archiver at the earliest ten seconds after its
  // last start; if that is too soon, it may be a minute until the next check.
  await query(
    dataDir,
    `select pg_sleep(extract(epoch from pg_postmaster_start_time() + interval '12 seconds' - clock_timestamp()))`,
  )
  const [session] = await query<{ pid: number }>(
    dataDir,
    `select pid from pg_stat_activity
     where application_name ~ '^counterfoil( [0-9a-f]{8})*$' and datname = current_database() limit 1`,
  )
  kill(session?.pid)
  const fourth = await writesAgain(dataDir)
  await until('a write after the crash of a session is archived', isArchived(archive, fourth), slackMs)
  await stop(server)
})

test('pruning deletes the segments that no backup needs, refuses if it cannot determine them, and point-in-time restore works afterwards', async () => {
  const [dataDir, backups, archive] = [await madeFolder(), await emptyFolder(), await openFolder()]
  await succeed(['wal-archive', '--to', archive], dataDir)
  const postgres = await startEmbedded(dataDir, log)
  const prune = (folder: string, ...more: string[]): string[] => [
    'wal-archive',
    'prune',
    '--backups',
    folder,
    '--json',
    ...more,
  ]
  const rotate = async (): Promise<string> => {
    await writeSomething(dataDir)
    const [row] = await query<{ segment: string }>(
      dataDir,
      'select pg_walfile_name(pg_switch_wal()) as segment',
    )
    await until('it is archived', isArchived(archive, row?.segment ?? ''))
    return row?.segment ?? ''
  }
  const before = await rotate()
  expect(await fail(prune(backups), dataDir)).toContain('contains no backup')
  await succeed(['backup', '--to', join(backups, 'monday')], dataDir)
  const after = await rotate()
  const [row] = await query<{ at: string; n: number }>(
    dataDir,
    `select to_json(clock_timestamp())#>>'{}' as at, (select count(*)::int from organisations) as n`,
  )
  await succeed(['backup', '--to', join(backups, 'tuesday')], dataDir)
  await rotate()

  const names = await readdir(archive)
  const dry = JSON.parse(await succeed(prune(backups, '--dry-run'), dataDir)) as { deleted: string[] }
  expect(dry.deleted).toContain(before)
  expect(dry.deleted).not.toContain(after)
  expect(await readdir(archive)).toEqual(names)
  expect(JSON.parse(await succeed(prune(backups), dataDir))).toMatchObject({
    oldestBackup: join(backups, 'monday'),
    deleted: dry.deleted,
  })
  expect((await readdir(archive)).toSorted()).toEqual(
    names.filter((name) => !dry.deleted.includes(name)).toSorted(),
  )
  const told = await succeed(['doctor', '--no-database'], dataDir)
  expect(told).toMatch(/The archive \S+ holds \d+ segments of the write-ahead log, 0\.\d GiB/)
  await postgres.release()

  const target = await emptyFolder()
  await succeed(
    ['restore', '--from', join(backups, 'monday'), '--wal', archive, '--until', row?.at ?? ''],
    target,
  )
  const restored = await startEmbedded(target, log)
  expect(await query(target, 'select count(*)::int as n from organisations')).toEqual([{ n: row?.n }])
  await restored.release()

  // A backup of another database does not show which segments of this archive are needed.
  const control = join(backups, 'tuesday', 'postgres', 'global', 'pg_control')
  await writeFile(control, Buffer.concat([Buffer.alloc(8), (await readFile(control)).subarray(8)]))
  expect(await fail(prune(backups), dataDir)).toContain('does not belong to the same database')
})
