import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '../errors.ts'

export const manifestName = 'backup.json'

/** What a backup says of itself. */
export interface Manifest {
  /** Version of PostgreSQL, as in `18.4`. */
  readonly postgres: string
  /** By the clock of the database. A restore can go to any moment from the end on. */
  readonly startedAt: string
  readonly endedAt: string
  /** Places in the write-ahead log. */
  readonly startLsn: string
  readonly endLsn: string
  /** Of its files, without the log. */
  readonly bytes: number
}

/** @throws OperatorError when the folder holds no whole backup. */
export async function readManifest(folder: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as Manifest
  } catch {
    throw new OperatorError(`${folder} holds no backup: there is no ${manifestName} to read`)
  }
}
