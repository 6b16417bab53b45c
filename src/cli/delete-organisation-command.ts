import { mkdir, open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { couponStatuses } from '../ledger/coupons/coupon-status.ts'
import type { Database } from '../platform/db/database.ts'
import { OperatorError } from '../values/errors.ts'
import { exportRows } from '../bulk/rows/export-rows.ts'
import { exportKinds } from '../bulk/rows/export-columns.ts'
import { countRecords } from '../identity/organisations/count-records.ts'
import { deleteOrganisation } from '../identity/organisations/delete-organisation.ts'
import { findOrganisation, type Organisation } from '../identity/organisations/find-organisation.ts'
import { ask, canAsk } from './ask.ts'
import { print, withDatabase } from './run.ts'

interface Given {
  readonly org: string
  readonly confirm?: string
  /** A folder, or false for --no-export. */
  readonly export?: string | false
  readonly json?: boolean
}

/** `org delete`: deletes an organisation with all its data. */
export function addDeleteOrganisationCommand(program: Command): void {
  const org = program.commands.find((one) => one.name() === 'org')
  const command = org
    ?.command('delete')
    .description('delete an organisation with its stores, customers, coupons, ledger and audit log, for good')
    .requiredOption('--org <id or name>', 'the organisation')
    .option('--confirm <name>', 'the name of the organisation, instead of typing it when asked')
    .option('--export <folder>', 'first write series, customers, coupons and redemptions into this folder')
    .option('--no-export', 'export nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nA backup (counterfoil backup) restores everything; the exported files can be imported again.',
    )
    .action(async (given: Given) => {
      const isDecided = given.confirm !== undefined && given.export !== undefined
      if (!isDecided && !canAsk())
        command?.error('error: without a terminal give --confirm NAME, and --export FOLDER or --no-export')
      let remains = 'nothing was deleted'
      const begin = (): void => {
        remains = 'part of the organisation remains; the same command completes the deletion'
      }
      await withDatabase((database, _config, signal) => run(database, given, signal, begin), {
        goOn: () => remains,
      })
    })
}

/** @param begin called when the deletion begins. */
async function run(database: Database, given: Given, signal: AbortSignal, begin: () => void): Promise<void> {
  const organisation = await findOrganisation(database.queries, given.org)
  const { orgId, name } = organisation
  if (given.confirm === undefined || given.export === undefined)
    process.stderr.write(`${await describe(database, organisation)}\n`)
  const folder = given.export ?? (await ask('Export it first into which folder? (empty: no export) ')).trim()
  const typed = given.confirm ?? (await ask(`Type ${JSON.stringify(name)} to delete it for good: `)).trim()
  if (typed !== name)
    throw new OperatorError(
      `${JSON.stringify(typed)} is not the name of the organisation; nothing was deleted`,
    )
  if (folder) await exportAll(database, organisation, resolve(folder), signal)
  signal.throwIfAborted()
  begin()
  const deleted = await deleteOrganisation(database.pool, orgId)
  const rows = Object.values(deleted).reduce((sum, count) => sum + count, 0)
  print(given.json, { id: orgId, name, export: folder ? resolve(folder) : null, deleted }, [
    `Deleted organisation ${orgId} "${name}": ${rows} rows`,
  ])
}

async function describe({ queries }: Database, { orgId, name, isSandbox }: Organisation): Promise<string> {
  const { customers, coupons, redemptions } = await countRecords(queries, orgId)
  const kind = isSandbox ? 'Sandbox' : 'Organisation'
  return `${kind} ${orgId} "${name}" has ${customers} customers, ${coupons} coupons and ${redemptions} redemptions.`
}

/** Exports one file of each kind; the deletion does not begin until all are complete. Only the owner can read them. */
async function exportAll(
  database: Database,
  { orgId }: Organisation,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const kind of exportKinds) {
    const path = join(folder, `${kind}.csv`)
    const target = (await open(path, 'wx', 0o600)).createWriteStream()
    const statuses = couponStatuses.filter((status) => status !== 'REDEEMABLE')
    const filter = { orgId, statuses: kind === 'coupons' ? statuses : [] }
    const rows = await exportRows({ database, kind, format: 'csv', isGzip: false, filter, target, signal })
    process.stderr.write(`Wrote ${rows} ${kind} to ${path}\n`)
  }
}
