import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { version } from '../../platform/version.ts'
import { registerPrompts } from './prompts.ts'
import { mayWrite, registerTools, type Served } from './register-tools.ts'
import { registerResources } from './resources.ts'
import { dataNotice } from './told.ts'

const changes = {
  allowed:
    'Tools that change something answer first with a preview of the effect and a confirmation token. Show the effect to the person, and pass the token on only after the person has agreed.',
  off: 'This caller can only read. An administrator allows changes by the client setting mcpWrites.',
}

/**
 * Answers one message of the Model Context Protocol, without a session: a server is made for the caller of each message,
 * so that nothing is remembered between callers and any process answers.
 *
 * @param headers of the request: those of the protocol.
 * @param message the parsed body.
 */
export async function answerMessage(
  served: Served,
  headers: Readonly<Record<string, string>>,
  message: unknown,
): Promise<Response> {
  const server = new McpServer(
    { name: 'counterfoil', title: 'Counterfoil', version },
    {
      instructions: `A ledger of coupons: who got which, where they were redeemed, and why one was refused. ${dataNotice} ${mayWrite(served.caller) ? changes.allowed : changes.off}`,
    },
  )
  registerTools(server, served)
  registerPrompts(server)
  await registerResources(server)
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  await server.connect(transport)
  try {
    // The transport reads only the method and the headers; the address is not used.
    const request = new Request('http://localhost/mcp', { method: 'POST', headers: { ...headers } })
    return await transport.handleRequest(request, { parsedBody: message })
  } finally {
    await server.close()
  }
}
