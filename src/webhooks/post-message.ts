import { request as requestHttp, Agent as HttpAgent, type IncomingMessage } from 'node:http'
import { request as requestHttps, Agent as HttpsAgent } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { Config } from '../platform/config.ts'
import { outcomeOf, type Attempted } from './outcome-rules.ts'
import { ForbiddenAddress, isPublicAddress, lookUpPublic } from './receiver-address.ts'
import { hostOf } from './receiver-url.ts'

/** Answers are discarded, and reading stops at this length. */
const maxAnswerBytes = 64 * 1024
/** Receivers close idle connections sooner or later; a connection closed during a message costs an attempt. */
const idleMs = 4_000

/** Sends requests to receivers: only to public addresses, unless the configuration permits others. */
export interface Postman {
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Attempted>
  /** Aborts requests in progress. */
  close(): void
}

type Limits = Pick<Config, 'webhooksMayReachPrivateAddresses' | 'webhookTimeoutMs'>

/** Waits until an answer ends or exceeds the maximum that is read. */
async function passOver(answer: IncomingMessage): Promise<void> {
  let bytes = 0
  try {
    for await (const chunk of answer) {
      bytes += (chunk as Buffer).length
      if (bytes > maxAnswerBytes) break
    }
  } catch {
    // The status has arrived; the rest of the body does not matter.
  }
  if (!answer.complete) answer.destroy()
}

function failureOf(error: unknown): Attempted {
  const { name, code } = error as { name?: string; code?: string }
  const outcome =
    error instanceof ForbiddenAddress
      ? 'forbidden-address'
      : name === 'TimeoutError' || name === 'AbortError' || code === 'ETIMEDOUT'
        ? 'timeout'
        : 'unreachable'
  return { outcome, httpStatus: null, retryAfterMs: undefined }
}

/** @param lookup for tests: how names are resolved. */
export function createPostman(
  { webhooksMayReachPrivateAddresses: mayReachInside, webhookTimeoutMs }: Limits,
  lookup: LookupFunction | undefined = mayReachInside ? undefined : lookUpPublic,
): Postman {
  const options = { keepAlive: true, timeout: idleMs, maxFreeSockets: 100, ...(lookup && { lookup }) }
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) }

  async function post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<Attempted> {
    const target = new URL(url)
    const host = hostOf(target)
    // A literal address is not resolved, so it is checked here, even if it was allowed when the webhook was created.
    if (!mayReachInside && isIP(host) && !isPublicAddress(host))
      return failureOf(new ForbiddenAddress('the address is not a public one'))
    const isHttps = target.protocol === 'https:'
    if (!isHttps && !mayReachInside) return failureOf(new ForbiddenAddress('only https'))
    const send = isHttps ? requestHttps : requestHttp
    const signal = AbortSignal.timeout(webhookTimeoutMs)
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const outgoing = send(target, {
          method: 'POST',
          agent: agents[isHttps ? 'https:' : 'http:'],
          headers: { ...headers, 'content-length': Buffer.byteLength(body) },
          signal,
        })
        outgoing.once('response', resolve)
        outgoing.once('error', reject)
        outgoing.end(body)
      })
      answer.on('error', () => {})
      await passOver(answer)
      return outcomeOf(answer.statusCode ?? 0, answer.headers['retry-after'], Date.now())
    } catch (error) {
      return failureOf(error)
    }
  }

  return {
    post,
    close: () => Object.values(agents).forEach((agent) => agent.destroy()),
  }
}
