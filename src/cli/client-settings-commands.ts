import { readFile } from 'node:fs/promises'
import { Option, type Command } from 'commander'
import { parseClientSettingsFile } from '../identity/organisations/client-settings-file-rules.ts'
import {
  exportClientSettings,
  importClientSettings,
  type ChangedSettings,
} from '../identity/organisations/move-client-settings.ts'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import {
  readClientSettings,
  setClientSettings,
  type ClientSettingsChange,
  type SettingsHolder,
} from '../identity/organisations/set-client-settings.ts'
import { clientSettings, defaultClientSettings } from '../values/client-settings.ts'
import { inTransaction } from '../platform/db/transaction.ts'
import { quote } from '../values/errors.ts'
import { print, withDatabase } from './run.ts'

/** The value that removes a stated setting. */
const unset = 'unset'

const holders = [
  { command: 'org', kind: 'organisation', naming: undefined },
  { command: 'till', kind: 'till', naming: 'code' },
  { command: 'client', kind: 'client', naming: 'name' },
] as const

/** `org settings`, `till settings` and `client settings`: settings that adapt answers to the calling program. */
export function addClientSettingsCommands(program: Command): void {
  for (const { command: parent, kind, naming } of holders) {
    const command = program.commands
      .find((one) => one.name() === parent)
      ?.command('settings')
      .description(
        `show or change how ${kind === 'organisation' ? 'programs that call are' : `this ${kind} is`} answered`,
      )
      .requiredOption('--org <id or name>', 'the organisation')
      .option('--json', 'print JSON')
    if (command === undefined) throw new Error(`the command ${parent} is added before its settings`)
    if (naming !== undefined) command.requiredOption(`--${naming} <${naming}>`, `which ${kind}`)
    for (const { name, values, default: usual, meaning } of clientSettings)
      command.addOption(
        new Option(`--${optionOf(name)} <value>`, `${meaning} Default: ${usual}.`).choices([
          ...values,
          unset,
        ]),
      )
    if (naming === undefined) addMoving(command)
    command.action((given: Given) =>
      given.export === true || given.import !== undefined
        ? move(given)
        : run(
            given,
            naming === undefined ? { kind: 'organisation' } : { kind, which: String(given[naming]) },
          ),
    )
  }
}

const optionOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

interface Moving {
  readonly json?: boolean
  readonly export?: boolean
  readonly import?: string
  readonly dryRun?: boolean
}
type Given = Moving & Readonly<Record<string, unknown>>

/** The settings of the organisation and of all its tills and clients, in one file. */
function addMoving(command: Command): void {
  const settings = clientSettings.map(({ name }) => name as string)
  command
    .addOption(
      new Option(
        '--export',
        'print the settings of the organisation, its tills and clients as JSON',
      ).conflicts(['import', 'dryRun', ...settings]),
    )
    .addOption(
      new Option('--import <file>', 'state the settings of such a file, all or none').conflicts(settings),
    )
    .option('--dry-run', 'with --import: check the file and print what would change')
}

async function move({ org, json, import: file, dryRun: isDryRun = false }: Given): Promise<void> {
  const settings = file === undefined ? undefined : parseClientSettingsFile(await readFile(file, 'utf8'))
  await withDatabase(({ queries }) =>
    inTransaction(queries, async (transaction) => {
      const { orgId } = await findOrganisation(transaction, String(org))
      if (settings === undefined) {
        const exported = await exportClientSettings(transaction, orgId)
        process.stdout.write(`${JSON.stringify(exported, null, 2)}\n`)
        return
      }
      const changed = await importClientSettings(transaction, orgId, settings, isDryRun)
      print(json, { changed, isDryRun }, [
        ...changed.map(lineOf),
        `${isDryRun ? 'Would change' : 'Changed'} the settings of ${changed.length}`,
      ])
    }),
  )
}

/** As `till "till-7": v1Types typed, naiveTime unset`. */
function lineOf({ kind, name, settings }: ChangedSettings): string {
  const values = settings.map((one) => `${one.name} ${one.after ?? unset}`)
  return `${name === null ? kind : `${kind} ${quote(name)}`}: ${values.join(', ')}`
}

async function run(given: Given, holder: SettingsHolder): Promise<void> {
  const change: ClientSettingsChange = Object.fromEntries(
    clientSettings
      .map(({ name }) => [name, given[name]] as const)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, value === unset ? null : value]),
  )
  const stated = await withDatabase(({ queries }) =>
    inTransaction(queries, async (transaction) => {
      const { orgId } = await findOrganisation(transaction, String(given['org']))
      return Object.keys(change).length === 0
        ? readClientSettings(transaction, orgId, holder)
        : setClientSettings(transaction, orgId, holder, change)
    }),
  )
  const otherwise = holder.kind === 'organisation' ? 'default' : 'organisation or default'
  print(
    given.json,
    stated,
    clientSettings.map(({ name }) => {
      const usual = holder.kind === 'organisation' ? ` ${defaultClientSettings[name]}` : ''
      return `${name.padEnd(18)} ${stated[name] ?? `(${otherwise}${usual})`}`
    }),
  )
}
