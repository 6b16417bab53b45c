import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** An accepted message, whose signature the standard library has verified. */
export interface Taken {
  readonly id: string
  readonly eventName: string
  readonly data: Record<string, unknown>
  readonly body: Record<string, unknown>
  readonly headers: Record<string, string | undefined>
  readonly at: number
}

/** How a receiver answers a verified message. `hang`: never. `reset`: it closes the connection. */
export type Reaction = number | { status: number; headers: Record<string, string> } | 'hang' | 'reset'

/** A receiver of webhooks that verifies with the standard library, as that of an integrator would. */
export class Receiver {
  readonly taken: Taken[] = []
  readonly forged: string[] = []
  /** All requests, including those refused on purpose. */
  requests = 0
  underWay = 0
  mostAtOnce = 0
  /** Decides the answer to a message; default: 200. */
  react: (message: Taken) => Reaction | Promise<Reaction> = () => 200
  #secrets: string[] = []
  #server: Server | undefined
  #port = 0

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`
  }

  /** The accepted secrets. */
  trust(...secrets: string[]): void {
    this.#secrets = secrets
  }

  /** Listens, after a stop on the same port as before. */
  async start(): Promise<this> {
    this.#server = createServer((request, response) => void this.#answer(request, response))
    this.#server.keepAliveTimeout = 1_000
    await new Promise<void>((resolve) => this.#server?.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  /** Stops at once, even during requests. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve))
    this.#server?.closeAllConnections()
    await closed
  }

  /** Every message once, as it was first accepted. */
  get unique(): Taken[] {
    const seen = new Set<string>()
    return this.taken.filter(({ id }) => !seen.has(id) && Boolean(seen.add(id)))
  }

  #verify(body: string, headers: Record<string, string>): boolean {
    return this.#secrets.some((secret) => {
      try {
        new Webhook(secret).verify(body, headers)
        return true
      } catch {
        return false
      }
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1
    this.underWay += 1
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay)
    response.once('close', () => (this.underWay -= 1))
    let text = ''
    try {
      for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
    } catch {
      return
    }
    const headers = request.headers as Record<string, string>
    if (!this.#verify(text, headers)) {
      this.forged.push(text)
      response.writeHead(401).end()
      return
    }
    const body = JSON.parse(text) as Record<string, unknown>
    const message: Taken = {
      id: headers['webhook-id'] ?? '',
      eventName: String(body['eventName']),
      data: body['data'] as Record<string, unknown>,
      body,
      headers,
      at: Date.now(),
    }
    const reaction = await this.react(message)
    if (reaction === 'hang') return
    if (reaction === 'reset') {
      request.socket.destroy()
      return
    }
    const { status, headers: more } =
      typeof reaction === 'number' ? { status: reaction, headers: {} } : reaction
    if (status >= 200 && status < 300) this.taken.push(message)
    response.writeHead(status, more).end('{}')
  }
}

/** The coupon of a message. */
function couponOf({ data }: Pick<Taken, 'data'>): number {
  const { coupon, coupons } = data as { coupon?: { id: number }; coupons?: { id: number }[] }
  return coupon?.id ?? coupons?.[0]?.id ?? 0
}

/** The event id in the id of a message. */
export const eventOf = ({ id }: Pick<Taken, 'id'>): number =>
  Number.parseInt(id.replaceAll('-', '').slice(-15), 16)

/** Pairs of messages of one coupon that arrived in another order than their events. */
export function disorder(taken: readonly Taken[]): string[] {
  const last = new Map<number, number>()
  return taken.flatMap((one) => {
    const coupon = couponOf(one)
    const before = last.get(coupon) ?? 0
    last.set(coupon, eventOf(one))
    return coupon !== 0 && eventOf(one) < before
      ? [`coupon ${coupon}: event ${eventOf(one)} after ${before}`]
      : []
  })
}
