import { setImmediate } from 'node:timers/promises'
import { Command, CommanderError } from 'commander'
import { readConfig } from '../platform/config.ts'
import { settings } from '../platform/settings.ts'
import { version } from '../platform/version.ts'
import { describeFailure, stackOf } from '../operate/failure.ts'
import { Interrupted } from './interruption.ts'
import { outputFailure } from './standard-output.ts'

const failed = 1
const wrongUsage = 2

/** The settings that every command needs; the others are for servers. */
const settingsOfCommands = new Set(['DATABASE_URL', 'DATA_DIR', 'LOG_LEVEL'])

function environmentHelp(isListed: (name: string) => boolean): string {
  const listed = settings.filter(({ name }) => isListed(name))
  const width = Math.max(...listed.map(({ name }) => name.length))
  const lines = listed.map(({ name, default: usual, allowed, meaning }) => {
    const facts = [allowed, usual && `default ${usual}`].filter((fact) => fact !== '').join('; ')
    return `  ${name.padEnd(width)}  ${meaning}${facts && ` (${facts})`}`
  })
  return `\nEnvironment:\n${lines.join('\n')}`
}

const programHelp = `${environmentHelp((name) => settingsOfCommands.has(name))}
Run counterfoil serve --help for the other settings, which docs/configuration.md lists too.

Exit codes: 0 done, 1 failed, 2 wrong usage.`

function createProgram(): Command {
  const program = new Command('counterfoil')
    .description('A self-hosted coupon ledger that speaks the Capillary v2 coupon API.')
    .version(version, '--version', 'print the version')
    .showHelpAfterError('(--help says more)')
    .exitOverride()
    .addHelpText('after', programHelp)
  program
    .command('serve')
    .description('run the server until it is stopped')
    .option('--demo', 'load the demo organisation into an empty database, as COUNTERFOIL_DEMO=1 does')
    .addHelpText(
      'after',
      environmentHelp(() => true),
    )
    .action(async ({ demo }: { demo?: true }) => {
      // Other commands need no HTTP server, and start faster without it.
      const { serve } = await import('./serve.ts')
      await serve(readConfig(demo ? { ...process.env, COUNTERFOIL_DEMO: '1' } : process.env))
    })
  program
    .command('migrate')
    .description('bring the database up to date')
    .action(async () => (await import('./migrate.ts')).runMigrate())
  return program
}

/** Adds commands to the program. */
type AddCommands = (program: Command) => void

/**
 * Commands by their first names. A file is loaded when one of its commands is called, or when all of them are listed.
 */
const groups: readonly (readonly [names: readonly string[], load: () => Promise<readonly AddCommands[]>])[] =
  [
    [
      ['org', 'store', 'till', 'client', 'user'],
      async () => [
        (await import('./organisation-commands.ts')).addOrganisationCommands,
        (await import('./user-commands.ts')).addUserCommands,
        (await import('./list-commands.ts')).addListCommands,
        (await import('./client-settings-commands.ts')).addClientSettingsCommands,
        (await import('./till-lookups-command.ts')).addTillLookupsCommand,
        (await import('./delete-organisation-command.ts')).addDeleteOrganisationCommand,
      ],
    ],
    [['customer'], async () => [(await import('./customer-commands.ts')).addCustomerCommands]],
    [['import'], async () => [(await import('./import-command.ts')).addImportCommands]],
    [['generate', 'code-form'], async () => [(await import('./generate-command.ts')).addGenerateCommands]],
    [['export'], async () => [(await import('./export-command.ts')).addExportCommands]],
    [['series'], async () => [(await import('./series-commands.ts')).addSeriesCommands]],
    [['budget'], async () => [(await import('./budget-command.ts')).addBudgetCommand]],
    [['hold'], async () => [(await import('./hold-commands.ts')).addHoldCommands]],
    [['figures'], async () => [(await import('./figures-command.ts')).addFiguresCommand]],
    [['audit'], async () => [(await import('./audit-command.ts')).addAuditCommand]],
    [['doctor'], async () => [(await import('./doctor-command.ts')).addDoctorCommand]],
    [
      ['backup', 'restore', 'wal-archive'],
      async () => [(await import('./backup-commands.ts')).addBackupCommands],
    ],
    [['shadow'], async () => [(await import('./shadow-commands.ts')).addShadowCommands]],
    [['checkpoint'], async () => [(await import('./checkpoint-commands.ts')).addCheckpointCommands]],
    [['demo'], async () => [(await import('./demo-command.ts')).addDemoCommand]],
    [['webhook'], async () => [(await import('./webhook-commands.ts')).addWebhookCommands]],
    [['mcp'], async () => [(await import('./mcp-command.ts')).addMcpCommand]],
    [['completion'], async () => [(await import('./completion-command.ts')).addCompletionCommand]],
  ]

/** Commands that `createProgram` defines itself. */
const alwaysThere = new Set(['serve', 'migrate', '--version'])

async function addCommands(program: Command, first: string | undefined): Promise<void> {
  if (first !== undefined && alwaysThere.has(first)) return
  const called = groups.filter(([names]) => names.includes(first ?? ''))
  // Help, a mistyped name and shell completion need all of them.
  const loaded = first === 'completion' || called.length === 0 ? groups : called
  for (const [, load] of loaded) for (const add of await load()) add(program)
}

/** Commands inherit the settings of the program only if it creates them; this applies them to all. */
function exitOverrideEverywhere(command: Command): void {
  for (const child of command.commands) {
    child.exitOverride().showHelpAfterError('(--help says more)')
    exitOverrideEverywhere(child)
  }
}

const helpNames = new Set(['help', '--help', '-h'])

/**
 * `help series stop` as `series stop --help`, and only the names up to one that is no command. Commander would print the help of the
 * commands around both, and exit with 0.
 */
function withHelpLast(program: Command, args: readonly string[]): readonly string[] {
  const names: string[] = []
  let command: Command | undefined = program
  let isHelp = false
  for (const name of args) {
    if (command.commands.length === 0 || (name.startsWith('-') && !helpNames.has(name))) break
    if (helpNames.has(name)) {
      isHelp = true
      continue
    }
    names.push(name)
    command = command.commands.find((one) => one.name() === name)
    if (command === undefined) return names
  }
  return isHelp ? [...names, '--help'] : args
}

async function main(): Promise<number> {
  const program = createProgram()
  try {
    const args = process.argv.slice(2)
    await addCommands(
      program,
      args.find((one) => !helpNames.has(one)),
    )
    exitOverrideEverywhere(program)
    await program.parseAsync(withHelpLast(program, args), { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUsage
    // A command with much output also fails because of it; the failure is reported below.
    if (error !== outputFailure())
      process.stderr.write(`counterfoil: ${describeFailure(error)}\n${stackOf(error)}`)
    if (error instanceof Interrupted) process.exit(error.exitCode)
    return failed
  }
}

const code = await main()
// A failed write is reported slightly later.
await setImmediate()
const unwritten = outputFailure()
// A reader that has read enough closes the pipe (`| head`); that is not reported.
if (unwritten !== undefined && unwritten.code !== 'EPIPE')
  process.stderr.write(`counterfoil: standard output: ${unwritten.message}\n`)
process.exitCode = unwritten === undefined ? code : failed
