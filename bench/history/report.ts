import type { describeMachine } from '../machine.ts'
import type { BenchOptions } from '../options.ts'
import type { CheckResult } from './check-answers.ts'
import type { Scale } from './dataset.ts'
import type { PageCost } from './largest.ts'

/** CPU is in microseconds per request; null: unknown. */
export interface Figures {
  readonly ratePerS: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly nodeUs: number | null
  readonly postgresUs: number | null
  /** The process that sends the requests. */
  readonly loadUs: number | null
  /** Of a floor: the number of connections at which it is fastest. */
  readonly connections?: number
}

const kinds = {
  counterfoil: 'Counterfoil over HTTP',
  pgbench: 'plain rows, pgbench -M prepared -j 1 (floor)',
  driverPlain: 'plain rows, driver only (floor)',
  driverStatement: 'its statement, one request each, driver only',
  naive: 'JSON built in SQL, bare HTTP (naive)',
  static: 'same bytes, static server (ceiling)',
}
type Kind = keyof typeof kinds

/** One run of each. `pgbench` is null where there is none. */
export type Round = Readonly<Record<Exclude<Kind, 'pgbench'>, Figures>> & { readonly pgbench: Figures | null }

export interface Report {
  readonly machine: ReturnType<typeof describeMachine> & { readonly postgresql: string }
  readonly settings: Omit<BenchOptions, 'scale'> & { connections: number; scale: Scale; loadS: number | null }
  /** The figures of the round with the least CPU, for each kind separately. */
  readonly figures: Readonly<Record<Kind, Figures | null>>
  /** Medians of the ratios within each round: they are comparable across machines. */
  readonly ratios: Readonly<Record<Ratio, number | null>>
  readonly rounds: readonly Round[]
  readonly firstPage: { readonly ordinary: PageCost; readonly largest: PageCost }
  readonly check: CheckResult
}

export function figuresOf(
  result: { requests: number; seconds: number; p50Ms: number; p99Ms: number },
  nodeUs: number | undefined,
  postgresUs: number | undefined,
  loadUs: number | undefined,
): Figures {
  const each = (us: number | undefined) => (us === undefined ? null : us / result.requests)
  return {
    ratePerS: result.requests / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    nodeUs: each(nodeUs),
    postgresUs: each(postgresUs),
    loadUs: each(loadUs),
  }
}

const cpuOf = (figures: Figures): number | null =>
  figures.nodeUs === null || figures.postgresUs === null ? null : figures.nodeUs + figures.postgresUs

export function cheapestOf(rounds: readonly Round[]): Report['figures'] {
  const cost = (one: Figures) => cpuOf(one) ?? -one.ratePerS
  const best = Object.keys(kinds).map((kind) => {
    const [first = null, ...others] = rounds.map((round) => round[kind as Kind])
    return [kind, others.reduce((a, b) => (a && b && cost(b) < cost(a) ? b : a), first)]
  })
  return Object.fromEntries(best) as Report['figures']
}

type Relation = (round: Round) => number | null

const over = (part: number | null, whole: number | null | undefined): number | null =>
  part === null || typeof whole !== 'number' ? null : part / whole

const relations = {
  'pgbench, rate': (round) => over(round.counterfoil.ratePerS, round.pgbench?.ratePerS),
  'plain rows through the driver, rate': (round) =>
    over(round.counterfoil.ratePerS, round.driverPlain.ratePerS),
  'plain rows through the driver, CPU': (round) => over(cpuOf(round.counterfoil), cpuOf(round.driverPlain)),
  'its statement through the driver, rate': (round) =>
    over(round.counterfoil.ratePerS, round.driverStatement.ratePerS),
  'its statement through the driver, CPU of PostgreSQL': (round) =>
    over(round.counterfoil.postgresUs, round.driverStatement.postgresUs),
  'JSON built in SQL, rate': (round) => over(round.counterfoil.ratePerS, round.naive.ratePerS),
  'JSON built in SQL, CPU': (round) => over(cpuOf(round.counterfoil), cpuOf(round.naive)),
  'the static server, rate': (round) => over(round.counterfoil.ratePerS, round.static.ratePerS),
} satisfies Record<string, Relation>
type Ratio = keyof typeof relations

export function ratiosOf(rounds: readonly Round[]): Report['ratios'] {
  const medians = Object.entries<Relation>(relations).map(([name, relation]) => {
    const values = rounds.map(relation).filter((value) => value !== null)
    return [name, values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null]
  })
  return Object.fromEntries(medians) as Report['ratios']
}

export function printReport({ machine, settings, figures, ratios, firstPage, check }: Report): void {
  const number = (value: number | null, digits = 0) => (value === null ? '-' : value.toFixed(digits))
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(54) : cell.padStart(10))).join('')
  const { scale } = settings
  const out = [
    `${machine.date}  ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, PostgreSQL ${machine.postgresql}`,
    `${scale.customers} customers, ${scale.customers * scale.couponsPerCustomer} coupons; ${settings.connections} connections; cheapest of ${settings.runs} rounds of ${settings.runS} s`,
    settings.loadS === null ? 'data loaded by an earlier run' : `data loaded in ${number(settings.loadS)} s`,
    '',
    line(['', 'per s', 'p50 ms', 'p99 ms', 'µs Node', 'µs PG', 'µs both', 'µs load']),
  ]
  for (const [key, label] of Object.entries(kinds)) {
    const one = figures[key as Kind]
    if (one === null) out.push(`${label}: left out, it is not on the PATH`)
    else {
      const cpu = [one.nodeUs, one.postgresUs, cpuOf(one), one.loadUs].map((value) => number(value))
      const best = one.connections === undefined ? '' : `  at its best, ${one.connections} connections`
      const cells = [label, number(one.ratePerS), number(one.p50Ms, 1), number(one.p99Ms, 1), ...cpu]
      out.push(`${line(cells)}${best}`)
    }
  }
  out.push('', 'Counterfoil in relation to (median of the rounds)')
  for (const [name, value] of Object.entries(ratios)) out.push(line([`  ${name}`, number(value, 2)]))
  out.push('', 'First page of 15, PostgreSQL alone')
  for (const cost of [firstPage.ordinary, firstPage.largest]) {
    out.push(
      `  a customer with ${cost.coupons} coupons: ${number(cost.executionMs, 2)} ms, ${cost.buffers} buffers`,
    )
  }
  out.push(
    '',
    `${check.checked} answers checked against plain SQL: ${check.faults.length} faults`,
    ...check.faults,
  )
  process.stdout.write(`${out.join('\n')}\n`)
}
