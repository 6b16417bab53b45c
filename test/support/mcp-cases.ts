import { randomUUID } from 'node:crypto'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { App } from '../../src/http/app.ts'
import { createClient } from '../../src/identity/organisations/create-client.ts'
import { setClientSettings } from '../../src/identity/organisations/set-client-settings.ts'
import type { Context } from '../../src/ledger/context.ts'
import { console1, openOffice } from './people-cases.ts'
import { pick, type ShopOptions } from './write-cases.ts'

/** Assistants that sign in to a shop, with the client of the official SDK. */

/** Sends what the SDK sends over the network to an app in this process. */
const fetchFrom =
  (app: App) =>
  async (address: string | URL, init: RequestInit = {}) => {
    const { body, headers, statusCode } = await app.inject({
      method: (init.method ?? 'GET') as 'GET' | 'POST',
      url: new URL(address).pathname,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(typeof init.body === 'string' && { payload: init.body }),
    })
    return new Response(statusCode === 202 ? null : body, {
      status: statusCode,
      headers: { 'content-type': String(headers['content-type'] ?? '') },
    })
  }

/** What a tool has answered. */
export interface Told {
  readonly isError: boolean
  /** The text that a model reads. */
  readonly text: string
  /** The value at a path of the structured content, such as `data.customers.0.id`. */
  readonly at: (path: string) => unknown
}

export interface Assistant {
  readonly client: Client
  readonly tools: () => Promise<string[]>
  readonly use: (name: string, args?: Readonly<Record<string, unknown>>) => Promise<Told>
}

export async function connect(app: App, headers: Readonly<Record<string, string>>): Promise<Assistant> {
  const client = new Client({ name: 'assistant', version: '1' })
  const transport = new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), {
    requestInit: { headers },
    fetch: fetchFrom(app),
  })
  await client.connect(transport)
  return assistantOf(client)
}

export function assistantOf(client: Client): Assistant {
  return {
    client,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    use: async (name, args = {}) => {
      const result = await client.callTool({ name, arguments: args })
      const [content] = result.content as readonly { text: string }[]
      return {
        isError: result.isError === true,
        text: content?.text ?? '',
        at: (path) => pick(result.structuredContent, path),
      }
    },
  }
}

/** An office with clients that may or may not change something through MCP. */
export async function openAssistants(context: Context, app: App, options: ShopOptions = {}) {
  const office = await openOffice(context, app, options)
  const { orgId, tillCode } = office
  const { queries } = context.database
  const signIn = async (accessGroup: string, mcpWrites: 'off' | 'allowed' | null) => {
    const name = `assistant ${randomUUID()}`
    const { key, secret } = await createClient(queries, { orgId, tillCode, name, accessGroup })
    if (mcpWrites !== null)
      await setClientSettings(queries, orgId, { kind: 'client', which: name }, { mcpWrites })
    const answer = await app.inject({
      method: 'POST',
      url: '/v3/oauth/token/generate',
      payload: { key, secret },
    })
    return { authorization: `Bearer ${String(pick(answer.json(), 'data.accessToken'))}` }
  }
  return {
    ...office,
    signIn,
    /** A client of an access group that only reads. */
    reader: async (accessGroup = 'administrator') => connect(app, await signIn(accessGroup, null)),
    /** A client of an access group whose assistants may change something. */
    writer: async (accessGroup = 'administrator') => connect(app, await signIn(accessGroup, 'allowed')),
    /** A person who signs in. */
    colleague: async (role: 'care' | 'admin' | 'campaign' | 'auditor') => {
      const { cookie } = await office.browser(role)
      return connect(app, { cookie, ...console1 })
    },
  }
}

/** Asks for a preview, and carries it out. */
export async function confirm(
  { use }: Assistant,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<{ readonly preview: Told; readonly done: Told; readonly again: () => Promise<Told> }> {
  const preview = await use(name, args)
  const confirmed = { ...args, confirmationToken: preview.at('confirmationToken') }
  return { preview, done: await use(name, confirmed), again: () => use(name, confirmed) }
}
