import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { OperatorError } from '../../values/errors.ts'
import type { Content } from './copy-cluster.ts'

export const manifestName = 'backup.json'

/** The description of a backup. */
export interface Manifest {
  /** Version of PostgreSQL, such as `18.4`. */
  readonly postgres: string
  /** By the database clock. A restore can target any moment from the end on. */
  readonly startedAt: string
  readonly endedAt: string
  /** Positions in the write-ahead log. */
  readonly startLsn: string
  readonly endLsn: string
  /** Size of its files, without the log. */
  readonly bytes: number
  /** The contents of its folder `postgres`; undefined: made by a version that wrote no checksums. */
  readonly content?: Content
}

/**
 * The temporary folder of a backup. It is renamed after the manifest is written last, so a backup under its final name
 * is complete.
 */
export const draftOf = (folder: string): string => `${folder}.${process.pid}.draft`
const draftName = /\.\d+\.draft$/

const checksumOf = (manifest: object): string =>
  createHash('sha256').update(JSON.stringify(manifest)).digest('hex')

/** The text of the file, ending with a checksum of itself. */
export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify({ ...manifest, sha256: checksumOf(manifest) })}\n`
}

/**
 * @throws OperatorError if the folder holds no complete backup: none at all, an interrupted one, or one whose manifest
 * was changed.
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, manifestName)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw new OperatorError(`${path} cannot be read: ${error.message}`)
  })
  if (text === undefined) throw new OperatorError(await describeAbsence(folder))
  const damaged = new OperatorError(`${path} is damaged: the backup cannot be trusted`)
  let read: Partial<Manifest> & { sha256?: string }
  try {
    read = JSON.parse(text) as typeof read
  } catch {
    throw damaged
  }
  const { sha256, ...manifest } = read ?? {}
  if (typeof manifest.postgres !== 'string' || typeof manifest.endedAt !== 'string') throw damaged
  if (manifest.content !== undefined || sha256 !== undefined) {
    if (sha256 !== checksumOf(manifest)) throw damaged
  }
  return manifest as Manifest
}

async function describeAbsence(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => undefined)
  if (names === undefined) return `${folder} is not a folder that can be read`
  return draftName.test(basename(folder)) || names.includes('postgres')
    ? `${folder} is a backup that was interrupted before it was complete: use another one`
    : `${folder} holds no backup: there is no ${manifestName}`
}

/** Finds folders of interrupted backups next to a backup. */
export async function findInterrupted(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && draftName.test(entry.name) && !isAlive(entry.name))
    .map(({ name }) => join(parent, name))
}

/** Whether the process that is writing a draft is still running. */
function isAlive(draft: string): boolean {
  try {
    process.kill(Number(/\.(\d+)\.draft$/.exec(draft)?.[1]), 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
