import { setTimeout as sleep } from 'node:timers/promises'
import { disorder, eventOf, Receiver, type Reaction } from '../test/support/receiver.ts'
import type { Cluster, Tenant } from './cluster.ts'
import type { Findings } from './findings.ts'
import type { Random } from './random.ts'

const eventNames = [
  'CouponIssue',
  'CouponRedeem',
  'CouponReversal',
  'CouponExpiryChange',
  'CouponRevocation',
  'DiscountReturn',
]
/** Time for messages that are still open after the last round to arrive. */
const arriveTimeoutMs = 120_000
const calmMs = 4_000
const awayMs = 400

async function subscribe(
  { servers }: Cluster,
  { authorization }: Tenant,
  receiver: Receiver,
): Promise<string> {
  const answer = await servers[0]?.http.send({
    method: 'POST',
    path: '/admin/v1/webhooks',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'proof', url: receiver.url, eventNames, maxConnections: 20 }),
  })
  const { secret } = JSON.parse(answer?.text ?? '{}') as { secret?: string }
  if (secret === undefined) throw new Error(`a webhook cannot be created: ${answer?.text}`)
  return secret
}

/** A receiver that fails, hangs, disconnects and restarts while it receives all events of the proof. */
export class Deliveries {
  readonly #cluster: Cluster
  readonly #receiver = new Receiver()
  readonly #random: Random
  #isOver = false
  #restarting: Promise<void> = Promise.resolve()

  private constructor(cluster: Cluster, random: Random) {
    this.#cluster = cluster
    this.#random = random
  }

  static async start(cluster: Cluster, random: Random): Promise<Deliveries> {
    const deliveries = new Deliveries(cluster, random)
    const receiver = await deliveries.#receiver.start()
    receiver.trust(
      await subscribe(cluster, cluster.plain, receiver),
      await subscribe(cluster, cluster.recognising, receiver),
    )
    receiver.react = () => deliveries.#react()
    deliveries.#restarting = deliveries.#restart()
    return deliveries
  }

  #react(): Reaction {
    if (!this.#random.chance(0.05)) return 200
    return this.#random.pick<Reaction>([
      500,
      400,
      302,
      'reset',
      'hang',
      { status: 429, headers: { 'retry-after': '1' } },
    ])
  }

  /** Restarts now and then, in the middle of deliveries. */
  async #restart(): Promise<void> {
    while (!this.#isOver) {
      await sleep(calmMs)
      await this.#receiver.stop()
      await sleep(awayMs)
      await this.#receiver.start()
    }
  }

  async #expected(): Promise<Map<number, Set<number>>> {
    const events = new Map<number, Set<number>>()
    for (const { orgId } of [this.#cluster.plain, this.#cluster.recognising]) {
      const rows = await this.#cluster.database.query<{ id: number }>(
        `select id::float8 as id from events where org_id = $1 and coupon_id is not null`,
        [orgId],
      )
      events.set(orgId, new Set(rows.map(({ id }) => id)))
    }
    return events
  }

  /**
   * Checks that every event of the ledger arrives, verified by the standard library, in order per coupon, and no
   * others.
   */
  async check(findings: Findings): Promise<void> {
    this.#isOver = true
    await this.#restarting
    const receiver = this.#receiver
    receiver.react = () => 200
    const expected = await this.#expected()
    const total = [...expected.values()].reduce((sum, { size }) => sum + size, 0)
    const giveUpAt = Date.now() + arriveTimeoutMs
    while (receiver.unique.length < total && Date.now() < giveUpAt) await sleep(200)
    const { unique } = receiver
    for (const one of unique) {
      const isKnown = expected.get(Number(one.body['orgId']))?.delete(eventOf(one)) ?? false
      findings.expect(isKnown, 'a message tells of an event of the ledger', () => one.id)
    }
    const missing = [...expected].flatMap(([orgId, ids]) => [...ids].map((id) => `${orgId}: ${id}`))
    findings.expect(
      missing.length === 0,
      'every event arrives',
      () => `${missing.length} of ${total} have not: ${missing.slice(0, 5).join(', ')}`,
    )
    const swapped = disorder(unique)
    findings.expect(swapped.length === 0, 'messages of a coupon arrive in order', () =>
      swapped.slice(0, 5).join(', '),
    )
    findings.expect(receiver.forged.length === 0, 'a message is signed', () =>
      String(receiver.forged[0]).slice(0, 300),
    )
    findings.count('events delivered', unique.length)
    findings.count('deliveries', receiver.requests)
  }

  async close(): Promise<void> {
    this.#isOver = true
    await this.#restarting
    await this.#receiver.stop()
  }
}
