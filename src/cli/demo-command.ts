import type { Command } from 'commander'
import { closePublicLogins } from '../operate/demo/public-logins.ts'
import { print, withDatabase } from './run.ts'

/** `demo close`: required before a database that contains the demo is opened to others. */
export function addDemoCommand(program: Command): void {
  const demo = program.command('demo').description('the demo organisation, whose credentials are published')
  demo
    .command('close')
    .description(
      'revoke the published credentials: tills and client are revoked, people get random passwords that are not printed (user set-password sets new ones)',
    )
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const closed = await withDatabase(({ queries }) => closePublicLogins(queries))
      const what = {
        till: 'Revoked till',
        client: 'Revoked client',
        user: 'Changed the password of',
      } as const
      print(
        json,
        { closed: closed.map(({ kind, login }) => ({ kind, login })) },
        closed.length === 0
          ? ['No published credentials of the demo work in this database']
          : closed.map(({ kind, login }) => `${what[kind]} "${login}"`),
      )
    })
}
