import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { longestLog, shortenServerLog, startFailureIn } from './server-log.ts'

let dataDir: string
let path: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'counterfoil-log-'))
  path = join(dataDir, 'postgres.log')
})
afterEach(() => rm(dataDir, { recursive: true }))

const line = `${'x'.repeat(99)}\n`
const longLog = (last: string): string => line.repeat(longestLog / line.length + 1) + last

test('a log that has grown too long is truncated while processes append to it, and its end is kept', async () => {
  for (const last of ['monday\n', 'tuesday\n']) {
    await writeFile(path, longLog(last))
    const writer = await open(path, 'a')
    await shortenServerLog(dataDir)
    await writer.write('after\n')
    await writer.close()
    // A writer that did not append would leave a hole before this line.
    expect(await readFile(path, 'utf8')).toBe('after\n')
    const kept = await readFile(`${path}.1`, 'utf8')
    expect(kept.endsWith(line + last)).toBe(true)
    // It starts at the beginning of a line and is no longer than the limit.
    expect(kept.startsWith(line)).toBe(true)
    expect(kept.length).toBeLessThanOrEqual(4 * 1024 ** 2)
    expect(kept.length).toBeGreaterThan(3 * 1024 ** 2)
    expect((await stat(`${path}.1`)).mode & 0o777).toBe(0o600)
  }
})

test('a log that is not too long remains unchanged, and a missing one is not created', async () => {
  await shortenServerLog(dataDir)
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
  await writeFile(path, line)
  await shortenServerLog(dataDir)
  expect(await readFile(path, 'utf8')).toBe(line)
  await expect(stat(`${path}.1`)).rejects.toMatchObject({ code: 'ENOENT' })
})

test.each([
  [
    'a full disk rather than its consequences',
    `FATAL:  could not write to file "pg_wal/xlogtemp.5": No space left on device
PANIC:  cannot abort transaction 1, it was already committed
child process was terminated by signal 6: Aborted
initdb: removing contents of data directory`,
    'FATAL:  could not write to file "pg_wal/xlogtemp.5": No space left on device',
  ],
  [
    'a lack of memory rather than rejections of connections that came too early',
    `2026-05-01 10:00:00.000 UTC [7] FATAL:  could not map anonymous shared memory: Cannot allocate memory
2026-05-01 10:00:00.000 UTC [7] HINT:  This error usually means
2026-05-01 10:00:01.000 UTC [8] FATAL:  the database system is starting up`,
    'FATAL:  could not map anonymous shared memory: Cannot allocate memory',
  ],
  [
    'the last error if no error of the operating system is logged',
    `2026-05-01 10:00:00.000 UTC [7] LOG:  starting PostgreSQL
2026-05-01 10:00:00.000 UTC [7] FATAL:  lock file "postmaster.pid" already exists
2026-05-01 10:00:00.000 UTC [8] FATAL:  database files are incompatible with server`,
    'FATAL:  database files are incompatible with server',
  ],
  ['unknown if nothing was logged', '', undefined],
])('the reason of a failed start is %s', (_, text, expected) => {
  expect(startFailureIn(text)).toBe(expected)
})
