import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import type { App } from '../../http/app.ts'
import { requireOwnPage } from '../../http/browser.ts'
import { route } from '../../http/route.ts'
import { callAs } from './call.ts'

const bodyLimitBytes = 64 * 1024
const protocolHeaders = ['accept', 'content-type', 'mcp-protocol-version'] as const

/**
 * `POST /mcp`: the Model Context Protocol over streamable HTTP, for whoever signs in. Every tool calls the API as the
 * caller, so there is no access beside that of the API.
 */
export function registerMcp(app: App, context: Context): void {
  route(app, 'POST /mcp', {
    // Any caller: each tool has the permissions of the calls that it makes.
    access: { all: [] },
    failure: 'problem',
    limit: 'reads',
    bodyLimit: bodyLimitBytes,
    // The protocol describes itself, and the typed client has no use for it. A list of messages would be a way to send
    // many calls as one; the protocol has none since 2025-06-18.
    schema: { hide: true, body: Type.Object({}, { additionalProperties: true }) },
    handler: async (caller, request, reply) => {
      requireOwnPage(request, context.config.trustedProxies)
      // The library is loaded by the first request: most servers get none.
      const { answerMessage } = await import('./answer-message.ts')
      const headers = Object.fromEntries(
        protocolHeaders
          .map((name) => [name, String(request.headers[name] ?? '')])
          .filter(([, value]) => value),
      ) as Record<string, string>
      const served = { context, caller, call: callAs(app, request) }
      const answer = await answerMessage(served, headers, request.body)
      const type = answer.headers.get('content-type')
      if (type !== null) reply.type(type)
      return reply
        .code(answer.status)
        .serializer((body: unknown) => String(body))
        .send(await answer.text())
    },
  })
}
