import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  ErrorCode,
  isInitializeRequest,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
} from '@modelcontextprotocol/sdk/types.js'
import { McpSignIn, reasonOf, type McpCredentials } from './mcp-sign-in.ts'

interface McpSettings {
  readonly url: URL
  readonly credentials: McpCredentials
}

const defaultUrl = 'http://127.0.0.1:8080'

/** @returns the settings, or what is wrong with them. */
export function readMcpSettings(env: NodeJS.ProcessEnv): McpSettings | string {
  const value = (name: string): string => env[`COUNTERFOIL_${name}`]?.trim() ?? ''
  const address = value('URL') || defaultUrl
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return `COUNTERFOIL_URL is the address of a server, such as ${defaultUrl}`
  const [key, secret] = [value('CLIENT_KEY'), value('CLIENT_SECRET')]
  const [email, password] = [value('USER_EMAIL'), value('USER_PASSWORD')]
  const isClient = key !== '' && secret !== ''
  const isPerson = email !== '' && password !== ''
  if (isClient === isPerson)
    return 'set either COUNTERFOIL_CLIENT_KEY and COUNTERFOIL_CLIENT_SECRET, or COUNTERFOIL_USER_EMAIL and COUNTERFOIL_USER_PASSWORD'
  return { url, credentials: isClient ? { key, secret } : { email, password } }
}

/** Connects standard input and output to `/mcp` of a server until the input ends. */
export async function bridgeStandardStreams({ url, credentials }: McpSettings): Promise<void> {
  const signIn = new McpSignIn(url, credentials)
  // A wrong password or address is reported at once, where the person who configures it looks.
  await signIn.begin()
  const near = new StdioServerTransport()
  const far = new StreamableHTTPClientTransport(new URL('/mcp', url), {
    fetch: (address, init) => signIn.fetch(address, init),
  })
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve)
  })
  const pending = connect(near, far)
  await far.start()
  await near.start()
  await ended
  // A program that writes its requests and closes the pipe still gets the answers.
  await Promise.all(pending)
  await far.close()
  await near.close()
  await signIn.end()
}

/**
 * Passes messages on in both directions. A request that cannot be sent is answered with the reason.
 *
 * @returns the messages that are being sent and answered.
 */
function connect(near: Transport, far: Transport): ReadonlySet<Promise<void>> {
  const pending = new Set<Promise<void>>()
  const initializing = new Set<string | number>()
  const passOn = async (message: JSONRPCMessage): Promise<void> => {
    if (isInitializeRequest(message) && isJSONRPCRequest(message)) initializing.add(message.id)
    try {
      await far.send(message)
    } catch (error) {
      const reason = reasonOf(error)
      process.stderr.write(`counterfoil mcp: ${reason}\n`)
      if (!isJSONRPCRequest(message)) return
      const { id } = message
      await near.send({ jsonrpc: '2.0', id, error: { code: ErrorCode.ConnectionClosed, message: reason } })
    }
  }
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- transports have no events
  near.onmessage = (message: JSONRPCMessage) => {
    const sent = passOn(message).finally(() => pending.delete(sent))
    pending.add(sent)
  }
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- transports have no events
  far.onmessage = (message: JSONRPCMessage) => {
    if (isJSONRPCResultResponse(message) && initializing.delete(message.id))
      far.setProtocolVersion?.(String(message.result['protocolVersion']))
    void near.send(message)
  }
  return pending
}
