import { inTransaction } from '../platform/db/transaction.ts'
import { open, rename, rm } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { Option, type Command } from 'commander'
import { couponStatuses, type CouponStatus } from '../ledger/coupons/coupon-status.ts'
import type { Database } from '../platform/db/database.ts'
import { refuse } from '../values/errors.ts'
import { exportRows } from '../bulk/rows/export-rows.ts'
import { exportKinds, type ExportKind } from '../bulk/rows/export-columns.ts'
import { recordExportBegun, recordExportEnded } from '../bulk/rows/record-export.ts'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { readNow } from '../platform/clock.ts'
import { parseStatedTimeS } from '../values/stated-time.ts'
import { addExportEventsCommand } from './export-events-command.ts'
import { withDatabase } from './run.ts'

interface Given {
  readonly org: string
  readonly series?: string
  readonly status?: CouponStatus[]
  readonly from?: string
  readonly to?: string
  readonly format: 'csv' | 'ndjson'
  readonly gzip?: boolean
  readonly output?: string
}

/** `export coupons|redemptions|returns|holds|series|customers|events`. */
export function addExportCommands(program: Command): void {
  const parent = program.command('export').description('write what the ledger holds as CSV or NDJSON')
  for (const kind of exportKinds) {
    const command = parent
      .command(kind)
      .description(`write ${kind}, as they stand at one instant`)
      .requiredOption('--org <id or name>', 'the organisation')
    if (kind !== 'customers') command.option('--series <id or code>', 'only of this series')
    if (kind === 'coupons') {
      const allowed = couponStatuses.filter((status) => status !== 'REDEEMABLE')
      command.addOption(
        new Option('--status <status...>', 'only these; default: all except revoked ones').choices(allowed),
      )
    }
    command
      .option(
        '--from <time>',
        'created at this time or later: YYYY-MM-DD in the time zone of the organisation, or ISO 8601',
      )
      .option('--to <time>', 'created before this time')
      .addOption(new Option('--format <format>', 'what to write').choices(['csv', 'ndjson']).default('csv'))
      .option('--gzip', 'compress the output')
      .option('--output <file>', 'output file; default: standard output')
      .action((given: Given) =>
        withDatabase((database, _config, signal) => runExport(database, kind, given, signal), {
          goOn: given.output ? `${given.output} was not written` : 'the output is not complete',
        }),
      )
  }
  addExportEventsCommand(parent)
}

async function runExport(
  database: Database,
  kind: ExportKind,
  given: Given,
  signal: AbortSignal,
): Promise<void> {
  const organisation = await findOrganisation(database.queries, given.org)
  const { orgId, timeZone } = organisation
  const { output, format, gzip: isGzip = false } = given
  const filter = {
    orgId,
    seriesId: given.series === undefined ? undefined : await findSeries(database, orgId, given.series),
    statuses: given.status ?? [],
    fromS: readTime('--from', given.from, timeZone),
    toS: readTime('--to', given.to, timeZone),
    now: await readNow({ fixedNow: null }, database.pool, organisation),
  }
  await inTransaction(database.queries, (transaction) => recordExportBegun(transaction, kind, format, filter))
  const draft = output && `${output}.${process.pid}.part`
  const target = draft
    ? (await open(draft, 'w', 0o600)).createWriteStream()
    : // Ending standard output would end it for others too.
      new Writable({ write: (chunk: Buffer, _, done) => void process.stdout.write(chunk, done) })
  let saidAtMs = Date.now()
  let written = 0
  const end = (isWhole: boolean): Promise<void> =>
    inTransaction(database.queries, (transaction) =>
      recordExportEnded(transaction, kind, format, filter, { rows: written, isWhole }),
    )
  const onProgress = (rows: number): void => {
    written = rows
    if (Date.now() - saidAtMs < 5_000) return
    saidAtMs = Date.now()
    process.stderr.write(`${rows} ${kind} written\n`)
  }
  try {
    const rows = await exportRows({ database, kind, format, isGzip, filter, target, signal, onProgress })
    // A file that appears under its final name is complete.
    if (draft && output) await rename(draft, output)
    written = rows
    await end(true)
    process.stderr.write(`Wrote ${rows} ${kind}${output ? ` to ${output}` : ''}\n`)
  } catch (error) {
    if (draft) await rm(draft, { force: true })
    await end(false).catch(() => {})
    throw error
  }
}

async function findSeries({ queries }: Database, orgId: number, named: string): Promise<number> {
  const rows = await queries
    .selectFrom('series')
    .select(['id', 'code'])
    .where('org_id', '=', orgId)
    .where((where) =>
      where.or([
        where('code', '=', named),
        ...(/^\d{1,15}$/.test(named) ? [where('id', '=', Number(named))] : []),
      ]),
    )
    .execute()
  const found = rows.find(({ code }) => code === named) ?? rows[0]
  if (found === undefined) throw refuse.seriesInvalid(`There is no series ${JSON.stringify(named)}`)
  return found.id
}

function readTime(name: string, text: string | undefined, timeZone: string): number | undefined {
  if (text === undefined) return undefined
  const timeS = parseStatedTimeS(text, timeZone)
  if (timeS === undefined)
    throw refuse.badRequest(`${name} is ${JSON.stringify(text)}: give YYYY-MM-DD or ISO 8601`)
  return timeS
}
