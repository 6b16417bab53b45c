import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { afterEach, expect } from 'vitest'
import { restore } from '../../src/operate/backup/restore.ts'
import { databaseOf, runProgram } from './process-harness.ts'

/** What tests of backups and archives share. */

const archives: string[] = []
afterEach(async () => {
  for (const folder of archives.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** PostgreSQL does not run as root, and must be able to reach the folder. */
export async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'counterfoil-archive-'))
  await chmod(folder, 0o711)
  archives.push(folder)
  return folder
}

export async function query<Row extends object>(dataDir: string, sql: string): Promise<Row[]> {
  const client = new pg.Client(databaseOf(dataDir))
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Runs a command that must succeed. @returns its output. */
export async function succeed(args: readonly string[], dataDir: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram(args, dataDir)
  expect({ args, code, stderr }).toMatchObject({ code: 0 })
  return stdout
}

/** Runs a command that must fail. @returns its error output. */
export async function fail(args: readonly string[], dataDir: string): Promise<string> {
  const { code, stderr } = await runProgram(args, dataDir)
  expect({ args, code }).toEqual({ args, code: 1 })
  return stderr
}

/** Restores like the command `restore`, without a separate process. @returns the reason of a refusal, else empty. */
export async function restoreHere(
  from: string,
  dataDir: string,
  how: { archive?: string; until?: string; isUnverified?: boolean } = {},
): Promise<string> {
  const { archive, until, isUnverified = false } = how
  const log = pino({ level: 'silent' })
  return restore(dataDir, { from, archive, until, isUnverified }, log).then(
    () => '',
    (error: Error) => error.message,
  )
}
