import { open, rename, rm } from 'node:fs/promises'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { InvalidArgumentError, type Command } from 'commander'
import { recordEntry } from '../identity/audit-log/record-entry.ts'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { exportEvents, readChainReach } from '../operate/chain/export-events.ts'
import type { Database } from '../platform/db/database.ts'
import { inTransaction } from '../platform/db/transaction.ts'
import { parseId } from '../values/ids.ts'
import { OperatorError } from '../values/errors.ts'
import { withDatabase } from './run.ts'

interface Given {
  readonly org: string
  readonly after: number
  readonly upTo?: number
  readonly output?: string
}

function readPosition(text: string): number {
  const position = text === '0' ? 0 : parseId(text)
  if (position === undefined) throw new InvalidArgumentError('It must be a position: a whole number from 0.')
  return position
}

/** `export events`: the chained events, as `counterfoil-verify-events` reads them. */
export function addExportEventsCommand(parent: Command): void {
  parent
    .command('events')
    .description(
      'write the chained events as NDJSON, which a checkpoint verifies (counterfoil-verify-events)',
    )
    .requiredOption('--org <id or name>', 'the organisation')
    .option('--after <position>', 'begin after this position of the chain', readPosition, 0)
    .option('--up-to <position>', 'end with this position; default: the last one', readPosition)
    .option('--output <file>', 'output file; default: standard output')
    .action((given: Given) =>
      withDatabase((database, _config, signal) => runExport(database, given, signal), {
        goOn: given.output ? `${given.output} was not written` : 'the output is not complete',
      }),
    )
}

async function runExport({ pool, queries }: Database, given: Given, signal: AbortSignal): Promise<void> {
  const { orgId } = await findOrganisation(queries, given.org)
  const { after, output } = given
  const { linked, waiting } = await readChainReach(pool, orgId)
  const upTo = given.upTo ?? linked
  if (upTo > linked) throw new OperatorError(`The chain ends at position ${linked}, before ${upTo}`)
  if (after > upTo) throw new OperatorError(`--after ${after} is beyond position ${upTo}, the last to write`)
  let written = 0
  const record = (action: string, more: object = {}): Promise<void> =>
    inTransaction(queries, (transaction) =>
      recordEntry(transaction, orgId, action, null, { what: 'events', after, up_to: upTo, ...more }),
    )
  await record('export.begun')
  async function* text(): AsyncGenerator<string> {
    for await (const lines of exportEvents(pool, orgId, { after, upTo })) {
      written += lines.length
      yield lines.map((line) => `${line}\n`).join('')
    }
  }
  const draft = output && `${output}.${process.pid}.part`
  const target = draft
    ? (await open(draft, 'w', 0o600)).createWriteStream()
    : // Ending standard output would end it for others too.
      new Writable({ write: (chunk: Buffer, _, done) => void process.stdout.write(chunk, done) })
  try {
    await pipeline(Readable.from(text()), target, { signal })
    // A file that appears under its final name is complete.
    if (draft && output) await rename(draft, output)
    await record('export.ended', { rows: written, is_whole: true })
  } catch (error) {
    if (draft) await rm(draft, { force: true })
    await record('export.ended', { rows: written, is_whole: false }).catch(() => {})
    throw error
  }
  process.stderr.write(`Wrote ${written} events${output ? ` to ${output}` : ''}\n`)
  if (upTo === linked && waiting > 0)
    process.stderr.write(
      `${waiting} later events are not linked yet: a server links them, and so does counterfoil checkpoint export\n`,
    )
  if (written < upTo - after)
    throw new OperatorError(
      `${upTo - after - written} linked events are missing: counterfoil audit --chain names them`,
    )
}
