import type { Command } from 'commander'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import {
  clearShadow,
  readShadowReport,
  type OrganisationReport,
  type ReportedCall,
  type ReportedDifference,
} from '../operate/shadow/read-report.ts'
import type { Database } from '../platform/db/database.ts'
import { catalogue, type Code } from '../values/errors.ts'
import { print, withDatabase } from './run.ts'

interface Options {
  readonly org?: string
  readonly json?: boolean
  readonly changes?: boolean
}

/** `shadow report` and `shadow clear`: the results of the comparison with another service. */
export function addShadowCommands(program: Command): void {
  const shadow = program
    .command('shadow')
    .description('see in what this server and the service at UPSTREAM_URL differ (SHADOW)')
  shadow
    .command('report')
    .description('list what was compared, and every difference')
    .option('--org <id or name>', 'only this organisation')
    .option('--json', 'print JSON')
    .action(async ({ org, json }: Options) => {
      const organisations = await withDatabase(async (database) =>
        readShadowReport(database.pool, await orgIdOf(database, org)),
      )
      const lines = organisations.flatMap(linesOf)
      print(json, { organisations }, lines.length === 0 ? ['Nothing has been compared yet'] : lines)
    })
  shadow
    .command('clear')
    .description('delete what was found, to begin afresh')
    .option('--org <id or name>', 'only of this organisation')
    .option(
      '--changes',
      'also forget which customers the other service has changed: when the ledger was imported anew',
    )
    .action(async ({ org, changes = false }: Options) => {
      await withDatabase(async (database) =>
        clearShadow(database.pool, await orgIdOf(database, org), changes),
      )
      print(false, {}, ['The report is empty'])
    })
}

async function orgIdOf({ queries }: Database, org: string | undefined): Promise<number | undefined> {
  return org === undefined ? undefined : (await findOrganisation(queries, org)).orgId
}

function linesOf({ orgId, name, calls, differences }: OrganisationReport): string[] {
  return [
    orgId === 0 ? 'Callers that this server does not know' : `Organisation ${orgId} ${name}`,
    '',
    ...tableOf(calls),
    ...calls.flatMap(reasonsOf),
    '',
    ...(differences.length === 0 ? ['  No differences'] : differences.flatMap(differenceLines)),
    '',
  ]
}

const figures = ['equal', 'different', 'stale', 'skipped'] as const

function tableOf(calls: readonly ReportedCall[]): string[] {
  const width = Math.max(...calls.map(({ call }) => call.length), 4)
  const row = (call: string, cells: readonly string[]): string =>
    `  ${call.padEnd(width)}${cells.map((cell) => cell.padStart(11)).join('')}`
  return [
    row('call', figures),
    ...calls.map((one) =>
      row(
        one.call,
        figures.map((figure) => String(one[figure])),
      ),
    ),
  ]
}

function reasonsOf({ call, reasons }: ReportedCall): string[] {
  return reasons.map(
    ({ outcome, reason, requests }) => `  ${call}: ${requests} ${outcome}, because ${reason}`,
  )
}

/** A verdict with the text of its code. */
function textOf(field: string, value: string): string {
  const text = Object.hasOwn(catalogue, value) ? catalogue[Number(value) as Code].message : undefined
  return field === 'verdict' && text !== undefined ? `${value} (${text})` : value
}

function differenceLines({ call, field, theirs, ours, requests, lastAt, examples }: ReportedDifference) {
  const values =
    theirs === ours ? 'another value' : `theirs ${textOf(field, theirs)}, ours ${textOf(field, ours)}`
  return [
    `  ${call}: ${field}: ${values}`,
    `    ${requests} ${requests === 1 ? 'request' : 'requests'}, last at ${new Date(lastAt).toISOString()}`,
    ...examples.map(({ at, theirs: their, ours: our, code, tillId }) => {
      const where = [...(code === '' ? [] : [`coupon ${code}`]), ...(tillId ? [`till ${tillId}`] : [])]
      return `    at ${[`${at}: theirs ${their}`, `ours ${our}`, ...where].join(', ')}`
    }),
  ]
}
