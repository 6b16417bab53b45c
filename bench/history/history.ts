import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from '../../src/platform/config.ts'
import { findPostmaster } from '../../src/platform/embedded-postgres/postmaster.ts'
import { folderOf, say } from '../folder.ts'
import { bestConcurrency, trial } from '../best-concurrency.ts'
import { processCpuUs, treeCpuUs } from '../cpu.ts'
import { inProcess, runLoad } from '../load.ts'
import { describeMachine } from '../machine.ts'
import type { BenchOptions } from '../options.ts'
import { seededIntegers } from '../random.ts'
import { startServer, type Server } from '../server.ts'
import { warmFiles } from '../warm-files.ts'
import { checkAnswers } from './check-answers.ts'
import { largestId, mobileOf, openDataset, scales, till, type Dataset } from './dataset.ts'
import type { DriverJob, DriverResult } from './driver-load.ts'
import { measureFirstPage } from './largest.ts'
import { runPgbench } from './pgbench.ts'
import { startReferenceServer } from './reference.ts'
import {
  cheapestOf,
  figuresOf,
  printReport,
  ratiosOf,
  type Figures,
  type Report,
  type Round,
} from './report.ts'

const connections = 32
/** Of the naive service: a server's default. */
const poolSize = 10
const warmUpMs = 2_000
const checkedCustomers = 300
const seed = 20_260_611

/** Data folder of the bench; kept between runs. */
const dataDir = folderOf()

const headers = { Authorization: `Basic ${Buffer.from(`${till.code}:${till.password}`).toString('base64')}` }
const pathOf = (mobile: string): string => `/v2/customers/coupons?mobile=${mobile}`

export async function benchHistory(options: BenchOptions): Promise<boolean> {
  const scale = scales.find(({ name }) => name === options.scale)
  if (scale === undefined) throw new Error(`--scale is one of ${scales.map(({ name }) => name).join(', ')}`)
  const config = readConfig({ DATA_DIR: join(dataDir, scale.name) })
  const dataset = await openDataset(config, pino({ level: 'warn' }), scale, say)
  try {
    const report = await measure(dataset, config.dataDir, options)
    printReport(report)
    if (options.jsonFile !== undefined)
      await writeFile(options.jsonFile, JSON.stringify(report, undefined, 2))
    return report.check.faults.length === 0
  } finally {
    await dataset.close()
  }
}

/** All measurements alternate, round by round, so that other load on the machine affects all of them. */
async function measure(dataset: Dataset, folder: string, options: BenchOptions): Promise<Report> {
  const { scale, database } = dataset
  await warmFiles(join(folder, 'postgres', 'base'))
  const server = await startServer(folder)
  try {
    const origin = `http://127.0.0.1:${server.port}`
    const sample = seededIntegers(seed + 1, scale.customers)
    const customers = Array.from({ length: checkedCustomers }, sample)
    const check = await checkAnswers(database.pool, origin, headers, customers)
    const body = await (await fetch(`${origin}${pathOf(mobileOf(1))}`, { headers })).text()
    const postmaster = await findPostmaster(join(folder, 'postgres'))
    const rounds = await runRounds(dataset, server, body, Number(postmaster.pid), options)
    const { rows } = await database.pool.query<{ server_version: string }>('show server_version')
    return {
      machine: { ...describeMachine(), postgresql: rows[0]?.server_version ?? '' },
      settings: { ...options, connections, scale, loadS: dataset.loadS },
      figures: cheapestOf(rounds),
      ratios: ratiosOf(rounds),
      rounds,
      firstPage: {
        ordinary: await measureFirstPage(database.pool, 1, scale.couponsPerCustomer),
        largest: await measureFirstPage(database.pool, largestId(scale), scale.couponsPerCustomer),
      },
      check,
    }
  } finally {
    await server.stop()
  }
}

async function runRounds(
  { scale, host, user }: Dataset,
  server: Server,
  body: string,
  postmaster: number,
  { runS, runs }: BenchOptions,
): Promise<Round[]> {
  const timedMs = runS * 1_000
  const postgres = () => treeCpuUs(postmaster)
  const random = seededIntegers(seed, scale.customers)
  const mobiles = Array.from({ length: 50_000 }, () => mobileOf(random()))

  const http = async ({ pid, port }: { pid: number; port: number }): Promise<Figures> => {
    const job = {
      port,
      connections,
      warmUpMs,
      timedMs,
      paths: mobiles.map(pathOf),
      headers,
      minBodyBytes: 1_000,
    }
    const { result, cpuUs } = await runLoad(job, { postgres, node: () => processCpuUs(pid) })
    return figuresOf(result, cpuUs['node'], cpuUs['postgres'], result.cpuUs)
  }
  const driver = async (
    kind: DriverJob['kind'],
    clients: number,
    duration = { warmUpMs, timedMs },
  ): Promise<Figures> => {
    const job = { kind, host, user, mobiles, ...duration, connections: clients }
    const { result, cpuUs } = await inProcess<DriverResult>('./history/driver-load.ts', job, { postgres })
    return { ...figuresOf(result, result.cpuUs, cpuUs['postgres'], undefined), connections: clients }
  }
  const pgbench = async (clients: number, seconds = runS): Promise<Figures | undefined> => {
    const job = { host, user, clients, seconds, customers: scale.customers }
    const figures = await runPgbench(job, postgres)
    return figures && { ...figures, connections: clients }
  }
  const fixed = await startReferenceServer({ kind: 'static', body })
  const naive = await startReferenceServer({ kind: 'naive', host, user, connections: poolSize })
  try {
    const rateOf = async (figures: Promise<Figures | undefined>) => (await figures)?.ratePerS
    const best = {
      pgbench: await bestConcurrency('pgbench', (n) => rateOf(pgbench(n, trial.timedMs / 1_000))),
      plain: await bestConcurrency('driver, plain rows', (n) => rateOf(driver('plain', n, trial))),
      statement: await bestConcurrency('driver, our statement', (n) => rateOf(driver('statement', n, trial))),
    }
    const rounds: Round[] = []
    for (let n = 1; n <= runs; n++) {
      say(`round ${n} of ${runs}`)
      rounds.push({
        counterfoil: await http(server),
        pgbench: (await pgbench(best.pgbench)) ?? null,
        driverPlain: await driver('plain', best.plain),
        driverStatement: await driver('statement', best.statement),
        naive: await http(naive),
        static: await http(fixed),
      })
    }
    return rounds
  } finally {
    fixed.stop()
    naive.stop()
  }
}
