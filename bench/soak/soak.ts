import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { readConfig } from '../../src/platform/config.ts'
import { openDatabase } from '../../src/platform/db/database.ts'
import { folderOf, say } from '../folder.ts'
import { Latencies } from '../latencies.ts'
import { describeMachine } from '../machine.ts'
import { residentMb } from '../memory.ts'
import type { BenchOptions } from '../options.ts'
import { startServer, type Server } from '../server.ts'
import {
  checkLedger,
  createWritesDataset,
  distinctOf,
  headersOf,
  mobileOf,
  redemptionOf,
  type WritesDataset,
} from '../writes/dataset.ts'

const minutesOf: Readonly<Record<string, number>> = { full: 30, small: 2 }
const coupons = 50_000
const callers = 16
const capacityS = 10
/** As a fraction of the server's capacity. */
const load = 0.5
const sampleEveryMs = 2_000
/** What the memory of the last third may exceed that of the second third by, in MiB. */
const maxGrowthMb = 10
const dataDir = folderOf('soak')

interface Window {
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly residentMb: number
}

/** A till's sale: look, check, redeem, and take back, so that no code is ever used up. */
async function* salesOf(server: Server, data: WritesDataset, failures: string[]): AsyncGenerator<void> {
  const origin = `http://127.0.0.1:${server.port}`
  const headers = { ...headersOf(data), 'content-type': 'application/json' }
  const send = async (path: string, body?: string): Promise<unknown> => {
    const response = await fetch(
      origin + path,
      body === undefined ? { headers } : { method: 'POST', headers, body },
    )
    const text = await response.text()
    if (!response.ok) failures.push(`${path}: ${response.status} ${text.slice(0, 200)}`)
    return JSON.parse(text)
  }
  for (;;) {
    const { code, customer } = distinctOf(data, next++ % coupons)
    const mobile = mobileOf(customer)
    await send(`/v2/customers/coupons?mobile=${mobile}&limit=20`)
    yield
    await send(`/v2/coupon/is_redeemable?mobile=${mobile}&code=${code}`)
    yield
    const redeemed = (await send('/v2/coupon/redeem', redemptionOf(code, customer))) as Redeemed
    yield
    const id = redeemed.redemption?.[0]?.redemptionId
    await send('/v2/coupon/reactivate', JSON.stringify({ redemptionIds: [id] }))
    yield
  }
}

interface Redeemed {
  readonly redemption?: readonly { readonly redemptionId?: number }[]
}

let next = 0

/** Sends at a fixed rate, or as fast as the answers come, and hands each latency on. */
async function drive(
  server: Server,
  data: WritesDataset,
  { seconds, perSecond = Number.POSITIVE_INFINITY }: { seconds: number; perSecond?: number },
  taken: (ms: number) => void,
  failures: string[],
): Promise<number> {
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1_000
  let sent = 0
  const caller = async (): Promise<void> => {
    for await (const _ of timedBy(salesOf(server, data, failures), taken)) {
      if (performance.now() >= endsAt) return
      const dueAt = startedAt + (sent++ / perSecond) * 1_000
      if (dueAt > performance.now()) await sleep(dueAt - performance.now())
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return sent / ((performance.now() - startedAt) / 1_000)
}

async function* timedBy(steps: AsyncGenerator<void>, taken: (ms: number) => void): AsyncGenerator<void> {
  for (;;) {
    const startedAt = performance.now()
    await steps.next()
    taken(performance.now() - startedAt)
    yield
  }
}

async function meanMemoryMb(pid: number, end: Promise<unknown>): Promise<number> {
  const phase = { isOver: false }
  void end.finally(() => (phase.isOver = true))
  const samples: number[] = []
  while (!phase.isOver) {
    samples.push((await residentMb(pid)) ?? Number.NaN)
    await sleep(sampleEveryMs)
  }
  return samples.reduce((sum, one) => sum + one, 0) / samples.length
}

/** Half an hour at half of what the server can do: its memory and its answers must stay as they are. */
export async function benchSoak({ scale, jsonFile }: BenchOptions): Promise<boolean> {
  const minutes = minutesOf[scale]
  if (minutes === undefined) throw new Error(`--scale is one of ${Object.keys(minutesOf).join(', ')}`)
  const database = await openDatabase(readConfig({ DATA_DIR: dataDir }), pino({ level: 'warn' }))
  try {
    const data = await createWritesDataset(database, coupons)
    const server = await startServer(dataDir)
    try {
      await sleep(sampleEveryMs)
      const idleMb = await residentMb(server.pid)
      const failures: string[] = []
      const capacity = await drive(server, data, { seconds: capacityS }, () => {}, failures)
      const windows: Window[] = []
      for (let minute = 1; minute <= minutes; minute++) {
        const latencies = new Latencies()
        const running = drive(
          server,
          data,
          { seconds: 60, perSecond: capacity * load },
          (ms) => latencies.add(ms),
          failures,
        )
        const mean = await meanMemoryMb(server.pid, running)
        const { requests, p50Ms, p99Ms } = latencies.summary()
        windows.push({ requests, p50Ms, p99Ms, residentMb: mean })
        say(`minute ${minute}: ${requests} requests, p99 ${p99Ms.toFixed(1)} ms, ${mean.toFixed(0)} MiB`)
      }
      const faults = [...failures.slice(0, 5), ...(await checkLedger(database, data))]
      const isFlat = print(windows, capacity, idleMb)
      console.log(faults.length === 0 ? 'every answer was right' : `WRONG: ${faults.join('; ')}`)
      const report = { machine: describeMachine(), capacity, idleMb, windows, isFlat, faults }
      if (jsonFile !== undefined) await writeFile(jsonFile, JSON.stringify(report, undefined, 2))
      return faults.length === 0
    } finally {
      await server.stop()
    }
  } finally {
    await database.close()
  }
}

const meanOf = (windows: readonly Window[]): number =>
  windows.reduce((sum, one) => sum + one.residentMb, 0) / windows.length

function print(windows: readonly Window[], capacity: number, idleMb: number | undefined): boolean {
  const third = Math.max(1, Math.floor(windows.length / 3))
  const [middle, last] = [meanOf(windows.slice(-2 * third, -third)), meanOf(windows.slice(-third))]
  const isFlat = last - middle <= maxGrowthMb
  const p99s = windows.map(({ p99Ms }) => p99Ms)
  console.log(`idle: ${idleMb?.toFixed(0) ?? '?'} MiB resident (mark 110)`)
  console.log(`${capacity.toFixed(0)} requests a second as fast as answers come; then ${load} of that`)
  console.log(`p99 of a minute: from ${Math.min(...p99s).toFixed(1)} to ${Math.max(...p99s).toFixed(1)} ms`)
  console.log(
    `memory: ${middle.toFixed(0)} MiB in the second third, ${last.toFixed(0)} MiB in the last (mark ${maxGrowthMb} MiB more): ${isFlat ? 'flat' : 'GROWS'}`,
  )
  return isFlat
}
