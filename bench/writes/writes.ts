import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from '../../src/platform/config.ts'
import { createContextOn } from '../../src/ledger/context.ts'
import { openDatabase } from '../../src/platform/db/database.ts'
import { findPostmaster } from '../../src/platform/embedded-postgres/postmaster.ts'
import { folderOf, say } from '../folder.ts'
import { processCpuUs, treeCpuUs } from '../cpu.ts'
import { runLoad } from '../load.ts'
import { describeMachine } from '../machine.ts'
import type { BenchOptions } from '../options.ts'
import { startServer } from '../server.ts'
import { checkLedger, createWritesDataset, headersOf, mobileOf, redemptionOf } from './dataset.ts'
import {
  guardedHot,
  guardedRedeem,
  textbookHot,
  textbookIssue,
  textbookRedeem,
  type Floor,
} from './floors.ts'
import { checkHolds, openBudget, planHolds } from './holds.ts'
import {
  atItsBest,
  httpConnections,
  inLoop,
  perRequest,
  take,
  verbCallers,
  warmUpMs,
  type Bench,
  type Figures,
  type Pile,
  type Plan,
} from './runs.ts'
import { callerOf, issueVerb, redeemVerb } from './verbs.ts'

type Name = 'redeem' | 'hot' | 'issue' | 'hold'

/** Enough for every run of a bench: none is redeemed twice. */
const couponsOfAPile = 1_500_000
const dataDir = folderOf('writes')

const floor = (bench: Bench, pile: Pile, work: Floor) =>
  atItsBest((connections, duration) =>
    inLoop(bench, connections, () => work(bench.database.pool, bench.data, take(bench, pile).code), duration),
  )

const verb = (bench: Bench, pile: Pile) => () => {
  const { context, data } = bench
  const caller = callerOf(data)
  return inLoop(bench, verbCallers, () =>
    pile === 'issue'
      ? issueVerb(context, caller, data, take(bench, pile).customer)
      : redeemVerb(context, caller, data, take(bench, pile)),
  )
}

const http = (bench: Bench, pile: Pile) => async (): Promise<Figures> => {
  const requests = Math.ceil(((warmUpMs + bench.timedMs) / 1000) * 6_000)
  const bodies = Array.from({ length: requests }, () => {
    const { code, customer } = take(bench, pile)
    return pile === 'issue'
      ? JSON.stringify({ seriesId: bench.data.issueSeriesId, customer: { mobile: mobileOf(customer) } })
      : redemptionOf(code, customer)
  })
  const { result, cpuUs } = await runLoad(
    {
      port: bench.server.port,
      connections: httpConnections,
      warmUpMs,
      timedMs: bench.timedMs,
      paths: [pile === 'issue' ? '/v2/coupon/issue' : '/v2/coupon/redeem'],
      bodies,
      headers: headersOf(bench.data),
      minBodyBytes: 300,
    },
    { postgres: () => treeCpuUs(bench.postmaster), node: () => processCpuUs(bench.server.pid) },
  )
  const { p50Ms, p99Ms } = result
  return {
    perSecond: result.requests / result.seconds,
    p50Ms,
    p99Ms,
    ...perRequest(result.requests, cpuUs['node'], cpuUs['postgres']),
  }
}

/** The runs of a bench, in order, and the ratios to report. */
function plan(name: Name, bench: Bench): Plan {
  if (name === 'hold') return planHolds(bench)
  if (name === 'redeem') {
    return {
      runs: {
        'HTTP, distinct codes, 32 connections': http(bench, 'distinct'),
        [`verb only, distinct codes, ${verbCallers} callers`]: verb(bench, 'distinct'),
        'textbook transaction': floor(bench, 'distinct', textbookRedeem),
        'guarded statement': floor(bench, 'distinct', guardedRedeem),
      },
      ratios: [
        ['HTTP, distinct codes, 32 connections', 'textbook transaction', 1],
        [`verb only, distinct codes, ${verbCallers} callers`, 'textbook transaction', 3],
      ],
    }
  }
  if (name === 'hot') {
    return {
      runs: {
        'HTTP, one capped series, 32 connections': http(bench, 'hot'),
        'HTTP, distinct codes, 32 connections': http(bench, 'distinct'),
        [`verb only, one capped series, ${verbCallers} callers`]: verb(bench, 'hot'),
        'textbook transaction on the hot row': floor(bench, 'hot', textbookHot),
        'guarded statement on the hot row': floor(bench, 'hot', guardedHot),
      },
      ratios: [
        ['HTTP, one capped series, 32 connections', 'textbook transaction on the hot row', 5],
        ['HTTP, one capped series, 32 connections', 'HTTP, distinct codes, 32 connections', 0.7],
      ],
    }
  }
  return {
    runs: {
      'HTTP issue, 32 connections': http(bench, 'issue'),
      [`verb only, ${verbCallers} callers`]: verb(bench, 'issue'),
      'textbook transaction': floor(bench, 'issue', textbookIssue),
    },
    ratios: [['HTTP issue, 32 connections', 'textbook transaction', 1]],
  }
}

/** All runs alternate, round by round; the best round of each counts, because the others were disturbed. */
async function measure(
  name: Name,
  bench: Bench,
  runs: number,
): Promise<{ figures: Record<string, Figures>; ratios: string[] }> {
  const { runs: works, ratios } = plan(name, bench)
  const best: Record<string, Figures> = {}
  for (let round = 1; round <= runs; round++) {
    say(`round ${round} of ${runs}`)
    for (const [label, work] of Object.entries(works)) {
      const figures = await work(label)
      if (figures.perSecond > (best[label]?.perSecond ?? 0)) best[label] = figures
    }
  }
  const told = ratios.map(([of, to, mark]) => {
    const ratio = (best[of]?.perSecond ?? 0) / (best[to]?.perSecond ?? 1)
    return `${ratio.toFixed(2)} × ${to}: ${of} (mark ${mark})`
  })
  return { figures: best, ratios: told }
}

function print(figures: Record<string, Figures>, ratios: readonly string[], faults: readonly string[]): void {
  const number = (value: number | undefined, digits = 0) =>
    (value === undefined ? '?' : value.toFixed(digits)).padStart(8)
  const width = Math.max(...Object.keys(figures).map((label) => label.length))
  console.log(`${''.padEnd(width)}      /s   p50 ms   p99 ms  µs Node    µs PG`)
  for (const [label, one] of Object.entries(figures)) {
    const cells = [
      number(one.perSecond),
      number(one.p50Ms, 2),
      number(one.p99Ms, 2),
      number(one.nodeUs),
      number(one.postgresUs),
    ]
    const best = one.connections === undefined ? '' : `  at its best, ${one.connections} connections`
    console.log(`${label.padEnd(width)}${cells.join(' ')}${best}`)
  }
  for (const ratio of ratios) console.log(ratio)
  console.log(faults.length === 0 ? 'the ledger adds up' : `WRONG: ${faults.join('; ')}`)
}

/** Coupons of a pile. */
function sizeOf(name: Name, { scale }: BenchOptions): number {
  if (name === 'issue') return 1_000
  if (scale !== 'small') return couponsOfAPile
  return name === 'hold' ? 200_000 : 500_000
}

/** Compares redeeming and issuing with the straightforward implementation. Commits wait for the disk on both sides. */
export async function benchWrites(name: Name, options: BenchOptions): Promise<boolean> {
  const log = pino({ level: 'warn' })
  const config = readConfig({ DATA_DIR: dataDir, DATABASE_CONNECTIONS: '40' })
  const database = await openDatabase(config, log)
  try {
    const { rows } = await database.pool.query<{ synchronous_commit: string }>('show synchronous_commit')
    if (rows[0]?.synchronous_commit !== 'on') throw new Error('synchronous_commit is not on')
    say('loading')
    const size = sizeOf(name, options)
    const data = await createWritesDataset(database, size)
    const server = await startServer(dataDir)
    try {
      const { pid = 0 } = await findPostmaster(join(dataDir, 'postgres'))
      const bench: Bench = {
        database,
        context: createContextOn(config, log, database),
        data,
        server,
        postmaster: pid,
        timedMs: options.runS * 1000,
        used: { distinct: 0, hot: 0, issue: 0 },
      }
      if (name === 'hold') await openBudget(bench)
      const { figures, ratios } = await measure(name, bench, options.runs)
      const faults = [
        ...(await checkLedger(database, data)),
        ...(name === 'hold' ? await checkHolds(bench) : []),
      ]
      print(figures, ratios, faults)
      const report = { name, machine: describeMachine(), options, figures, ratios, faults }
      if (options.jsonFile !== undefined)
        await writeFile(options.jsonFile, JSON.stringify(report, undefined, 2))
      return faults.length === 0
    } finally {
      await server.stop()
    }
  } finally {
    await database.close()
  }
}
