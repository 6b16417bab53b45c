import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Chaos, type Kill } from './chaos.ts'
import { startCluster, type Cluster } from './cluster.ts'
import { Deliveries } from './deliveries.ts'
import type { Findings } from './findings.ts'
import { checkRound } from './oracle/check-round.ts'
import { describePlan, focusNames, planRound, type Focus } from './plan.ts'
import { Random } from './random.ts'
import { playRound } from './round.ts'
import { createWorld } from './world.ts'

export interface RunSettings {
  /** The package whose build is proved. */
  readonly root: string
  readonly seed: number
  readonly processes: number
  readonly databaseUrl: string | undefined
  readonly isKept: boolean
  /** Every event is delivered to a receiver. */
  readonly webhooks: boolean
  readonly log: (line: string) => void
}

const requestsPerRound = 900
const crashRoundMs = 7_000
const raceRoundMs = 60_000
/** Share of the time in which nothing is killed. */
const raceShare = 0.45
const minRequests = 150

/** Starts servers on a new database, runs the work, and stops and removes everything again. */
export async function withCluster(
  settings: RunSettings,
  findings: Findings,
  work: (cluster: Cluster, random: Random) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'counterfoil-proof-'))
  const random = new Random(settings.seed)
  try {
    const { root, processes, databaseUrl } = settings
    const cluster = await startCluster(root, folder, processes, databaseUrl, random, findings)
    try {
      await work(cluster, random)
    } finally {
      await cluster.close()
    }
  } finally {
    if (settings.isKept) settings.log(`Data and logs stay in ${folder}`)
    else rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

export interface RoundSettings {
  readonly focus: Focus
  /** The part that the round belongs to, for the output. */
  readonly part: string
  readonly requests: number
  /** Maximum duration of sending requests. */
  readonly playMs: number
  /** Kill processes while requests are sent. */
  readonly isUnderFire: boolean
  readonly onlyKill?: Kill
  readonly maxClients?: number
}

/** One round: planned from the seed, played, and checked once no work is left. */
export async function round(
  cluster: Cluster,
  random: Random,
  findings: Findings,
  log: RunSettings['log'],
  given: RoundSettings,
): Promise<void> {
  // Interleaving affects how many random numbers a round draws; the next plan must not depend on it.
  const own = new Random(random.int(0, 4_294_967_295))
  const drawn = planRound(random, given.focus, given.requests)
  const plan = { ...drawn, clients: Math.min(drawn.clients, given.maxClients ?? drawn.clients) }
  findings.where = `${given.part}, ${describePlan(plan)}`
  const before = { requests: findings.tally('requests'), checks: findings.checks, startedAtMs: Date.now() }
  const world = await createWorld(cluster, plan)
  const limits = { untilMs: Date.now() + given.playMs, isUnderFire: given.isUnderFire }
  const chaos = new Chaos(cluster, new Random(own.int(0, 4_294_967_295)), findings, given.onlyKill)
  const [played] = await Promise.all([
    playRound(cluster, plan, world, own, findings, limits),
    given.isUnderFire ? chaos.run(limits.untilMs) : undefined,
  ])
  if (given.isUnderFire) await chaos.allReady()
  await checkRound(findings, cluster, world, played, own)
  findings.count('rounds')
  const tookS = ((Date.now() - before.startedAtMs) / 1_000).toFixed(1)
  log(
    `${findings.where}\n    ${findings.tally('requests') - before.requests} requests, ` +
      `${findings.checks - before.checks} checks, ${tookS} s, ${findings.violationCount} violations`,
  )
}

async function playAll(
  cluster: Cluster,
  random: Random,
  settings: RunSettings,
  minutes: number,
  only: Focus | undefined,
  findings: Findings,
): Promise<void> {
  const startedAtMs = Date.now()
  const totalMs = minutes * 60_000
  const next = (n: number): Focus => only ?? (focusNames[(settings.seed + n) % focusNames.length] as Focus)
  let n = 0
  while (Date.now() < startedAtMs + totalMs * raceShare) {
    const part = `race ${n + 1}`
    await round(cluster, random, findings, settings.log, {
      focus: next(n),
      part,
      requests: requestsPerRound,
      playMs: raceRoundMs,
      isUnderFire: false,
    })
    n += 1
  }
  for (let crash = 0; Date.now() < startedAtMs + totalMs; crash++) {
    const playMs = Math.min(crashRoundMs, Math.max(1_000, startedAtMs + totalMs - Date.now()))
    const focus = only ?? random.pick(focusNames)
    const part = `crash ${crash + 1}`
    await round(cluster, random, findings, settings.log, {
      focus,
      part,
      requests: Infinity,
      playMs,
      isUnderFire: true,
    })
  }
}

/** Rounds of races, then rounds of crashes, for the requested time. */
export async function prove(
  settings: RunSettings,
  minutes: number,
  only: Focus | undefined,
  findings: Findings,
): Promise<void> {
  await withCluster(settings, findings, async (cluster, random) => {
    // It has random numbers of its own: the rounds of a seed do not depend on it.
    const deliveries = settings.webhooks
      ? await Deliveries.start(cluster, new Random(settings.seed))
      : undefined
    try {
      await playAll(cluster, random, settings, minutes, only, findings)
      findings.where = 'after the last round'
      await deliveries?.check(findings)
    } finally {
      await deliveries?.close()
    }
    findings.expect(
      findings.tally('acknowledged') >= minRequests,
      'the proof has done something',
      () => 'hardly any request was answered',
    )
  })
}
