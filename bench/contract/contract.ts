import { writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from '../../src/platform/config.ts'
import { openDatabase } from '../../src/platform/db/database.ts'
import { findPostmaster } from '../../src/platform/embedded-postgres/postmaster.ts'
import { folderOf, say } from '../folder.ts'
import { processCpuUs, treeCpuUs } from '../cpu.ts'
import { describeMachine } from '../machine.ts'
import type { BenchOptions } from '../options.ts'
import { startServer, type Server } from '../server.ts'
import { couponsPerCustomer, createContractDataset, type ContractDataset } from './dataset.ts'

/** The three calls that return a customer's whole history, with the location of the coupons in each answer. */
const calls = {
  basic: {
    label: 'GET /v2/customers/coupons (basic)',
    path: (id: number) => `/v2/customers/coupons?id=${id}&limit=${couponsPerCustomer}`,
    at: ['entity', 'customers', '0', 'coupons'],
  },
  detailed: {
    label: 'GET /v2/customers/{id}/coupons',
    path: (id: number) => `/v2/customers/${id}/coupons`,
    at: ['entity'],
  },
  older: {
    label: 'GET /v1.1/customer/coupons',
    path: (id: number) => `/v1.1/customer/coupons?id=${id}&limit=${couponsPerCustomer}`,
    at: ['response', 'customers', 'customer', 'coupons', 'coupon'],
  },
  olderXml: {
    label: 'GET /v1.1/customer/coupons, XML',
    path: (id: number) => `/v1.1/customer/coupons?id=${id}&limit=${couponsPerCustomer}&format=xml`,
    at: undefined,
  },
} as const
type Call = keyof typeof calls
const names = Object.keys(calls) as Call[]

/** Maximum cost relative to the basic history, for the JSON calls. */
const mark = 2
const readers = 4
const warmUpMs = 2_000
const dataDir = folderOf('contract')

/** Microseconds of CPU per coupon, of the server and the database. Null: unknown on this system. */
interface Figures {
  readonly nodeUs: number | null
  readonly postgresUs: number | null
  readonly bytes: number
}
type Round = Readonly<Record<Call, Figures>>

interface Bench {
  readonly data: ContractDataset
  readonly server: Server
  readonly postmaster: number
  readonly timedMs: number
}

const agent = new Agent({ keepAlive: true, maxSockets: readers })

function fetchText({ data, server }: Bench, path: string): Promise<string> {
  const { code, password } = data.till
  const authorization = `Basic ${Buffer.from(`${code}:${password}`).toString('base64')}`
  return new Promise((done, fail) => {
    get({ agent, port: server.port, host: '127.0.0.1', path, headers: { authorization } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', fail)
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        if (answer.statusCode === 200) done(text)
        else fail(new Error(`${path}: ${answer.statusCode} ${text.slice(0, 500)}`))
      })
    }).on('error', fail)
  })
}

/** Ids of the coupons in an answer. */
function idsOf(call: Call, text: string): string[] {
  const { at } = calls[call]
  if (at === undefined) return [...text.matchAll(/<coupon><id>(\d+)<\/id>/g)].map(([, id = '']) => id)
  const found = at.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | undefined)?.[key],
    JSON.parse(text),
  )
  return Array.isArray(found) ? found.map(({ id }: { id: unknown }) => String(id)) : []
}

/** Checks that all calls return the same complete list of coupons, in the same order. @returns the faults. */
async function checkAnswers(bench: Bench): Promise<string[]> {
  const faults: string[] = []
  for (const id of bench.data.customerIds) {
    const ids = new Map<Call, string[]>()
    for (const call of names) ids.set(call, idsOf(call, await fetchText(bench, calls[call].path(id))))
    const expected = ids.get('basic')?.join()
    for (const [call, found] of ids) {
      if (new Set(found).size !== couponsPerCustomer)
        faults.push(`${call} of customer ${id}: ${found.length} coupons`)
      else if (found.join() !== expected) faults.push(`${call} of customer ${id}: other coupons than basic`)
    }
  }
  return faults
}

/** Repeats one call with a few concurrent readers. */
async function run(bench: Bench, call: Call): Promise<Figures> {
  const { data, server, postmaster, timedMs } = bench
  let next = 0
  let counted = 0
  let bytes = 0
  const phase = { isTimed: false, isOver: false }
  const loops = Array.from({ length: readers }, async () => {
    while (!phase.isOver) {
      const id = data.customerIds[next++ % data.customerIds.length] ?? 0
      const { length } = await fetchText(bench, calls[call].path(id))
      if (phase.isTimed) {
        counted += 1
        bytes = length
      }
    }
  })
  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))
  const read = async () => [await processCpuUs(server.pid), await treeCpuUs(postmaster)] as const
  const timed = async () => {
    await pause(warmUpMs)
    const before = await read()
    phase.isTimed = true
    await pause(timedMs)
    phase.isTimed = false
    phase.isOver = true
    return [before, await read()] as const
  }
  const [[before, after]] = await Promise.all([timed(), ...loops])
  const each = (at: 0 | 1) => {
    const [from, to] = [before[at], after[at]]
    return from === undefined || to === undefined ? null : (to - from) / counted / couponsPerCustomer
  }
  return { nodeUs: each(0), postgresUs: each(1), bytes }
}

const cpuOf = ({ nodeUs, postgresUs }: Figures): number | null =>
  nodeUs === null || postgresUs === null ? null : nodeUs + postgresUs

/** Medians of the cost of a call relative to the basic history in the same round. */
function ratioOf(rounds: readonly Round[], call: Call): number | null {
  const ratios = rounds.flatMap((round) => {
    const [part, basic] = [cpuOf(round[call]), cpuOf(round.basic)]
    return part === null || basic === null ? [] : [part / basic]
  })
  return ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? null
}

/** The figures of the cheapest round of each call. */
function cheapestOf(rounds: readonly Round[], call: Call): Figures | undefined {
  return rounds.map((round) => round[call]).sort((a, b) => (cpuOf(a) ?? 0) - (cpuOf(b) ?? 0))[0]
}

/** Measures what a coupon of a long history costs in each call that returns it. */
export async function benchContract(options: BenchOptions): Promise<boolean> {
  const config = readConfig({ DATA_DIR: dataDir })
  const database = await openDatabase(config, pino({ level: 'warn' }))
  try {
    const data = await createContractDataset(database)
    const postmaster = Number((await findPostmaster(join(dataDir, 'postgres'))).pid)
    const server = await startServer(dataDir)
    try {
      const bench = { data, server, postmaster, timedMs: options.runS * 1_000 }
      const faults = await checkAnswers(bench)
      const rounds: Round[] = []
      for (let n = 1; n <= options.runs; n++) {
        say(`round ${n} of ${options.runs}`)
        const figures: [Call, Figures][] = []
        for (const call of names) figures.push([call, await run(bench, call)])
        rounds.push(Object.fromEntries(figures) as Round)
      }
      const ratios = Object.fromEntries(names.map((call) => [call, ratioOf(rounds, call)])) as Record<
        Call,
        number | null
      >
      printReport(options, rounds, ratios, faults, data.customerIds.length)
      if (options.jsonFile !== undefined) {
        const report = { machine: describeMachine(), settings: options, ratios, rounds, faults, mark }
        await writeFile(options.jsonFile, JSON.stringify(report, undefined, 2))
      }
      return faults.length === 0
    } finally {
      agent.destroy()
      await server.stop()
    }
  } finally {
    await database.close()
  }
}

function printReport(
  { runs, runS }: BenchOptions,
  rounds: readonly Round[],
  ratios: Readonly<Record<Call, number | null>>,
  faults: readonly string[],
  customers: number,
): void {
  const machine = describeMachine()
  const number = (value: number | null | undefined) => (typeof value === 'number' ? value.toFixed(2) : '-')
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(40) : cell.padStart(12))).join('')
  const out = [
    `${machine.date}  ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`,
    `${customers} customers with ${couponsPerCustomer} coupons; ${readers} connections; ${runs} rounds of ${runS} s`,
    'CPU per coupon of the cheapest round; the relation is the median of the rounds',
    '',
    line(['', 'µs Node', 'µs PG', 'µs both', 'bytes', 'of basic']),
  ]
  for (const call of names) {
    const cheapest = cheapestOf(rounds, call)
    if (cheapest === undefined) continue
    const { nodeUs, postgresUs, bytes } = cheapest
    const cells = [nodeUs, postgresUs, cpuOf(cheapest)].map(number)
    const size = (bytes / couponsPerCustomer).toFixed(0)
    out.push(line([calls[call].label, ...cells, size, number(ratios[call])]))
  }
  const met = (ratio: number | null) => (ratio === null ? 'unknown' : ratio <= mark ? 'met' : 'MISSED')
  out.push('', `mark: at most ${mark} times the basic history`)
  for (const call of ['detailed', 'older'] as const) out.push(`${calls[call].label}: ${met(ratios[call])}`)
  out.push(`${customers * names.length} answers checked: ${faults.length} faults`, ...faults)
  process.stdout.write(`${out.join('\n')}\n`)
}
