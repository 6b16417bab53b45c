import { setImmediate } from 'node:timers/promises'
import { Command, CommanderError } from 'commander'
import { readConfig } from '../platform/config.ts'
import { settings } from '../platform/settings.ts'
import { version } from '../platform/version.ts'
import { addAuditCommand } from './audit-command.ts'
import { addBackupCommands } from './backup-commands.ts'
import { addDemoCommand } from './demo-command.ts'
import { addDoctorCommand } from './doctor-command.ts'
import { addGenerateCommands } from './generate-command.ts'
import { addCompletionCommand } from './completion-command.ts'
import { addCustomerCommands } from './customer-commands.ts'
import { addDeleteOrganisationCommand } from './delete-organisation-command.ts'
import { addExportCommands } from './export-command.ts'
import { describeFailure, stackOf } from '../operate/failure.ts'
import { addImportCommands } from './import-command.ts'
import { addListCommands } from './list-commands.ts'
import { addOrganisationCommands } from './organisation-commands.ts'
import { addWebhookCommands } from './webhook-commands.ts'
import { addUserCommands } from './user-commands.ts'
import { Interrupted } from './interruption.ts'
import { openOrMakeDatabase, withDatabase } from './run.ts'
import { outputFailure } from './standard-output.ts'

const failed = 1
const wrongUsage = 2

function environmentHelp(): string {
  const width = Math.max(...settings.map(({ name }) => name.length))
  const lines = settings.map(({ name, default: usual, allowed, meaning }) => {
    const facts = [allowed, usual && `default ${usual}`].filter((fact) => fact !== '').join('; ')
    return `  ${name.padEnd(width)}  ${meaning}${facts && ` (${facts})`}`
  })
  return `\nEnvironment:\n${lines.join('\n')}\n\nExit codes: 0 done, 1 failed, 2 wrong usage.`
}

function createProgram(): Command {
  const program = new Command('counterfoil')
    .description('A self-hosted coupon ledger that speaks the Capillary v2 coupon API.')
    .version(version, '--version', 'print the version')
    .showHelpAfterError('(--help says more)')
    .exitOverride()
    .addHelpText('after', environmentHelp())
  program
    .command('serve')
    .description('run the server until it is told to stop')
    .action(async () => {
      // Other commands need no HTTP server, and start sooner without it.
      const { serve } = await import('./serve.ts')
      await serve(readConfig(process.env))
    })
  program
    .command('migrate')
    .description('bring the database up to date')
    .action(() =>
      withDatabase(
        async ({ migrated }) => {
          for (const name of migrated) process.stdout.write(`${name}\n`)
          process.stderr.write(
            migrated.length === 0
              ? 'The database is up to date\n'
              : `Applied ${migrated.length} migrations\n`,
          )
        },
        { open: openOrMakeDatabase },
      ),
    )
  addOrganisationCommands(program)
  addUserCommands(program)
  addListCommands(program)
  addDeleteOrganisationCommand(program)
  addCustomerCommands(program)
  addImportCommands(program)
  addGenerateCommands(program)
  addExportCommands(program)
  addAuditCommand(program)
  addDoctorCommand(program)
  addBackupCommands(program)
  addDemoCommand(program)
  addWebhookCommands(program)
  addCompletionCommand(program)
  return program
}

/** Commands inherit the settings of the program only when they are made by it; these hold for all. */
function exitOverrideEverywhere(command: Command): void {
  for (const child of command.commands) {
    child.exitOverride().showHelpAfterError('(--help says more)')
    exitOverrideEverywhere(child)
  }
}

async function main(): Promise<number> {
  const program = createProgram()
  exitOverrideEverywhere(program)
  try {
    await program.parseAsync()
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUsage
    // A command that writes much fails of it too, and it is told below.
    if (error !== outputFailure())
      process.stderr.write(`counterfoil: ${describeFailure(error)}\n${stackOf(error)}`)
    if (error instanceof Interrupted) process.exit(error.exitCode)
    return failed
  }
}

const code = await main()
// What cannot be written is told a little later.
await setImmediate()
const unwritten = outputFailure()
// Who has read enough goes away (`| head`) and needs no words about it.
if (unwritten !== undefined && unwritten.code !== 'EPIPE')
  process.stderr.write(`counterfoil: standard output: ${unwritten.message}\n`)
process.exitCode = unwritten === undefined ? code : failed
