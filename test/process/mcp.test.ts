import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { describe, expect, test } from 'vitest'
import { createClient } from '../../src/identity/organisations/create-client.ts'
import { setClientSettings } from '../../src/identity/organisations/set-client-settings.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { assistantOf, confirm, openAssistants } from '../support/mcp-cases.ts'
import { personPassword } from '../support/people-cases.ts'
import {
  emptyFolder,
  freePort,
  program,
  runProgram,
  setUpProcesses,
  until,
} from '../support/process-harness.ts'

setUpProcesses()

const context = await createTestContext()
const app = await createTestServer(context)
const url = await app.listen({ host: '127.0.0.1', port: 0 })
const { queries } = context.database

/** Runs `counterfoil mcp` as a host does, and speaks to it with the client of the official SDK. */
async function startMcp(env: Record<string, string>) {
  const client = new Client({ name: 'assistant', version: '1' })
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, 'mcp'],
    env: { PATH: process.env['PATH'] ?? '', COUNTERFOIL_URL: url, ...env },
    stderr: 'pipe',
  })
  await client.connect(transport)
  return { ...assistantOf(client), close: () => client.close() }
}

/** Everything else that `counterfoil mcp` says. */
const run = async (env: Record<string, string>) =>
  runProgram(['mcp'], await emptyFolder(), { env: { COUNTERFOIL_URL: url, ...env } })

describe('counterfoil mcp', () => {
  test('offers a client the tools of the server, and carries a change out once it is confirmed', async () => {
    const { orgId, tillCode, series, customer, history } = await openAssistants(context, app)
    const [seriesId, customerId] = [await series(), await customer()]
    const { key, secret } = await createClient(queries, {
      orgId,
      tillCode,
      name: 'desk',
      accessGroup: 'administrator',
    })
    await setClientSettings(queries, orgId, { kind: 'client', which: 'desk' }, { mcpWrites: 'allowed' })
    const assistant = await startMcp({ COUNTERFOIL_CLIENT_KEY: key, COUNTERFOIL_CLIENT_SECRET: secret })
    expect(await assistant.tools()).toContain('issue_coupon')
    expect((await assistant.client.listResources()).resources.length).toBeGreaterThan(5)
    const { done } = await confirm(assistant, 'issue_coupon', {
      seriesId,
      customerId,
      reason: 'make it good',
    })
    expect(done.at('status')).toBe('done')
    expect(await history(customerId)).toHaveLength(1)
    await assistant.close()
  })

  test('signs a person in, again when the session has ended, and out at the end', async () => {
    const { orgId, person } = await openAssistants(context, app)
    const { id, email } = await person('care')
    const live = async () =>
      (
        await queries
          .selectFrom('user_sessions')
          .select('id')
          .where('org_id', '=', orgId)
          .where('user_id', '=', id)
          .where('ended_at', 'is', null)
          .execute()
      ).length
    const assistant = await startMcp({
      COUNTERFOIL_USER_EMAIL: email,
      COUNTERFOIL_USER_PASSWORD: personPassword,
    })
    expect((await assistant.use('find_customer', { text: 'Asha' })).isError).toBe(false)
    await queries
      .updateTable('user_sessions')
      .set({ ended_at: new Date() })
      .where('org_id', '=', orgId)
      .where('user_id', '=', id)
      .execute()
    // A server remembers a session for up to a second.
    await until('the person is signed in again', async () => {
      await assistant.use('find_customer', { text: 'Asha' })
      return (await live()) === 1
    })
    expect((await assistant.use('find_customer', { text: 'Asha' })).isError).toBe(false)
    await assistant.close()
    await until('the person is signed out', async () => (await live()) === 0)
  })

  test('answers what was asked before the input ended', async () => {
    const { orgId, tillCode } = await openAssistants(context, app)
    const { key, secret } = await createClient(queries, { orgId, tillCode, name: 'piped' })
    const child = spawn(process.execPath, [program, 'mcp'], {
      env: {
        PATH: process.env['PATH'],
        COUNTERFOIL_URL: url,
        COUNTERFOIL_CLIENT_KEY: key,
        COUNTERFOIL_CLIENT_SECRET: secret,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const ended = once(child, 'close')
    child.stdin.end('{"jsonrpc":"2.0","id":7,"method":"ping"}\n')
    const answers = await text(child.stdout)
    expect(await ended).toEqual([0, null])
    expect(JSON.parse(answers)).toEqual({ jsonrpc: '2.0', id: 7, result: {} })
  })

  test('says what is wrong with its settings, the credentials or the server', async () => {
    const client = { COUNTERFOIL_CLIENT_KEY: 'unknown', COUNTERFOIL_CLIENT_SECRET: 'wrong' }
    const person = { COUNTERFOIL_USER_EMAIL: 'a@example.com', COUNTERFOIL_USER_PASSWORD: 'x' }
    const none = await run({})
    expect([none.code, none.stdout]).toEqual([2, ''])
    expect(none.stderr).toContain('set either COUNTERFOIL_CLIENT_KEY and COUNTERFOIL_CLIENT_SECRET')
    expect((await run({ ...client, ...person })).code).toBe(2)
    expect((await run({ ...client, COUNTERFOIL_URL: 'ftp://example.com' })).stderr).toContain(
      'COUNTERFOIL_URL',
    )
    const wrong = await run(client)
    expect([wrong.code, wrong.stdout]).toEqual([1, ''])
    expect(wrong.stderr).toContain('refuses the sign-in (401)')
    expect(wrong.stderr).not.toContain('wrong"')
    const gone = await run({ ...client, COUNTERFOIL_URL: `http://127.0.0.1:${await freePort()}` })
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('cannot be reached')])
  })
})
