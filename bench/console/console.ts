import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from '../../src/platform/config.ts'
import { findPostmaster } from '../../src/platform/embedded-postgres/postmaster.ts'
import { processCpuUs, treeCpuUs } from '../cpu.ts'
import { folderOf, say } from '../folder.ts'
import { openDataset, scales, type Dataset } from '../history/dataset.ts'
import { Latencies } from '../latencies.ts'
import { describeMachine } from '../machine.ts'
import type { BenchOptions } from '../options.ts'
import { startServer, type Server } from '../server.ts'
import { warmFiles } from '../warm-files.ts'
import { checkFigures, plainDaysSql } from './check-figures.ts'
import { auditRows, fill, signIn } from './fill.ts'
import { questionsOf } from './questions.ts'

/** One person asks one question after the other: a fixed number of each per round, or as many as fit into the time. */
const asksPerRound = 40
const plainCounts = 'overview counted plainly (driver)'

interface Figures {
  readonly name: string
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** A request of the cheapest round; undefined: unknown on this system. */
  readonly nodeUs: number | undefined
  readonly postgresUs: number | undefined
  readonly bytes: number
}

/** Measures the cost of the console's lists and aggregates, in the dataset of `history`. */
export async function benchConsole({ scale: name, runs, runS, jsonFile }: BenchOptions): Promise<boolean> {
  const scale = scales.find((one) => one.name === name)
  if (scale === undefined) throw new Error(`--scale is one of ${scales.map((one) => one.name).join(', ')}`)
  const config = readConfig({ DATA_DIR: join(folderOf(), scale.name) })
  const dataset = await openDataset(config, pino({ level: 'warn' }), scale, say)
  try {
    await fill(dataset.database)
    await warmFiles(join(config.dataDir, 'postgres', 'base'))
    const postmaster = Number((await findPostmaster(join(config.dataDir, 'postgres'))).pid)
    const server = await startServer(config.dataDir)
    try {
      const { figures, faults } = await measure(dataset, server, postmaster, runs, runS)
      print(figures)
      console.log(faults.length === 0 ? 'every figure is right' : `WRONG: ${faults.join('; ')}`)
      const report = { machine: describeMachine(), settings: { scale, auditRows, runs }, figures, faults }
      if (jsonFile !== undefined) await writeFile(jsonFile, JSON.stringify(report, undefined, 2))
      return faults.length === 0
    } finally {
      await server.stop()
    }
  } finally {
    await dataset.close()
  }
}

async function measure(
  { database, scale }: Dataset,
  { port, pid }: Server,
  postmaster: number,
  runs: number,
  runS: number,
): Promise<{ figures: Figures[]; faults: string[] }> {
  const { pool } = database
  const origin = `http://127.0.0.1:${port}`
  const headers = await signIn(database, origin)
  const get = async (path: string): Promise<string> => {
    const response = await fetch(origin + path, { headers })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text.slice(0, 200)}`)
    return text
  }
  say('checking')
  const read = async (path: string) => JSON.parse(await get(path)) as Record<string, unknown>
  const faults = await checkFigures(pool, read, scale)
  const { rows } = await pool.query<{ code: string }>(
    'select code from coupons where org_id = 1 and id % 997 = 3 order by id limit 500',
  )
  const codes = rows.map(({ code }) => code)
  const asked = questionsOf(scale, codes).map((question) => ({
    question,
    ask: () => get(question.path()),
  }))
  const meters = [
    ...asked.map(({ question, ask }) => new Meter(question.name, ask)),
    new Meter(plainCounts, async () => JSON.stringify((await pool.query(plainDaysSql, [null])).rows)),
  ]
  const cpu = async () => ({ node: await processCpuUs(pid), postgres: await treeCpuUs(postmaster) })
  for (let round = 1; round <= runs; round += 1) {
    say(`round ${round} of ${runs}`)
    for (const meter of meters) await meter.run(cpu, runS * 1000)
  }
  return { figures: meters.map((meter) => meter.figures()), faults }
}

interface Cpu {
  readonly node: number | undefined
  readonly postgres: number | undefined
}

/** Asks one question round after round, and records the cost. */
class Meter {
  readonly #name: string
  readonly #ask: () => Promise<string>
  readonly #latencies = new Latencies()
  readonly #cpuUs: Cpu[] = []
  #bytes = 0

  constructor(name: string, ask: () => Promise<string>) {
    this.#name = name
    this.#ask = ask
  }

  async run(readCpu: () => Promise<Cpu>, timeMs: number): Promise<void> {
    this.#bytes = (await this.#ask()).length
    const before = await readCpu()
    const endsAt = performance.now() + timeMs
    let asked = 0
    while (asked < asksPerRound && (asked < 3 || performance.now() < endsAt)) {
      const startedAt = performance.now()
      await this.#ask()
      this.#latencies.add(performance.now() - startedAt)
      asked += 1
    }
    const after = await readCpu()
    const each = (kind: keyof Cpu): number | undefined =>
      before[kind] === undefined || after[kind] === undefined
        ? undefined
        : (after[kind] - before[kind]) / asked
    this.#cpuUs.push({ node: each('node'), postgres: each('postgres') })
  }

  figures(): Figures {
    const sum = ({ node = 0, postgres = 0 }: Cpu): number => node + postgres
    const [cheapest] = this.#cpuUs.toSorted((one, other) => sum(one) - sum(other))
    return {
      name: this.#name,
      ...this.#latencies.summary(),
      nodeUs: cheapest?.node,
      postgresUs: cheapest?.postgres,
      bytes: this.#bytes,
    }
  }
}

const milliseconds = (us: number | undefined): string => (us === undefined ? '?' : (us / 1000).toFixed(1))

function print(figures: readonly Figures[]): void {
  console.log(
    `${'one person, one question after the other'.padEnd(42)} p50 / p99 ms    ms Node + PostgreSQL   KB`,
  )
  for (const { name, p50Ms, p99Ms, nodeUs, postgresUs, bytes } of figures)
    console.log(
      `${name.padEnd(42)} ${`${p50Ms.toFixed(1)} / ${p99Ms.toFixed(1)}`.padEnd(15)} ${`${milliseconds(nodeUs)} + ${milliseconds(postgresUs)}`.padEnd(22)} ${(bytes / 1024).toFixed(1)}`,
    )
}
