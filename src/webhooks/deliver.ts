import type { Context } from '../ledger/context.ts'
import { Lane } from '../platform/db/lane.ts'
import { SpanKind } from '@opentelemetry/api'
import { inSpan } from '../platform/tracing.ts'
import { eventUuid } from '../values/event-id.ts'
import { claimMessages, type ClaimedMessage } from './claim-messages.ts'
import { messageOf } from './message-rules.ts'
import type { MessageState } from './messages.ts'
import type { Postman } from './post-message.ts'
import { readFacts } from './read-facts.ts'
import { recordAttempts, releaseMessages, type EndedAttempt } from './record-attempts.ts'
import { isFailing, type RetryTimes } from './retry-rules.ts'
import { unseal } from '../platform/db/sealed-text.ts'
import { sign } from './signature-rules.ts'
import { placeOf, type ReceiverHeaders, type WebhookRow } from './webhook.ts'

const userAgent = 'Counterfoil-Webhooks/1'
const recordLimits = {
  name: 'webhook attempts',
  maxBatch: 100,
  maxInFlight: 1,
  minBeside: 1,
  maxQueue: 10_000,
}

const retryTimesOf = ({ config }: Context): RetryTimes => ({
  firstRetryMs: config.webhookFirstRetryMs,
  giveUpMs: config.webhookGiveUpHours * 3_600_000,
})

/** The data for sending the messages of a webhook. */
interface Receiver {
  readonly url: string
  readonly secrets: readonly string[]
  readonly headers: ReceiverHeaders
  readonly identifiers: readonly string[]
  readonly maxConnections: number
  readonly isFailing: boolean
  readonly isSandbox: boolean
}

function receiverOf({ config }: Context, row: WebhookRow & { is_sandbox: boolean }): Receiver {
  const { org_id: orgId, id, former_secret: former, former_secret_until: until } = row
  const open = (what: 'secret' | 'headers', kept: string) =>
    unseal(config.secrets.keys, placeOf(what, orgId, id), kept)
  const isFormerInForce = former !== null && until !== null && until.getTime() > Date.now()
  return {
    url: row.url,
    secrets: [row.secret, ...(isFormerInForce ? [former] : [])].map((kept) => open('secret', kept)),
    headers: JSON.parse(open('headers', row.headers)) as ReceiverHeaders,
    identifiers: row.identifiers,
    maxConnections: row.max_connections,
    isFailing: isFailing(row.failures),
    isSandbox: row.is_sandbox,
  }
}

async function readReceiver(
  context: Context,
  orgId: number,
  webhookId: number,
): Promise<Receiver | undefined> {
  const row = await context.database.queries
    .selectFrom('webhooks as w')
    .innerJoin('organisations as o', 'o.org_id', 'w.org_id')
    .selectAll('w')
    .select('o.is_sandbox')
    .where('w.org_id', '=', orgId)
    .where('w.id', '=', webhookId)
    .where('w.state', '=', 'active')
    .executeTakeFirst()
  return row && receiverOf(context, row)
}

/** The messages of one webhook that this process is sending. */
class Sending {
  readonly #context: Context
  readonly #postman: Postman
  readonly #orgId: number
  readonly #webhookId: number
  readonly #isStopped: () => boolean
  readonly #record: Lane<EndedAttempt, MessageState>
  readonly #underWay = new Set<Promise<void>>()

  constructor(
    context: Context,
    postman: Postman,
    orgId: number,
    webhookId: number,
    isStopped: () => boolean,
  ) {
    const { queries } = context.database
    this.#context = context
    this.#postman = postman
    this.#orgId = orgId
    this.#webhookId = webhookId
    this.#isStopped = isStopped
    this.#record = new Lane(recordLimits, (attempts) =>
      recordAttempts(queries, orgId, webhookId, retryTimesOf(context), attempts),
    )
  }

  get count(): number {
    return this.#underWay.size
  }

  /** Waits until at most `count` are in flight; returns at once if that is already the case. */
  async untilAtMost(count: number): Promise<void> {
    while (this.#underWay.size > count) await Promise.race(this.#underWay)
  }

  start(receiver: Receiver, message: ClaimedMessage, body: string): void {
    const sending = this.#send(receiver, message, body)
      .catch((error: unknown) =>
        // The lease expires by itself, and the message is sent again.
        this.#context.log.warn(
          { orgId: this.#orgId, webhookId: this.#webhookId, reason: (error as Error).message },
          'an attempt could not be recorded',
        ),
      )
      .finally(() => this.#underWay.delete(sending))
    this.#underWay.add(sending)
  }

  async #send(receiver: Receiver, message: ClaimedMessage, body: string): Promise<void> {
    const attemptedAt = new Date()
    const signed = sign(receiver.secrets, {
      id: eventUuid(this.#orgId, message.eventId),
      sentAtS: Math.floor(attemptedAt.getTime() / 1000),
      body,
    })
    const headers = { 'content-type': 'application/json', 'user-agent': userAgent, ...signed }
    const attempted = await inSpan(
      'webhook delivery',
      {
        kind: SpanKind.CLIENT,
        attributes: { 'counterfoil.organisation': this.#orgId, 'counterfoil.webhook': this.#webhookId },
      },
      async (span) => {
        const made = await this.#postman.post(receiver.url, { ...receiver.headers, ...headers }, body)
        span.setAttribute('counterfoil.outcome', made.outcome)
        if (made.httpStatus !== null) span.setAttribute('http.response.status_code', made.httpStatus)
        return made
      },
    )
    const durationMs = Date.now() - attemptedAt.getTime()
    // Aborted by this process, which says nothing about the receiver.
    if (this.#isStopped() && attempted.outcome === 'unreachable')
      return releaseMessages(this.#context.database.queries, this.#orgId, this.#webhookId, [message])
    if (!receiver.isSandbox) this.#context.metrics.webhookAttempts.inc({ outcome: attempted.outcome })
    await this.#record.submit({ ...attempted, message, attemptedAt, durationMs })
  }
}

/**
 * Sends due messages to one receiver until none is left: at most as many at once as it may have connections, or one
 * while it fails. Results are recorded in batches.
 *
 * @param isStopped checked before each new message.
 */
export async function deliver(
  context: Context,
  postman: Postman,
  orgId: number,
  webhookId: number,
  isStopped: () => boolean,
): Promise<void> {
  const { pool } = context.database
  const sending = new Sending(context, postman, orgId, webhookId, isStopped)
  while (!isStopped()) {
    const receiver = await readReceiver(context, orgId, webhookId)
    if (receiver === undefined) break
    const room = (receiver.isFailing ? 1 : receiver.maxConnections) - sending.count
    const claimed =
      room > 0 ? await claimMessages(pool, orgId, webhookId, room, context.config.webhookTimeoutMs) : []
    if (claimed.length === 0 && sending.count === 0) break
    if (claimed.length === 0) {
      await sending.untilAtMost(sending.count - 1)
      continue
    }
    const eventIds = claimed.map(({ eventId }) => eventId)
    const facts = await readFacts(pool, orgId, eventIds, receiver.identifiers)
    for (const message of claimed) {
      const known = facts.get(message.eventId)
      if (known) sending.start(receiver, message, JSON.stringify(messageOf(known)))
    }
    // Waits for at least one to end, and until there is room for several: a busy receiver must not cost a statement per
    // message.
    await sending.untilAtMost(
      Math.max(0, Math.min(sending.count - 1, Math.floor(receiver.maxConnections / 2))),
    )
  }
  await sending.untilAtMost(0)
}
