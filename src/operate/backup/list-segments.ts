import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArchivedSegment } from './segment-rules.ts'

/** Number of files inspected concurrently. */
const atOnce = 32

/** Lists all files of a WAL archive with their sizes, sorted by name. */
export async function listSegments(archive: string): Promise<ArchivedSegment[]> {
  const names = (await readdir(archive)).toSorted()
  const found: ArchivedSegment[] = []
  for (let from = 0; from < names.length; from += atOnce) {
    const sizes = await Promise.all(names.slice(from, from + atOnce).map((name) => sizeOf(archive, name)))
    found.push(...sizes.flatMap((one) => one ?? []))
  }
  return found
}

/** Undefined for a file that is removed or renamed at that moment. */
async function sizeOf(archive: string, name: string): Promise<ArchivedSegment | undefined> {
  try {
    const { size } = await stat(join(archive, name))
    return { name, bytes: size }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
