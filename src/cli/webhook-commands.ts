import { inTransaction } from '../platform/db/transaction.ts'
import { InvalidArgumentError, type Command } from 'commander'
import type { Queries } from '../platform/db/queries.ts'
import { OperatorError } from '../values/errors.ts'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { parseInstantS } from '../values/calendar.ts'
import { readEventId } from '../values/event-id.ts'
import { replayFrom, replayMessage, replayParked } from '../webhooks/replay.ts'
import { listWebhooks, readWebhook } from '../webhooks/webhook.ts'
import { readId } from './arguments.ts'
import { print, withDatabase } from './run.ts'

function readInstant(text: string): Date {
  const atS = parseInstantS(text)
  if (atS === undefined)
    throw new InvalidArgumentError('It must be an instant with an offset, as 2026-06-11T00:00:00Z.')
  return new Date(atS * 1000)
}

interface Replay {
  readonly org: string
  readonly webhook: number
  readonly since?: Date
  readonly after?: string
  readonly event?: string
  readonly parked?: boolean
  readonly json?: boolean
}

/** @param given exactly one of the options. @returns a description of the result, for people. */
async function replay(queries: Queries, orgId: number, given: Replay): Promise<string> {
  const { webhook, since, after, event, parked } = given
  await readWebhook(queries, orgId, webhook).catch(() => {
    throw new OperatorError(`the organisation has no webhook ${webhook}`)
  })
  const readEvent = (text: string): number => {
    const id = readEventId(orgId, text)
    if (id === undefined)
      throw new OperatorError(`${JSON.stringify(text)} is not an event of the organisation`)
    return id
  }
  if (parked) return `${await replayParked(queries, orgId, webhook)} parked messages are sent again`
  if (event !== undefined) {
    await replayMessage(queries, orgId, webhook, readEvent(event))
    return `Event ${event} is sent again`
  }
  await replayFrom(queries, orgId, webhook, since ? { since } : { afterEventId: readEvent(after ?? '') })
  return 'Everything since then is sent again, as soon as a server runs'
}

/** `webhook`: inspects webhooks and sends messages again. */
export function addWebhookCommands(program: Command): void {
  const webhook = program.command('webhook').description('receivers of events')
  webhook
    .command('list')
    .description('list the webhooks of an organisation')
    .requiredOption('--org <id or name>', 'the organisation')
    .option('--json', 'print JSON')
    .action(async ({ org: named, json }: { org: string; json?: boolean }) => {
      const rows = await withDatabase(async ({ queries }) => {
        const { orgId } = await findOrganisation(queries, named)
        return listWebhooks(queries, orgId, { limit: 1_000, offset: 0 })
      })
      const webhooks = rows.map(({ id, name, url, state, failures }) => ({ id, name, url, state, failures }))
      print(
        json,
        { webhooks },
        webhooks.length === 0
          ? ['There are no webhooks yet']
          : webhooks.map(({ id, name, url, state }) => `${id}  ${name}  ${url}  ${state}`),
      )
    })
  const replayCommand = webhook
    .command('replay')
    .description('send events to a webhook again; give one of the last four options')
    .requiredOption('--org <id or name>', 'the organisation')
    .requiredOption('--webhook <id>', 'which webhook', readId)
    .option('--since <instant>', 'everything since then', readInstant)
    .option('--after <eventId>', 'everything after an event')
    .option('--event <eventId>', 'one event')
    .option('--parked', 'all parked messages')
    .option('--json', 'print JSON')
    .action(async (given: Replay) => {
      const ways = [given.since, given.after, given.event, given.parked]
      if (ways.filter((way) => way !== undefined).length !== 1)
        replayCommand.error('error: give one of --since, --after, --event and --parked')
      const done = await withDatabase(async ({ queries }) => {
        const { orgId } = await findOrganisation(queries, given.org)
        return inTransaction(queries, (transaction) => replay(transaction, orgId, given))
      })
      print(given.json, { webhook: given.webhook, done }, [done])
    })
}
