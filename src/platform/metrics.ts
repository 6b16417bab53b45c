import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Database } from './db/database.ts'

export interface Metrics {
  readonly registry: Registry
  /** Seconds from the first byte of a request to the last byte of its answer, by method, route and status. */
  readonly requestDuration: Histogram<'method' | 'route' | 'status'>
  /** Requests to sandboxes by status; no other metric of requests and writes includes them. */
  readonly sandboxRequests: Counter<'status'>
  /** Number of requests per transaction, by kind of write. */
  readonly writeBatchSize: Histogram<'kind'>
  /** Requests refused because they would have waited too long. */
  readonly shed: Counter
  /** Requests forwarded to the service at `UPSTREAM_URL`, by the status of the answer. */
  readonly handedOn: Counter<'status'>
  /** Exchanges processed by shadow mode, by outcome. */
  readonly shadowCompared: Counter<'outcome'>
  /** Exchanges with different answers, by till; a till without differences has a series too. */
  readonly shadowDifferent: Counter<'organisation' | 'till'>
  /** Exchanges that shadow mode skipped because too many were waiting. */
  readonly shadowDropped: Counter
  /** Exchanges that wait to be compared. */
  readonly shadowWaiting: Gauge
  /** Connections that were closed at once because the limit was reached. */
  readonly connectionsDropped: Counter
  /** Requests refused because a quota was used up, by kind of route and by the subject of the quota. */
  readonly rateLimited: Counter<'class' | 'by'>
  /** Sign-in attempts refused because too many had failed. */
  readonly signInsRefused: Counter<'kind'>
  /** Failed look-ups of codes, and requests refused because of them, by kind of caller. */
  readonly lookupsFailed: Counter<'kind'>
  readonly lookupsRefused: Counter<'kind'>
  /** How often this process reported guessing of codes, by the subject that showed it. */
  readonly guessingNoticed: Counter<'kind'>
  /** This process's attempts to deliver a message, by outcome. */
  readonly webhookAttempts: Counter<'outcome'>
  /** For every webhook outside sandboxes; the same value in every process. */
  readonly webhookLag: Gauge<'organisation' | 'webhook'>
  readonly webhookMessages: Gauge<'organisation' | 'webhook' | 'state'>
  readonly webhookActive: Gauge<'organisation' | 'webhook'>
  /** For the limits of budgets outside sandboxes; the same value in every process. */
  readonly budgetShare: Gauge<'organisation' | 'series' | 'per' | 'measure'>
  readonly budgetShareReached: Gauge<'organisation' | 'series' | 'per' | 'measure' | 'percent'>
  /** For the chain of events of every organisation except sandboxes; the same value in every process. */
  readonly chainPosition: Gauge<'organisation'>
  readonly chainWaiting: Gauge<'organisation'>
  readonly chainLag: Gauge<'organisation'>
}

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

export function createMetrics({ pool, watch }: Pick<Database, 'pool' | 'watch'>): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requestDuration = new Histogram({
    name: 'counterfoil_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers: [registry],
  })
  new Gauge({
    name: 'counterfoil_database_connections',
    help: 'Connections to the database by state.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'open' }, pool.totalCount)
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'awaited' }, pool.waitingCount)
    },
  })
  new Gauge({
    name: 'counterfoil_database_writable',
    help: '1: this process can write to the database; 0: it cannot, and /ready says why.',
    registers: [registry],
    collect() {
      this.set(watch.trouble === undefined ? 1 : 0)
    },
  })
  const sandboxRequests = new Counter({
    name: 'counterfoil_sandbox_requests_total',
    help: 'Requests to sandboxes; no other metric of requests and writes includes them.',
    labelNames: ['status'],
    registers: [registry],
  })
  const writeBatchSize = new Histogram({
    name: 'counterfoil_write_batch_size',
    help: 'Requests per transaction, by kind of write.',
    labelNames: ['kind'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers: [registry],
  })
  const shed = new Counter({
    name: 'counterfoil_requests_shed_total',
    help: 'Requests refused with 503 because they would have waited too long for their answers.',
    registers: [registry],
  })
  const handedOn = new Counter({
    name: 'counterfoil_handed_on_total',
    help: 'Requests forwarded to the service at UPSTREAM_URL, by the status of the answer.',
    labelNames: ['status'],
    registers: [registry],
  })
  return {
    registry,
    requestDuration,
    sandboxRequests,
    writeBatchSize,
    shed,
    handedOn,
    ...createShadowMetrics(registry),
    ...createLimitMetrics(registry),
    ...createWebhookMetrics(registry),
    ...createBudgetMetrics(registry),
    ...createChainMetrics(registry),
  }
}

function createShadowMetrics(registry: Registry) {
  const registers = [registry]
  return {
    shadowCompared: new Counter({
      name: 'counterfoil_shadow_compared_total',
      help: 'Requests processed by shadow mode, by outcome: equal, different, stale or skipped.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    shadowDifferent: new Counter({
      name: 'counterfoil_shadow_different_total',
      help: 'Requests for which shadow mode found different answers, by the ids of organisation and till.',
      labelNames: ['organisation', 'till'] as const,
      registers,
    }),
    shadowDropped: new Counter({
      name: 'counterfoil_shadow_dropped_total',
      help: 'Requests that shadow mode did not compare because too many others were waiting.',
      registers,
    }),
    shadowWaiting: new Gauge({
      name: 'counterfoil_shadow_waiting',
      help: 'Requests waiting for comparison by shadow mode.',
      registers,
    }),
  }
}

function createLimitMetrics(registry: Registry) {
  const registers = [registry]
  const labelNames = ['kind'] as const
  return {
    connectionsDropped: new Counter({
      name: 'counterfoil_connections_dropped_total',
      help: 'Connections closed at once because the maximum number was open.',
      registers,
    }),
    rateLimited: new Counter({
      name: 'counterfoil_requests_limited_total',
      help: 'Requests refused with 429 because a quota was used up, by kind of route and subject of the quota.',
      labelNames: ['class', 'by'] as const,
      registers,
    }),
    signInsRefused: new Counter({
      name: 'counterfoil_sign_ins_refused_total',
      help: 'Attempts to sign in refused with 429 because too many had failed, by kind of login.',
      labelNames,
      registers,
    }),
    lookupsFailed: new Counter({
      name: 'counterfoil_lookups_failed_total',
      help: 'Failed look-ups of codes, by kind of caller.',
      labelNames,
      registers,
    }),
    lookupsRefused: new Counter({
      name: 'counterfoil_lookups_refused_total',
      help: 'Requests refused with 429 because of too many failed look-ups of codes, by kind of caller.',
      labelNames,
      registers,
    }),
    guessingNoticed: new Counter({
      name: 'counterfoil_guessing_noticed_total',
      help: 'Number of reports that codes are being guessed, by the subject that showed it: a caller, an address or a series.',
      labelNames,
      registers,
    }),
  }
}

function createWebhookMetrics(registry: Registry) {
  const registers = [registry]
  const labelNames = ['organisation', 'webhook'] as const
  return {
    webhookAttempts: new Counter({
      name: 'counterfoil_webhook_attempts_total',
      help: 'Attempts by this process to deliver a message, by outcome.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    webhookLag: new Gauge({
      name: 'counterfoil_webhook_lag_seconds',
      help: 'Age of the oldest event not yet delivered to an active webhook; 0: there is none.',
      labelNames,
      registers,
    }),
    webhookMessages: new Gauge({
      name: 'counterfoil_webhook_messages',
      help: 'Messages of a webhook that are open (to be sent or retried) or parked (no longer retried).',
      labelNames: [...labelNames, 'state'] as const,
      registers,
    }),
    webhookActive: new Gauge({
      name: 'counterfoil_webhook_active',
      help: '1: the webhook is active; 0: it is paused or stopped.',
      labelNames,
      registers,
    }),
  }
}

function createBudgetMetrics(registry: Registry) {
  const registers = [registry]
  const labelNames = ['organisation', 'series', 'per', 'measure'] as const
  return {
    budgetShare: new Gauge({
      name: 'counterfoil_budget_share',
      help: 'Used share of a limit of a budget, 0 to 1: of the total, or of the current day, week or month.',
      labelNames,
      registers,
    }),
    budgetShareReached: new Gauge({
      name: 'counterfoil_budget_share_reached',
      help: '1: the announced share of the limit is reached; 0: it is not.',
      labelNames: [...labelNames, 'percent'] as const,
      registers,
    }),
  }
}

function createChainMetrics(registry: Registry) {
  const registers = [registry]
  const labelNames = ['organisation'] as const
  return {
    chainPosition: new Gauge({
      name: 'counterfoil_chain_position',
      help: 'Position of the last linked event of the chain of events.',
      labelNames,
      registers,
    }),
    chainWaiting: new Gauge({
      name: 'counterfoil_chain_events_waiting',
      help: 'Events that are not linked to the chain yet, counted up to 10,000.',
      labelNames,
      registers,
    }),
    chainLag: new Gauge({
      name: 'counterfoil_chain_lag_seconds',
      help: 'Age of the oldest event that is not linked to the chain yet, except imported events; 0: there is none.',
      labelNames,
      registers,
    }),
  }
}
