import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/**
 * The treatment of a request:
 * - `pass`: it reaches the server, and the answer comes back;
 * - `lose`: it reaches the server, which executes it, and the connection breaks before the answer arrives;
 * - `cut`: likewise, in the middle of the answer;
 * - `hang`: it never reaches the server, and no answer comes;
 * - an answer: the proxy returns it itself.
 */
export type Fate =
  | 'pass'
  | 'lose'
  | 'cut'
  | 'hang'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }

interface Seen {
  readonly call: string
  readonly key: string | undefined
  readonly authorization: string | undefined
}

/** A proxy that loses answers, in front of a server. Requests without a plan pass. */
export async function startLossyProxy(origin: string) {
  const seen: Seen[] = []
  const fates: Fate[] = []

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request
    const body = await text(request)
    // Requests for tokens always pass, and use up no plan.
    const fate = url.startsWith('/v3/oauth') ? 'pass' : (fates.shift() ?? 'pass')
    seen.push({
      call: `${method} ${url.split('?')[0]}`,
      key: headers['idempotency-key'] as string | undefined,
      authorization: headers.authorization,
    })
    if (fate === 'hang') return
    if (typeof fate === 'object') {
      response.writeHead(fate.status, fate.headers).end(fate.body)
      return
    }
    const { host: _host, connection: _connection, 'content-length': _length, ...others } = headers
    const answer = await fetch(`${origin}${url}`, {
      method,
      headers: others as Record<string, string>,
      ...(body !== '' && { body }),
    })
    const answered = await answer.text()
    if (fate === 'lose') {
      request.socket.destroy()
      return
    }
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? '',
      'x-request-id': answer.headers.get('x-request-id') ?? '',
      'content-length': Buffer.byteLength(answered),
    })
    if (fate === 'pass') response.end(answered)
    else response.write(answered.slice(0, 20), () => request.socket.destroy())
  }

  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Plans the next requests and clears the list of those seen. */
    plan: (...next: readonly Fate[]) => {
      seen.length = 0
      fates.splice(0, fates.length, ...next)
    },
    /** Requests since the last plan. */
    seen: seen as readonly Seen[],
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
