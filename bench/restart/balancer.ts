import { Agent, request } from 'node:http'

/**
 * A typical load balancer: it polls `/ready`, uses ready servers in turn, keeps connections open, and tries the next
 * server if a connection is refused, since nothing was sent then. Any other error is a failure.
 */

interface Upstream {
  readonly port: number
  readonly agent: Agent
  isReady: boolean
  /** Consecutive polls that were not answered in time. */
  late: number
  isAsked: boolean
}

export interface Reply {
  readonly status: number
  readonly body: string
}

const askEveryMs = 200
const askTimeoutMs = 2_000
/** A busy server is sometimes late; this many times in a row is too often. */
const maxLate = 3
const requestTimeoutMs = 30_000

export class Balancer {
  readonly #upstreams = new Map<number, Upstream>()
  readonly #timer: NodeJS.Timeout
  #next = 0

  constructor() {
    this.#timer = setInterval(() => {
      for (const one of this.#upstreams.values()) void this.#ask(one)
    }, askEveryMs)
  }

  async add(port: number): Promise<void> {
    const upstream = { port, agent: new Agent({ keepAlive: true }), isReady: false, late: 0, isAsked: false }
    this.#upstreams.set(port, upstream)
    await this.#ask(upstream)
  }

  remove(port: number): void {
    this.#upstreams.get(port)?.agent.destroy()
    this.#upstreams.delete(port)
  }

  close(): void {
    clearInterval(this.#timer)
    for (const port of this.#upstreams.keys()) this.remove(port)
  }

  async send(path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Reply> {
    const ready = [...this.#upstreams.values()].filter(({ isReady }) => isReady)
    let refused: unknown = new Error('no server is ready')
    for (let n = 0; n < ready.length; n++) {
      const upstream = ready[this.#next++ % ready.length]
      if (upstream === undefined) break
      try {
        return await sendTo(upstream, path, headers, body)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error
        upstream.isReady = false
        refused = error
      }
    }
    throw refused
  }

  async #ask(upstream: Upstream): Promise<void> {
    if (upstream.isAsked) return
    upstream.isAsked = true
    const timeout = new Promise<'late'>((done) => {
      setTimeout(() => done('late'), askTimeoutMs).unref()
    })
    const status = await Promise.race([
      sendTo(upstream, '/ready', {}).then((reply) => reply.status),
      timeout,
    ]).catch(() => 0)
    upstream.late = status === 'late' ? upstream.late + 1 : 0
    if (status === 'late') upstream.isReady &&= upstream.late < maxLate
    else upstream.isReady = status === 200
    upstream.isAsked = false
  }
}

function sendTo(
  { port, agent }: Upstream,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<Reply> {
  return new Promise((done, fail) => {
    const method = body === undefined ? 'GET' : 'POST'
    const type =
      body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        path,
        method,
        headers: { ...headers, ...type },
        timeout: requestTimeoutMs,
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () =>
          done({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        )
        answer.on('error', fail)
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')))
    sent.on('error', fail)
    sent.end(body)
  })
}
