import type { Command } from 'commander'
import { roles } from '../identity/credentials/roles.ts'
import { OperatorError } from '../values/errors.ts'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { setUserPassword } from '../identity/people/change-user.ts'
import { createUser, generatePassword } from '../identity/people/create-user.ts'
import { findUserId } from '../identity/people/list-users.ts'
import { checkEmail, checkRole, hashNewPassword } from '../identity/people/user.ts'
import { readPassword } from './read-password.ts'
import { print, withDatabase } from './run.ts'

interface Given {
  readonly org: string
  readonly email: string
  readonly name: string
  readonly role: string
  readonly generate?: boolean
  readonly json?: boolean
}

const question = 'Password (leave empty to generate one): '

/** Determines the password, and the part of it to print: a typed one is already known. */
async function choosePassword(
  isGenerated: boolean | undefined,
): Promise<{ password: string; generated: string | undefined }> {
  const typed = isGenerated ? '' : await readPassword(question)
  const generated = typed === '' ? generatePassword() : undefined
  return { password: generated ?? typed, generated }
}

const shownOnce = (generated: string | undefined): string[] =>
  generated === undefined
    ? []
    : [`password  ${generated}`, 'Only a hash of the password is stored: note it now.']

/** `user`: people who sign in with an e-mail address and a password. */
export function addUserCommands(program: Command): void {
  const user = program
    .command('user')
    .description('people, who sign in with an e-mail address and a password')
  user
    .command('create')
    .description(
      'create a user; asks for the password, reads it from stdin, or generates one and prints it once',
    )
    .requiredOption('--org <id or name>', 'the organisation')
    .requiredOption('--email <address>', 'the e-mail address to sign in with; unique across organisations')
    .requiredOption('--name <name>', 'the name of the person')
    .requiredOption('--role <role>', roles.join(', '))
    .option('--generate', 'generate the password without asking')
    .option('--json', 'print JSON')
    .action(async (given: Given) => {
      const role = checkRole(given.role)
      const email = checkEmail(given.email)
      const { password, generated } = await choosePassword(given.generate)
      const id = await withDatabase(async ({ queries }) => {
        const { orgId, name: organisation } = await findOrganisation(queries, given.org)
        const passwordHash = await hashNewPassword({ password, email, organisation })
        return createUser(queries, { orgId, email, name: given.name, role, passwordHash })
      })
      print(given.json, { id, email, role, ...(generated !== undefined && { password: generated }) }, [
        `Created user ${id} "${email}" (${role})`,
        ...shownOnce(generated),
      ])
    })
  user
    .command('set-password')
    .description(
      'set a new password of a user, for example of an administrator who has lost it; ends the sessions',
    )
    .requiredOption('--org <id or name>', 'the organisation')
    .requiredOption('--email <address>', 'which user')
    .option('--generate', 'generate the password without asking')
    .option('--json', 'print JSON')
    .action(async (given: Pick<Given, 'org' | 'email' | 'generate' | 'json'>) => {
      const email = checkEmail(given.email)
      const { password, generated } = await choosePassword(given.generate)
      const id = await withDatabase(async ({ queries }) => {
        const { orgId, name: organisation } = await findOrganisation(queries, given.org)
        const found = await findUserId(queries, orgId, email)
        if (found === undefined) throw new OperatorError(`there is no user "${email}"`)
        const passwordHash = await hashNewPassword({ password, email, organisation })
        await setUserPassword(queries, orgId, found, passwordHash)
        return found
      })
      print(given.json, { id, email, ...(generated !== undefined && { password: generated }) }, [
        `User ${id} "${email}" has a new password; all sessions have ended.`,
        ...shownOnce(generated),
      ])
    })
}
