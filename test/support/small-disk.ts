import { spawnSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyFolder } from './process-harness.ts'

interface SmallDisk {
  readonly folder: string
  /** Takes all room that is left. @returns what gives it back. */
  fill(): () => Promise<void>
  remove(): void
}

/** A disk of this many mebibytes; undefined if this account may not mount one. */
export async function smallDisk(mebibytes: number): Promise<SmallDisk | undefined> {
  const folder = await emptyFolder()
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder])
  if (status !== 0) return undefined
  return {
    folder,
    fill: () => {
      const filler = join(folder, 'filler')
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k'])
      return () => rm(filler)
    },
    remove: () => void spawnSync('umount', ['-l', folder]),
  }
}
