import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const lookEveryMs = 50

/** Resident memory of a process in MiB; undefined: unknown, on systems without /proc. */
export async function residentMb(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(text)?.[1]
  return kb === undefined ? undefined : Number(kb) / 1024
}

/**
 * How much a process grows during a job: its maximum after `from`, less its size at that point, in MiB.
 *
 * @param made progress of the job; undefined: it has ended.
 */
export async function growthMb(
  pid: number,
  from: number,
  made: () => Promise<number | undefined>,
): Promise<number | undefined> {
  let base: number | undefined
  let most = 0
  for (;;) {
    const far = await made()
    const now = await residentMb(pid)
    if (now === undefined) return undefined
    if (far === undefined) return base === undefined ? undefined : Math.max(0, most - base)
    if (far >= from) {
      base ??= now
      most = Math.max(most, now)
    }
    await sleep(lookEveryMs)
  }
}
