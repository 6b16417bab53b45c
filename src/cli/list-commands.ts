import type { Command } from 'commander'
import type { Queries } from '../platform/db/queries.ts'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { listClients, listStores, listTills, type Page } from '../identity/organisations/list-logins.ts'
import { listOrganisations } from '../identity/organisations/list-organisations.ts'
import { listUsers } from '../identity/people/list-users.ts'
import { print, withDatabase } from './run.ts'

type Cell = string | number | boolean | null
type Row = Readonly<Record<string, Cell>>
type Read = (queries: Queries, orgId: number, page: Page) => Promise<Row[]>

const pageSize = 1_000

/** The lists of an organisation by command name: the rows, and their name in JSON. */
const lists: Readonly<Record<string, { readonly plural: string; readonly read: Read }>> = {
  store: {
    plural: 'stores',
    read: async (...of) =>
      (await listStores(...of)).map(({ id, code, name, isActive }) => ({ id, code, name, active: isActive })),
  },
  till: {
    plural: 'tills',
    read: async (...of) =>
      (await listTills(...of)).map(({ id, code, store, accessGroup, isRevoked }) => ({
        id,
        code,
        store,
        accessGroup,
        revoked: isRevoked,
      })),
  },
  client: {
    plural: 'clients',
    read: async (...of) =>
      (await listClients(...of)).map(({ id, name, key, till, accessGroup, isRevoked }) => ({
        id,
        name,
        key,
        till,
        accessGroup,
        revoked: isRevoked,
      })),
  },
  user: {
    plural: 'users',
    read: async (...of) =>
      (await listUsers(...of)).map(({ id, email, name, role, isDisabled }) => ({
        id,
        email,
        name,
        role,
        disabled: isDisabled,
      })),
  },
}

/** `org list`, and `list` of stores, tills, clients and people: nothing secret. Extends existing commands. */
export function addListCommands(program: Command): void {
  commandOf(program, 'org')
    .command('list')
    .description('list the organisations')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const organisations = await withDatabase(({ queries }) => listOrganisations(queries))
      printRows(json, 'organisations', organisations)
    })
  for (const [name, { plural, read }] of Object.entries(lists)) {
    commandOf(program, name)
      .command('list')
      .description(`list the ${plural} of an organisation`)
      .requiredOption('--org <id or name>', 'the organisation')
      .option('--json', 'print JSON')
      .action(async ({ org, json }: { org: string; json?: boolean }) => {
        const rows = await withDatabase(async ({ queries }) => {
          const { orgId } = await findOrganisation(queries, org)
          return readAll((page) => read(queries, orgId, page))
        })
        printRows(json, plural, rows)
      })
  }
}

function commandOf(program: Command, name: string): Command {
  const found = program.commands.find((one) => one.name() === name)
  if (found === undefined) throw new Error(`the command ${name} is added before its lists`)
  return found
}

async function readAll(read: (page: Page) => Promise<Row[]>): Promise<Row[]> {
  const all: Row[] = []
  for (;;) {
    const rows = await read({ limit: pageSize, offset: all.length })
    all.push(...rows)
    if (rows.length < pageSize) return all
  }
}

function printRows(json: boolean | undefined, plural: string, rows: readonly Row[]): void {
  print(json, { [plural]: rows }, rows.length === 0 ? [`There are no ${plural} yet`] : tableOf(rows))
}

const textOf = (cell: Cell | undefined): string =>
  typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : String(cell ?? '')

/** Columns under their names, as wide as their widest cell. */
function tableOf(rows: readonly Row[]): string[] {
  const names = Object.keys(rows[0] ?? {})
  const cells = [names, ...rows.map((row) => names.map((name) => textOf(row[name])))]
  const widths = names.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)))
  return cells.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
