import type { Pool } from 'pg'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  readonly registry: Registry
  /** Seconds from the first byte of a request to the last of its answer, by method, route and status. */
  readonly requestDuration: Histogram<'method' | 'route' | 'status'>
  /** Requests of sandboxes, which are in no other figure about requests and writes, by status. */
  readonly sandboxRequests: Counter<'status'>
  /** Requests that went in one transaction, by kind of write. */
  readonly writeBatchSize: Histogram<'kind'>
  /** Requests that were refused because too many others waited too long. */
  readonly shed: Counter
  /** Attempts of this process to deliver a message, by outcome. */
  readonly webhookAttempts: Counter<'outcome'>
  /** Of every webhook that is not of a sandbox, the same in every process. */
  readonly webhookLag: Gauge<'organisation' | 'webhook'>
  readonly webhookMessages: Gauge<'organisation' | 'webhook' | 'state'>
  readonly webhookActive: Gauge<'organisation' | 'webhook'>
}

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

export function createMetrics(pool: Pool): Metrics {
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
  const sandboxRequests = new Counter({
    name: 'counterfoil_sandbox_requests_total',
    help: 'Requests of sandboxes, which no other figure about requests and writes counts.',
    labelNames: ['status'],
    registers: [registry],
  })
  const writeBatchSize = new Histogram({
    name: 'counterfoil_write_batch_size',
    help: 'Requests that went in one transaction, by kind of write.',
    labelNames: ['kind'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers: [registry],
  })
  const shed = new Counter({
    name: 'counterfoil_requests_shed_total',
    help: 'Requests refused with 503 because too many others waited too long.',
    registers: [registry],
  })
  const ofWebhooks = createWebhookMetrics(registry)
  return { registry, requestDuration, sandboxRequests, writeBatchSize, shed, ...ofWebhooks }
}

function createWebhookMetrics(registry: Registry) {
  const registers = [registry]
  const labelNames = ['organisation', 'webhook'] as const
  return {
    webhookAttempts: new Counter({
      name: 'counterfoil_webhook_attempts_total',
      help: 'Attempts of this process to deliver a message, by outcome.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    webhookLag: new Gauge({
      name: 'counterfoil_webhook_lag_seconds',
      help: 'Age of the oldest event that an active webhook is still to be told of; 0: none.',
      labelNames,
      registers,
    }),
    webhookMessages: new Gauge({
      name: 'counterfoil_webhook_messages',
      help: 'Messages of a webhook that are open (to be sent or tried again) or parked (given up).',
      labelNames: [...labelNames, 'state'] as const,
      registers,
    }),
    webhookActive: new Gauge({
      name: 'counterfoil_webhook_active',
      help: '1: the webhook is active; 0: it is paused or was stopped.',
      labelNames,
      registers,
    }),
  }
}
