// Talks to Counterfoil as a till or shop must: with a time limit, and with retries that repeat the same Idempotency-Key.
// The examples share this file; copy it with the one that you start from.
import { setTimeout as sleep } from 'node:timers/promises'

/** Nobody knows whether the request was carried out, or the server is too busy: send the same request again later. */
export class NoAnswer extends Error {}

/** Answers that say "not now". After 502 and 504 of a proxy, the request may or may not have been carried out. */
const notNow = new Set([429, 502, 503, 504])

/**
 * @param {object} options
 * @param {string} options.url of the server, such as http://127.0.0.1:8080
 * @param {string} options.till its code
 * @param {string} options.password
 * @param {number} [options.timeoutMs] how long one try waits for an answer
 * @param {number} [options.giveUpAfterMs] how long a call goes on trying
 */
export function connect({ url, till, password, timeoutMs = 5_000, giveUpAfterMs = 15_000 }) {
  const authorization = `Basic ${Buffer.from(`${till}:${password}`).toString('base64')}`

  /** One try. Undefined: no answer came. */
  async function attempt(method, path, body, key) {
    try {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization,
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // A redirected POST would arrive as a GET, and the password is for this address alone.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      })
      const text = await response.text()
      return {
        status: response.status,
        body: isJson(response) ? JSON.parse(text) : {},
        retryAfterMs: Number(response.headers.get('retry-after') ?? 0) * 1_000 || 0,
      }
    } catch {
      return undefined
    }
  }

  /**
   * Sends a request until it is answered. A write needs a key: made and stored by the caller before the first try, one for
   * each thing that shall happen once, and the same for every try.
   *
   * @param {string} method
   * @param {string} path
   * @param {{ body?: object, key?: string, isRead?: boolean }} [request]
   * `isRead` marks a POST that changes nothing, such as a quote: it needs no key.
   *
   * @returns `{ status, body }` of an answer that will not change: done (2xx), refused (4xx), or a fault of the server (500).
   * @throws NoAnswer after `giveUpAfterMs`. The caller keeps the key, and tries again later.
   */
  return async function call(method, path, { body, key, isRead = method === 'GET' } = {}) {
    if (!isRead && key === undefined) throw new Error(`${method} ${path} needs a key`)
    const giveUpAtMs = Date.now() + giveUpAfterMs
    for (let tries = 1; ; tries++) {
      const answer = await attempt(method, path, body, key)
      if (answer !== undefined && !notNow.has(answer.status)) return answer
      // Random, so that tills that lost one server do not come back at one instant.
      const pauseMs = Math.max(answer?.retryAfterMs ?? 0, Math.random() * Math.min(5_000, 200 * 2 ** tries))
      if (Date.now() + pauseMs >= giveUpAtMs)
        throw new NoAnswer(
          answer === undefined ? 'Counterfoil does not answer' : `Counterfoil answers ${answer.status}`,
        )
      await sleep(pauseMs)
    }
  }
}

const isJson = (response) => /\bjson\b/.test(response.headers.get('content-type') ?? '')

/** Where the examples find the server, and the till that they sign in as: that of the demo unless stated. */
export const fromEnvironment = {
  url: process.env.COUNTERFOIL_URL ?? 'http://127.0.0.1:8080',
  till: process.env.TILL_CODE ?? 'demo.till',
  password: process.env.TILL_PASSWORD ?? 'demo',
}
