import { createInterface } from 'node:readline/promises'
import { text as readAll } from 'node:stream/consumers'
import { Writable } from 'node:stream'
import type { Command } from 'commander'
import { roles } from '../access/roles.ts'
import { OperatorError } from '../errors.ts'
import { findOrganisation } from '../organisations/find-organisation.ts'
import { setUserPassword } from '../users/change-user.ts'
import { createUser, generatePassword } from '../users/create-user.ts'
import { findUserId } from '../users/list-users.ts'
import { checkEmail, checkRole, hashNewPassword } from '../users/user.ts'
import { print, withDatabase } from './run.ts'

/** Asks for a password that is not shown while it is typed. */
async function askPassword(): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  process.stderr.write('Password (empty: one is generated): ')
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}

/** From the terminal or, where there is none, the first line of what is piped in. Empty: generate one. */
async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) return askPassword()
  return (await readAll(process.stdin)).split(/\r?\n/, 1)[0] ?? ''
}

interface Given {
  readonly org: string
  readonly email: string
  readonly name: string
  readonly role: string
  readonly generate?: boolean
  readonly json?: boolean
}

/** What is printed of a password: one that was typed is known already. */
async function choosePassword(
  given: Pick<Given, 'email' | 'generate'>,
): Promise<{ passwordHash: string; generated: string | undefined }> {
  const typed = given.generate ? '' : await readPassword()
  const generated = typed === '' ? generatePassword() : undefined
  return { passwordHash: await hashNewPassword(generated ?? typed, given.email), generated }
}

const shownOnce = (generated: string | undefined): string[] =>
  generated === undefined
    ? []
    : [`password  ${generated}`, 'The password is kept as a hash only: note it now.']

/** `user`: people who sign in with an e-mail address and a password. */
export function addUserCommands(program: Command): void {
  const user = program
    .command('user')
    .description('people, who sign in with an e-mail address and a password')
  user
    .command('create')
    .description(
      'create a user; the password is asked for, read from stdin, or generated and printed, this once',
    )
    .requiredOption('--org <id or name>', 'the organisation')
    .requiredOption('--email <address>', 'what the person signs in with; unique across organisations')
    .requiredOption('--name <name>', 'what people call the person')
    .requiredOption('--role <role>', roles.join(', '))
    .option('--generate', 'generate the password without asking')
    .option('--json', 'print JSON')
    .action(async (given: Given) => {
      const role = checkRole(given.role)
      const email = checkEmail(given.email)
      const { passwordHash, generated } = await choosePassword(given)
      const id = await withDatabase(async ({ queries }) => {
        const { orgId } = await findOrganisation(queries, given.org)
        return createUser(queries, { orgId, email, name: given.name, role, passwordHash })
      })
      print(given.json, { id, email, role, ...(generated !== undefined && { password: generated }) }, [
        `Created user ${id} "${email}" (${role})`,
        ...shownOnce(generated),
      ])
    })
  user
    .command('set-password')
    .description('give a user another password, such as an administrator who has lost it; sessions are over')
    .requiredOption('--org <id or name>', 'the organisation')
    .requiredOption('--email <address>', 'which user')
    .option('--generate', 'generate the password without asking')
    .option('--json', 'print JSON')
    .action(async (given: Pick<Given, 'org' | 'email' | 'generate' | 'json'>) => {
      const email = checkEmail(given.email)
      const { passwordHash, generated } = await choosePassword(given)
      const id = await withDatabase(async ({ queries }) => {
        const { orgId } = await findOrganisation(queries, given.org)
        const found = await findUserId(queries, orgId, email)
        if (found === undefined) throw new OperatorError(`there is no user "${email}"`)
        await setUserPassword(queries, orgId, found, passwordHash)
        return found
      })
      print(given.json, { id, email, ...(generated !== undefined && { password: generated }) }, [
        `User ${id} "${email}" has another password; sessions are over.`,
        ...shownOnce(generated),
      ])
    })
}
