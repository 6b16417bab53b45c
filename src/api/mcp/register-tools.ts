import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { signConfirmation, verifyConfirmation } from '../../identity/credentials/confirmations.ts'
import type { Context } from '../../ledger/context.ts'
import { formatInstant } from '../../values/calendar.ts'
import { isGranted, type Caller } from '../../values/caller.ts'
import { Refusal } from '../../values/errors.ts'
import { Refused, type Answer, type Call } from './call.ts'
import { readTools, type ReadTool } from './read-tools.ts'
import { told } from './told.ts'
import { writeTools, type WriteTool } from './write-tools.ts'

/** The caller of a request, and its calls of the API. */
export interface Served {
  readonly context: Context
  readonly caller: Caller
  readonly call: Call
}

/** Arguments that have been validated by the schema of a tool. */
type Args = Readonly<Record<string, unknown>>

/** Room for the prefix in the 500 characters of a reason. */
const maxReasonLength = 480
const reasonPrefix = 'MCP: '

const confirming = {
  reason: z
    .string()
    .trim()
    .min(1)
    .max(maxReasonLength)
    .describe('Why, as the person said it; recorded in the audit log.'),
  confirmationToken: z
    .string()
    .optional()
    .describe(
      'Leave it out to get a preview. To carry out what the preview said, pass its token with the same arguments.',
    ),
}

const twoSteps =
  'The first call changes nothing: it answers with the effect and a confirmation token. Show the effect to the person, and only after the person has agreed call again with the same arguments and the token.'

/** Whether the caller may change anything through MCP; its permissions are judged by the API. */
export const mayWrite = ({ settings }: Caller): boolean => settings.mcpWrites === 'allowed'

/** Registers the tools that read, and those that change something as far as the caller may use them. */
export function registerTools(server: McpServer, served: Served): void {
  for (const tool of readTools) registerReadTool(server, served, tool)
  const { caller } = served
  if (!mayWrite(caller)) return
  for (const tool of writeTools)
    if (isGranted(caller, tool.needs, 'write')) registerWriteTool(server, served, tool)
}

function registerReadTool(server: McpServer, served: Served, tool: ReadTool): void {
  const { name, title, description, input, read } = tool
  const annotations = { title, readOnlyHint: true, openWorldHint: false }
  server.registerTool(name, { title, description, inputSchema: input, annotations }, (args: Args) =>
    orRefused(served, async () => told({ status: 'read' }, await read(args as never, served.call)), failed),
  )
}

function registerWriteTool(server: McpServer, served: Served, tool: WriteTool): void {
  const { name, title, description, input } = tool
  const annotations = {
    title,
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: false,
  }
  server.registerTool(
    name,
    {
      title,
      description: `${description} ${twoSteps}`,
      inputSchema: { ...input, ...confirming },
      annotations,
    },
    ({ confirmationToken, ...args }: Args & { readonly confirmationToken?: string | undefined }) =>
      confirmationToken === undefined
        ? orRefused(served, () => preview(served, tool, args), failed)
        : orRefused(served, () => carryOut(served, tool, args, confirmationToken), unknown),
  )
}

async function preview(
  { context, caller, call }: Served,
  tool: WriteTool,
  args: Args,
): Promise<CallToolResult> {
  const { timeZone } = caller
  const { effect, data, version = null } = await tool.preview(args as never, call, timeZone)
  const confirmation = await signConfirmation(context, caller, { operation: tool.name, args }, version)
  const own = {
    status: 'preview: nothing has been changed',
    effect,
    confirmationToken: confirmation.token,
    confirmationExpiresAt: formatInstant(timeZone, confirmation.expiresAtS),
  }
  return told(own, data)
}

async function carryOut(
  { context, caller, call }: Served,
  tool: WriteTool,
  args: Args,
  token: string,
): Promise<CallToolResult> {
  const change = { operation: tool.name, args }
  const { id, seenVersion } = await verifyConfirmation(context, caller, change, token)
  const headers = {
    'idempotency-key': `mcp-${id}`,
    'x-counterfoil-reason': encodeURIComponent(`${reasonPrefix}${String(args['reason'])}`),
  }
  const recorded: Call = (method, path, asked = {}) =>
    call(method, path, { ...asked, headers: { ...asked.headers, ...headers } })
  const answer = await tool.carryOut(args as never, recorded, caller.timeZone, seenVersion)
  if (answer.status !== 200 || !tool.isDone(answer.body as never)) return refused(answer, unknown)
  const status = answer.isReplay ? 'done before: nothing more has been changed' : 'done'
  return told({ status, confirmed: id }, answer.body)
}

const unchanged = 'refused: nothing has been changed'
/** Of a tool that reads, or a preview. */
const failed = 'failed: nothing has been changed. The same call may succeed later'
/** An answer may be lost after the change; the idempotency key makes it safe to ask again. */
const unknown =
  'failed: it is not known whether it was carried out. The same call with the same token finds out, and never acts twice'

/** The texts of a refusal may quote the ledger, so they are data. */
const refused = ({ status, body }: Omit<Answer, 'isReplay'>, afterFailure: string): CallToolResult =>
  told({ status: status < 500 ? unchanged : afterFailure, httpStatus: status }, body, true)

/** @param afterFailure the status to report if the server failed, which is not a refusal. */
async function orRefused(
  { context }: Served,
  work: () => Promise<CallToolResult>,
  afterFailure: string,
): Promise<CallToolResult> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refused) return refused(error.answer, afterFailure)
    if (error instanceof Refusal) {
      const { code, message, httpStatus } = error
      return refused({ status: httpStatus, body: { code, message } }, afterFailure)
    }
    context.log.error({ err: error }, 'a tool of MCP failed')
    return refused({ status: 500, body: null }, afterFailure)
  }
}
