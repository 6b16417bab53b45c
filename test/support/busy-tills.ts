import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { uploadedSeries } from './process-harness.ts'

/** Tills of the demo organisation that redeem without a pause, each sending a request again until it is answered. */
export interface BusyTills {
  readonly seriesId: number
  /** Codes whose redemption was acknowledged, with the time of the answer. */
  readonly acknowledged: { readonly code: string; readonly atMs: number }[]
  /** Statuses of the answers, with their number; 0: no answer. */
  readonly statuses: Map<number, number>
  /** Texts of the answers with 503. */
  readonly reasons: Set<string>
  readonly slowestMs: () => number
  stop(): Promise<void>
}

const authorization = `Basic ${Buffer.from('demo.till:demo').toString('base64')}`
const user = { mobile: '919400488244' }

/** One call, however long it takes. */
export async function post(
  url: string,
  path: string,
  body: object,
  key: string = randomUUID(),
): Promise<{ status: number; text: string; retryAfter: string | null; tookMs: number }> {
  const from = performance.now()
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  const retryAfter = answer.headers.get('retry-after')
  return { status: answer.status, text, retryAfter, tookMs: performance.now() - from }
}

export const get = async (url: string, path: string) => {
  const answer = await fetch(url + path, { headers: { authorization } })
  const text = await answer.text()
  return { status: answer.status, text, retryAfter: answer.headers.get('retry-after') }
}

export async function openSeries(url: string): Promise<number> {
  const { status, text } = await post(url, '/v2/coupon/series', {
    CouponSeriesV2: {
      ...uploadedSeries.CouponSeriesV2,
      clientHandlingType: 'DISC_CODE',
      isMultipleVouchersPerUserAllowed: true,
    },
  })
  if (status !== 200) throw new Error(text)
  return (JSON.parse(text) as { id: number }).id
}

export const redemptionOf = (code: string) => ({
  redemptionRequestList: [{ code }],
  user,
  billAmount: 5,
  transactionNumber: `bill ${code}`,
})

export async function issueCode(url: string, seriesId: number): Promise<string> {
  const { text } = await post(url, '/v2/coupon/issue', { seriesId, customer: user })
  return (JSON.parse(text) as { code: string }).code
}

export async function startTills(url: string, count: number): Promise<BusyTills> {
  const seriesId = await openSeries(url)
  const acknowledged: { code: string; atMs: number }[] = []
  const statuses = new Map<number, number>()
  const reasons = new Set<string>()
  let slowestMs = 0
  const life = { isStopped: false }
  /** @returns undefined: stopped before it was answered. */
  const call = async (path: string, body: object): Promise<string | undefined> => {
    const key = randomUUID()
    while (!life.isStopped) {
      const { status, text, tookMs } = await post(url, path, body, key)
      slowestMs = Math.max(slowestMs, tookMs)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if (status === 200) return text
      reasons.add(text)
      await sleep(100)
    }
    return undefined
  }
  const till = async (): Promise<void> => {
    while (!life.isStopped) {
      const issued = await call('/v2/coupon/issue', { seriesId, customer: user })
      if (issued === undefined) return
      const { code } = JSON.parse(issued) as { code: string }
      if ((await call('/v2/coupon/redeem', redemptionOf(code))) === undefined) return
      acknowledged.push({ code, atMs: Date.now() })
      await sleep(20)
    }
  }
  const tills = Promise.all(Array.from({ length: count }, till))
  // Whoever waits for the tills learns of a failure.
  tills.catch(() => {})
  return {
    seriesId,
    acknowledged,
    statuses,
    reasons,
    slowestMs: () => slowestMs,
    stop: async () => {
      life.isStopped = true
      await tills
    },
  }
}
