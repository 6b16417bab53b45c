import { readdir, readFile } from 'node:fs/promises'

/**
 * CPU time of processes, from /proc: the only figure that other work on a shared machine does not distort. On systems
 * without /proc it is unknown.
 */

/** The kernel's clock ticks, 100 a second on every Linux that Node runs on. */
const tickUs = 10_000

interface Stat {
  readonly ppid: number
  readonly ownTicks: number
  readonly endedChildrenTicks: number
}

async function readStat(pid: number): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  // The name in brackets may contain spaces; fields are counted after it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (n: number) => Number(fields[n - 3])
  return {
    ppid: field(4),
    ownTicks: field(14) + field(15),
    endedChildrenTicks: field(16) + field(17),
  }
}

/** Microseconds that a process and all of its threads have used; undefined: unknown. */
export async function processCpuUs(pid: number): Promise<number | undefined> {
  const stat = await readStat(pid)
  return stat && stat.ownTicks * tickUs
}

/** The same for a process with its children, including those that have ended. */
export async function treeCpuUs(pid: number): Promise<number | undefined> {
  const root = await readStat(pid)
  if (root === undefined) return undefined
  let ticks = root.ownTicks + root.endedChildrenTicks
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readStat(Number(name))
    if (stat?.ppid === pid) ticks += stat.ownTicks + stat.endedChildrenTicks
  }
  return ticks * tickUs
}
