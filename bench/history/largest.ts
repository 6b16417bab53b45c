import type { Pool } from 'pg'
import { anyStatus } from '../../src/ledger/coupons/coupon-status.ts'
import { customerCouponsSql, historyParameters } from '../../src/ledger/coupons/customer-coupons-sql.ts'

export interface PageCost {
  readonly coupons: number
  /** Fastest of several, as reported by PostgreSQL. */
  readonly executionMs: number
  /** Pages read from memory or disk. */
  readonly buffers: number
}

interface Plan {
  readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number }
  readonly 'Execution Time': number
}

/** Measures PostgreSQL's work for the first page of a customer. */
export async function measureFirstPage(pool: Pool, customerId: number, limit: number): Promise<PageCost> {
  const request = {
    customerId,
    identifier: undefined,
    limit,
    offset: 0,
    mask: anyStatus,
    transactionNumbers: [],
  }
  const values = historyParameters(1, [request], null)
  const text = `explain (analyze, buffers, timing off, format json) ${customerCouponsSql('all', 'DESC')}`
  const plans: Plan[] = []
  for (let n = 0; n < 10; n++) {
    const { rows } = await pool.query<{ 'QUERY PLAN': [Plan] }>({ text, values })
    plans.push(...rows.map((row) => row['QUERY PLAN'][0]))
  }
  const { rows: counted } = await pool.query<{ n: number }>(
    'select count(*) as n from coupons where org_id = 1 and customer_id = $1',
    [customerId],
  )
  const buffersOf = ({ Plan }: Plan) => Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks']
  return {
    coupons: counted[0]?.n ?? 0,
    executionMs: Math.min(...plans.map((plan) => plan['Execution Time'])),
    buffers: Math.min(...plans.map(buffersOf)),
  }
}
