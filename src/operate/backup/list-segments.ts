import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArchivedSegment } from './segment-rules.ts'

/** How many files are looked at a time. */
const atOnce = 32

/** Every file of an archive of the write-ahead log with its size, sorted by name. */
export async function listSegments(archive: string): Promise<ArchivedSegment[]> {
  const names = (await readdir(archive)).toSorted()
  const found: ArchivedSegment[] = []
  for (let from = 0; from < names.length; from += atOnce) {
    const sizes = await Promise.all(names.slice(from, from + atOnce).map((name) => sizeOf(archive, name)))
    found.push(...sizes.flatMap((one) => one ?? []))
  }
  return found
}

/** One that is removed or renamed at that moment is none. */
async function sizeOf(archive: string, name: string): Promise<ArchivedSegment | undefined> {
  try {
    const { size } = await stat(join(archive, name))
    return { name, bytes: size }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
