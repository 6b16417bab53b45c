import { pino } from 'pino'
import { anyStatus } from '../../src/ledger/coupons/coupon-status.ts'
import { customerCouponsSql, historyParameters } from '../../src/ledger/coupons/customer-coupons-sql.ts'
import { createPool } from '../../src/platform/db/database.ts'
import { Latencies } from '../latencies.ts'
import { plainRowsSql } from './comparison-sql.ts'

/** Reads rows directly through the driver without processing them, in a separate process. See `inProcess`. */
export interface DriverJob {
  /** `statement`: the history's own, for one request at a time. `plain`: the rows of an ordinary join. */
  readonly kind: 'statement' | 'plain'
  readonly host: string
  readonly user: string
  /** Each has one statement under way. */
  readonly connections: number
  readonly warmUpMs: number
  readonly timedMs: number
  readonly mobiles: readonly string[]
}

export interface DriverResult {
  readonly requests: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuUs: number
}

function parametersOf(kind: DriverJob['kind'], mobile: string): unknown[] {
  if (kind === 'plain') return [mobile]
  const request = {
    customerId: undefined,
    identifier: { type: 'mobile', value: mobile } as const,
    limit: 100,
    offset: 0,
    mask: anyStatus,
    transactionNumbers: [],
  }
  return historyParameters(1, [request], null)
}

async function run(job: DriverJob): Promise<DriverResult> {
  const endpoint = { host: job.host, user: job.user, database: 'counterfoil' }
  const pool = createPool(endpoint, job.connections, pino({ level: 'warn' }))
  const text = job.kind === 'plain' ? plainRowsSql('$1') : customerCouponsSql('all', 'DESC')
  const latencies = new Latencies()
  let next = 0
  let isTimed = false
  let isOver = false
  const loop = async (): Promise<void> => {
    for (;;) {
      if (isOver) return
      const sentAt = performance.now()
      const values = parametersOf(job.kind, job.mobiles[next++ % job.mobiles.length] ?? '')
      const { rows } = await pool.query({ name: job.kind, text, values, rowMode: 'array' })
      if (rows.length === 0) throw new Error(`no rows for ${JSON.stringify(values)}`)
      if (isTimed) latencies.add(performance.now() - sentAt)
    }
  }
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  const loops = Promise.all(Array.from({ length: job.connections }, loop))
  await Promise.race([loops, sleep(job.warmUpMs)])
  process.send?.('warm')
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  isTimed = true
  await Promise.race([loops, sleep(job.timedMs)])
  isOver = true
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - startedAt) / 1000
  return { ...latencies.summary(), seconds, cpuUs: user + system }
}

process.on('message', (job: DriverJob) => {
  run(job).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
