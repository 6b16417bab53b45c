import { writeFile } from 'node:fs/promises'
import { pino } from 'pino'
import { readConfig } from '../../src/platform/config.ts'
import { openDatabase } from '../../src/platform/db/database.ts'
import { folderOf, say } from '../folder.ts'
import { inProcess, runLoad } from '../load.ts'
import { describeMachine } from '../machine.ts'
import type { BenchOptions } from '../options.ts'
import { startServer } from '../server.ts'
import {
  checkLedger,
  createWritesDataset,
  distinctOf,
  headersOf,
  headersOfTills,
  redemptionOf,
  type WritesDataset,
} from '../writes/dataset.ts'
import type { OpenJob, OpenResult } from './open-load.ts'

const path = '/v2/coupon/redeem'
const warmUpMs = 3_000
const coupons = 400_000
/** Several, since the concurrency of one till is limited. */
const tills = 50
const overload = 3
/** As a fraction of the server's capacity. */
const normalLoad = 0.5
/** Relative to the longest wait before requests are refused. */
const maxP99 = 2
const recoverS = 3
const dataDir = folderOf('overload')

/** Sends three times as many redemptions a second as the server can execute, and then the usual number again. */
export async function benchOverload(options: BenchOptions): Promise<boolean> {
  const config = readConfig({ DATA_DIR: dataDir })
  const database = await openDatabase(config, pino({ level: 'warn' }))
  try {
    const data = await createWritesDataset(database, coupons)
    const server = await startServer(dataDir)
    try {
      const headers = await headersOfTills(database, data, tills)
      // Verifying a password takes longer than everything else, so it is done beforehand.
      for (const one of headers)
        await fetch(`http://127.0.0.1:${server.port}/v2/customers/coupons?id=1`, { headers: one })
      const bodies = bodiesOf(data)
      const take = (count: number): string[] => bodies.splice(0, Math.ceil(count))
      const job = {
        port: server.port,
        connections: 32,
        warmUpMs,
        timedMs: options.runS * 1_000,
        minBodyBytes: 100,
      }
      const all = take(60_000)
      const measured = await runLoad({ ...job, paths: [path], bodies: all, headers: headersOf(data) }, {})
      const perSecond = measured.result.requests / measured.result.seconds
      const open = async (share: number, seconds: number): Promise<OpenResult> => {
        say(`${share} times what it can do, for ${seconds} s`)
        const rate = perSecond * share
        const one: OpenJob = {
          port: server.port,
          perSecond: rate,
          seconds,
          path,
          bodies: take(rate * seconds),
          headers,
        }
        return (await inProcess<OpenResult>('./overload/open-load.ts', one, {})).result
      }
      const before = await open(normalLoad, options.runS)
      const during = await open(overload, options.runS)
      const after = await open(normalLoad, options.runS)
      const faults = await checkLedger(database, data)
      const results = { perSecond, before, during, after }
      const { isMet, lines } = report(results, config.maxWaitMs)
      const machine = describeMachine()
      process.stdout.write(
        [
          `${machine.date}  ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`,
          ...lines,
          ...faults,
          '',
        ].join('\n'),
      )
      if (options.jsonFile !== undefined)
        await writeFile(
          options.jsonFile,
          JSON.stringify({ machine, settings: options, results, faults, isMet }, undefined, 2),
        )
      return faults.length === 0 && [before, during, after].every(({ failed }) => failed.length === 0)
    } finally {
      await server.stop()
    }
  } finally {
    await database.close()
  }
}

function bodiesOf(data: WritesDataset): string[] {
  return Array.from({ length: coupons }, (_, n) => {
    const { code, customer } = distinctOf(data, n)
    return redemptionOf(code, customer)
  })
}

interface Results {
  readonly perSecond: number
  readonly before: OpenResult
  readonly during: OpenResult
  readonly after: OpenResult
}

function report({ perSecond, before, during, after }: Results, maxWaitMs: number) {
  const ms = (value: number) => value.toFixed(0).padStart(8)
  const line = (label: string, one: OpenResult) =>
    [
      label.padEnd(26),
      ...[one.sent, one.accepted, one.refused, one.failed.length].map((n) => String(n).padStart(9)),
      ms(one.acceptedP50Ms),
      ms(one.acceptedP99Ms),
      one.refused === 0 ? '       -' : ms(one.refusedP99Ms),
    ].join('')
  const recovered = after.bySecond.findIndex(
    ({ refused, p99Ms }) => refused === 0 && p99Ms < Math.max(50, 2 * before.acceptedP99Ms),
  )
  const isMet =
    during.acceptedP99Ms <= maxP99 * maxWaitMs &&
    during.refused > 0 &&
    recovered >= 0 &&
    recovered <= recoverS
  const lines = [
    `32 connections one after the other: ${perSecond.toFixed(0)} redemptions/s; MAX_WAIT_MS=${maxWaitMs}`,
    '',
    `${' '.repeat(26)}     sent accepted  refused   failed     p50     p99   p99 of refusals, ms`,
    line(`${normalLoad} times that`, before),
    line(`${overload} times that`, during),
    line(`${normalLoad} times that, at once`, after),
    '',
    `while overloaded ${(during.accepted / during.bySecond.length).toFixed(0)} redemptions/s were accepted; normal again in second ${recovered + 1}`,
    `mark: p99 of what is accepted at most ${maxP99 * maxWaitMs} ms, normal within ${recoverS} s: ${isMet ? 'met' : 'MISSED'}`,
    ...[before, during, after].flatMap(({ failed }) => failed.slice(0, 5)),
  ]
  return { isMet, lines }
}
