import { Agent, request } from 'node:http'

export interface HttpAnswer {
  readonly status: number
  readonly text: string
  readonly isReplay: boolean
}

export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** The client disconnected by itself, in the middle of the request. */
class HungUp extends Error {}

const timeoutMs = 60_000

/** Many connections to one server process. */
export class HttpClient {
  readonly #port: number
  readonly #agent: Agent

  constructor(port: number, maxSockets: number) {
    this.#port = port
    this.#agent = new Agent({ keepAlive: true, maxSockets })
  }

  /**
   * @param hangUpAfterMs time until the client disconnects, whatever the server does. Rejects if there is no answer.
   */
  send({ method, path, headers, body }: HttpRequest, hangUpAfterMs?: number): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          method,
          path,
          headers,
          agent: this.#agent,
          timeout: timeoutMs,
        },
        (incoming) => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.on('error', reject)
          incoming.on('aborted', () => reject(new Error('the answer broke off')))
          incoming.on('end', () => {
            if (!incoming.complete) return reject(new Error('the answer broke off'))
            resolve({
              status: incoming.statusCode ?? 0,
              text: Buffer.concat(chunks).toString('utf8'),
              isReplay: incoming.headers['idempotency-replayed'] === 'true',
            })
          })
        },
      )
      outgoing.on('error', reject)
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')))
      if (hangUpAfterMs !== undefined)
        setTimeout(() => outgoing.destroy(new HungUp('hung up')), hangUpAfterMs)
      outgoing.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
