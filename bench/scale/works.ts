import { Writable } from 'node:stream'
import { createBatch } from '../../src/bulk/codes/create-batch.ts'
import { workOnBatch } from '../../src/bulk/codes/work-on-batch.ts'
import { exportRows } from '../../src/bulk/rows/export-rows.ts'
import { questionsOf } from '../console/questions.ts'
import { largestId, mobileOf } from '../history/dataset.ts'
import { Latencies } from '../latencies.ts'
import { runLoad } from '../load.ts'
import type { Side } from './side.ts'

/** Something that is measured on both sides in turns: the typical time in milliseconds. */
export interface Work {
  readonly name: string
  readonly run: (side: Side) => Promise<number>
}

export interface Pace {
  readonly warmUpMs: number
  readonly timedMs: number
}

const connections = 4
/** Questions of one person in a round. */
const asks = 15
const generated = 20_000

/** The position in the prepared codes, by side: no code is redeemed twice. */
const used = { small: 0, large: 0 }

async function load(
  { server, headers }: Side,
  { warmUpMs, timedMs }: Pace,
  paths: readonly string[],
  bodies?: readonly string[],
): Promise<number> {
  const job = {
    port: server.port,
    connections,
    warmUpMs,
    timedMs,
    headers,
    paths,
    ...(bodies && { bodies }),
    minBodyBytes: 20,
  }
  const { result } = await runLoad(job, {})
  return result.p50Ms
}

/** Each round has a share of the prepared codes, which is enough for its time. */
function redeem(side: Side, pace: Pace, rounds: number): Promise<number> {
  const share = Math.floor(side.codes.length / rounds)
  const from = used[side.name]
  used[side.name] += share
  const bodies = side.codes.slice(from, from + share).map(({ code, mobile }) =>
    JSON.stringify({
      redemptionRequestList: [{ code }],
      user: { mobile },
      billAmount: 100,
      transactionNumber: code,
    }),
  )
  return load(side, pace, ['/v2/coupon/redeem'], bodies)
}

function issue(side: Side, pace: Pace): Promise<number> {
  const bodies = side.mobiles.map((mobile, at) =>
    JSON.stringify({ seriesId: 1 + (at % side.scale.series), customer: { mobile } }),
  )
  return load(side, pace, ['/v2/coupon/issue'], bodies)
}

/** Milliseconds for a thousand codes. */
async function generate({ dataset: { database } }: Side): Promise<number> {
  const { pool } = database
  const client = await pool.connect()
  const order = { seriesId: 1, count: generated, allowWeak: false, tillId: null }
  const { id } = await createBatch(client, 1, order).finally(() => client.release())
  const startedAt = performance.now()
  await workOnBatch(pool, 1, id)
  return (performance.now() - startedAt) / (generated / 1000)
}

/** Milliseconds for a thousand coupons of a series. */
async function exportSeries({ dataset: { database } }: Side): Promise<number> {
  const target = new Writable({ write: (_chunk, _encoding, done) => done() })
  const startedAt = performance.now()
  const filter = { orgId: 1, seriesId: 1 }
  const rows = await exportRows({ database, kind: 'coupons', format: 'csv', isGzip: false, filter, target })
  return (performance.now() - startedAt) / (rows / 1000)
}

async function ask({ origin, session }: Side, path: () => string): Promise<number> {
  const latencies = new Latencies()
  for (let n = 0; n < asks; n++) {
    const asked = path()
    const startedAt = performance.now()
    const response = await fetch(origin + asked, { headers: session })
    const text = await response.text()
    latencies.add(performance.now() - startedAt)
    if (response.status !== 200) throw new Error(`${asked}: ${response.status} ${text.slice(0, 200)}`)
  }
  return latencies.summary().p50Ms
}

const couponsOf = (mobile: string): string => `/v2/customers/coupons?mobile=${mobile}`

export function worksOf(sides: readonly Side[], pace: Pace, rounds: number): Work[] {
  const questions = new Map(
    sides.map((side) => [
      side.name,
      questionsOf(
        side.scale,
        side.codes.slice(0, 500).map(({ code }) => code),
      ),
    ]),
  )
  const names = questions.get('small')?.map(({ name }) => name) ?? []
  return [
    { name: 'read a history', run: (side) => load(side, pace, side.mobiles.map(couponsOf)) },
    {
      name: 'is_redeemable',
      run: (side) =>
        load(
          side,
          pace,
          side.codes
            .slice(-5_000)
            .map(({ code, mobile }) => `/v2/coupon/is_redeemable?code=${code}&mobile=${mobile}&details=true`),
        ),
    },
    { name: 'redeem', run: (side) => redeem(side, pace, rounds) },
    { name: 'issue', run: (side) => issue(side, pace) },
    { name: 'generate, a thousand codes', run: generate },
    { name: 'export, a thousand coupons', run: exportSeries },
    {
      name: 'first page of the largest customer',
      run: (side) => load(side, pace, [couponsOf(mobileOf(largestId(side.scale)))]),
    },
    ...names.map((name, at) => ({
      name: `console: ${name}`,
      run: (side: Side) => ask(side, () => questions.get(side.name)?.[at]?.path() ?? ''),
    })),
  ]
}
