import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { longestLog, shortenServerLog } from './server-log.ts'

let dataDir: string
let path: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'counterfoil-log-'))
  path = join(dataDir, 'postgres.log')
})
afterEach(() => rm(dataDir, { recursive: true }))

const line = `${'x'.repeat(99)}\n`
const longLog = (last: string): string => line.repeat(longestLog / line.length + 1) + last

test('a log that has grown too long is emptied under whoever appends to it, and its end is kept', async () => {
  for (const last of ['monday\n', 'tuesday\n']) {
    await writeFile(path, longLog(last))
    const writer = await open(path, 'a')
    await shortenServerLog(dataDir)
    await writer.write('after\n')
    await writer.close()
    // Where a writer did not append there would be a hole before this line.
    expect(await readFile(path, 'utf8')).toBe('after\n')
    const kept = await readFile(`${path}.1`, 'utf8')
    expect(kept.endsWith(line + last)).toBe(true)
    // From the beginning of a line, and no more than was to be kept.
    expect(kept.startsWith(line)).toBe(true)
    expect(kept.length).toBeLessThanOrEqual(4 * 1024 ** 2)
    expect(kept.length).toBeGreaterThan(3 * 1024 ** 2)
    expect((await stat(`${path}.1`)).mode & 0o777).toBe(0o600)
  }
})

test('a log that is not too long stays as it is, and none is made', async () => {
  await shortenServerLog(dataDir)
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
  await writeFile(path, line)
  await shortenServerLog(dataDir)
  expect(await readFile(path, 'utf8')).toBe(line)
  await expect(stat(`${path}.1`)).rejects.toMatchObject({ code: 'ENOENT' })
})
