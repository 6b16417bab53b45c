import { open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '../../values/errors.ts'
import { listSegments } from './list-segments.ts'
import { findInterrupted, manifestName, readManifest } from './manifest.ts'
import { isSegment, type ArchivedSegment } from './segment-rules.ts'
import { firstSegmentOf } from './verify-backup.ts'

export interface Pruned {
  /** Folder of the oldest backup. */
  readonly oldestBackup: string
  /** The oldest segment needed to restore it. */
  readonly firstNeeded: string
  /** Files that are deleted, or would be. */
  readonly deleted: readonly string[]
  readonly deletedBytes: number
  readonly keptBytes: number
}

/**
 * Deletes the segments of an archive that no backup in a folder needs: those from before the oldest backup began.
 *
 * @param backups folder with the retained backups, each in a folder of its own; or a single backup.
 * @param isDry delete nothing.
 * @throws OperatorError if it cannot determine the needed segments: no backup, an unreadable one, or one of another
 * database than the archive's. Nothing is then deleted.
 */
export async function pruneArchive(archive: string, backups: string, isDry: boolean): Promise<Pruned> {
  const kept = await findBackups(backups)
  const starts = await Promise.all(kept.map(startOf))
  const [oldest] = starts.toSorted((one, other) => (orderOf(one.segment) < orderOf(other.segment) ? -1 : 1))
  if (oldest === undefined)
    throw new OperatorError(`${backups} contains no backup, so every segment may be needed`)
  const files = await listSegments(archive)
  await requireSameDatabase(archive, files, starts)
  const isNeeded = ({ name }: ArchivedSegment): boolean =>
    !/^[0-9A-F]{24}(\.[0-9A-F]{8}\.backup)?$/.test(name) || orderOf(name) >= orderOf(oldest.segment)
  const deleted = files.filter((file) => !isNeeded(file))
  // Oldest first: an interruption leaves an archive without gaps.
  if (!isDry) for (const { name } of deleted) await rm(join(archive, name), { force: true })
  const sum = (some: readonly ArchivedSegment[]): number =>
    some.reduce((total, { bytes }) => total + bytes, 0)
  return {
    oldestBackup: oldest.folder,
    firstNeeded: oldest.segment,
    deleted: deleted.map(({ name }) => name),
    deletedBytes: sum(deleted),
    keptBytes: sum(files) - sum(deleted),
  }
}

/** Segments sort correctly within and across timelines if the timeline is omitted, as in PostgreSQL's own clean-up. */
const orderOf = (name: string): string => name.slice(8, 24)

async function findBackups(folder: string): Promise<string[]> {
  const isBackup = (path: string): Promise<boolean> =>
    stat(join(path, manifestName)).then(
      () => true,
      () => false,
    )
  if (await isBackup(folder)) return [folder]
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new OperatorError(`The folder of backups cannot be read: ${error.message}`)
  })
  const interrupted = await findInterrupted(folder)
  const found: string[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (!entry.isDirectory() || interrupted.includes(path)) continue
    if (await isBackup(path)) found.push(path)
    else if ((await readdir(path)).includes('postgres'))
      throw new OperatorError(
        `${path} is a backup that is not complete: wait until it is, or delete it when it was interrupted. Nothing was deleted from the archive`,
      )
  }
  return found
}

interface Start {
  readonly folder: string
  readonly segment: string
  readonly systemId: bigint
}

async function startOf(folder: string): Promise<Start> {
  await readManifest(folder)
  const segment = await firstSegmentOf(join(folder, 'postgres'))
  const systemId = await readIdentifier(join(folder, 'postgres', 'global', 'pg_control'), 0)
  if (segment === undefined || systemId === undefined)
    throw new OperatorError(`The backup in ${folder} is damaged, so it is not known which segments it needs`)
  return { folder, segment, systemId }
}

/** Offset of the database identifier in the header of a segment; `pg_control` begins with it. */
const identifierOffset = 24

async function requireSameDatabase(
  archive: string,
  files: readonly ArchivedSegment[],
  starts: readonly Start[],
): Promise<void> {
  const segments = files.filter(({ name }) => isSegment(name))
  // A different database shows in the first or the last segment; those in between need not be read.
  for (const { name } of [segments.at(0), segments.at(-1)].flatMap((one) => one ?? [])) {
    const systemId = await readIdentifier(join(archive, name), identifierOffset)
    const other = starts.find((start) => start.systemId !== systemId)
    if (other !== undefined)
      throw new OperatorError(
        `${name} in ${archive} does not belong to the same database as the backup in ${other.folder}. Nothing was deleted`,
      )
  }
}

/** PostgreSQL writes it in native byte order: the embedded one runs only on little-endian machines. */
async function readIdentifier(path: string, offset: number): Promise<bigint | undefined> {
  const file = await open(path, 'r').catch(() => undefined)
  try {
    const read = await file?.read(Buffer.alloc(8), 0, 8, offset)
    return read?.bytesRead === 8 ? read.buffer.readBigUInt64LE() : undefined
  } finally {
    await file?.close()
  }
}
