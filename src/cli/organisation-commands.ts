import type { Command } from 'commander'
import { createClient } from '../identity/organisations/create-client.ts'
import { createOrganisation } from '../identity/organisations/create-organisation.ts'
import { createStore } from '../identity/organisations/create-store.ts'
import { createTill } from '../identity/organisations/create-till.ts'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { rotateSecret } from '../identity/organisations/rotate-secret.ts'
import { revokeLogin } from '../identity/organisations/revoke-login.ts'
import { askReplaysTillRetries } from './ask-retries.ts'
import { readPassword, warnOfArgument } from './read-password.ts'
import { openOrMakeDatabase, print, withDatabase } from './run.ts'

const orgOption = ['--org <id or name>', 'the organisation'] as const
const jsonOption = ['--json', 'print JSON'] as const

/** `org`, `store`, `till` and `client`: the callers of the API. */
export function addOrganisationCommands(program: Command): void {
  addOrgCommand(program)
  addStoreCommand(program)
  addTillCommands(program)
  addClientCommands(program)
}

function addOrgCommand(program: Command): void {
  const org = program.command('org').description('organisations')
  org
    .command('create')
    .description('create an organisation')
    .requiredOption('--name <name>', 'its name; unique')
    .requiredOption('--time-zone <zone>', 'IANA time zone, e.g. Asia/Kolkata')
    .requiredOption('--country <code>', 'ISO 3166 country, e.g. IN: mobile numbers are read as numbers of it')
    .option('--currency <code>', 'ISO 4217 currency, e.g. INR')
    .option('--replay-retries', 'a till that repeats a sale gets the answer of the first redemption')
    .option('--no-replay-retries', 'a till that repeats a sale is refused (711, 716)')
    .option('--sandbox', 'a place to try integrations, with its own clock; cannot be changed later')
    .option(...jsonOption)
    .action(
      async ({
        name,
        timeZone,
        country,
        currency,
        sandbox: isSandbox = false,
        replayRetries,
        json,
      }: {
        name: string
        timeZone: string
        country: string
        currency?: string
        sandbox?: boolean
        replayRetries?: boolean
        json?: boolean
      }) => {
        const { isOn: replaysTillRetries, note } = await askReplaysTillRetries(replayRetries)
        const given = { name, timeZone, country, currency, isSandbox, replaysTillRetries }
        const id = await withDatabase(({ queries }) => createOrganisation(queries, given), {
          open: openOrMakeDatabase,
        })
        process.stderr.write(note)
        const kind = isSandbox ? 'sandbox' : 'organisation'
        print(json, { id, name, sandbox: isSandbox, replaysTillRetries }, [`Created ${kind} ${id} "${name}"`])
      },
    )
}

function addStoreCommand(program: Command): void {
  const store = program.command('store').description('stores of an organisation')
  store
    .command('create')
    .description('create a store')
    .requiredOption(...orgOption)
    .requiredOption('--code <code>', 'what integrations call it; unique in the organisation')
    .requiredOption('--name <name>', 'what people call it')
    .option(...jsonOption)
    .action(
      async ({
        org: named,
        code,
        name,
        json,
      }: {
        org: string
        code: string
        name: string
        json?: boolean
      }) => {
        const id = await withDatabase(async ({ queries }) => {
          const { orgId } = await findOrganisation(queries, named)
          return createStore(queries, { orgId, code, name })
        })
        print(json, { id, code, name }, [`Created store ${id} "${code}"`])
      },
    )
}

function addTillCommands(program: Command): void {
  const till = program.command('till').description('tills, which sign in with a code and a password')
  till
    .command('create')
    .description('create a till')
    .requiredOption(...orgOption)
    .requiredOption('--store <code>', 'the store where it is')
    .requiredOption('--code <code>', 'its user name; unique across organisations')
    .option('--password <password>', 'its password; safer: type it when asked, or pipe it in')
    .option('--read-only', 'may read, but not change anything')
    .option(
      '--access-group <name>',
      'its permissions; default: till, which reads customers and writes coupons',
    )
    .option(...jsonOption)
    .action(
      async (given: {
        org: string
        store: string
        code: string
        password?: string
        readOnly?: boolean
        accessGroup?: string
        json?: boolean
      }) => {
        const { code } = given
        if (given.password !== undefined) warnOfArgument()
        const password = given.password ?? (await readPassword('Password: '))
        if (password === '')
          till.error('error: the password is missing: type it when asked, pipe it in, or use --password', {
            exitCode: 2,
          })
        const id = await withDatabase(async ({ queries }) => {
          const { orgId } = await findOrganisation(queries, given.org)
          return createTill(queries, {
            orgId,
            storeCode: given.store,
            code,
            password,
            isReadOnly: given.readOnly ?? false,
            accessGroup: given.accessGroup,
          })
        })
        print(given.json, { id, code, readOnly: given.readOnly ?? false }, [`Created till ${id} "${code}"`])
      },
    )
  addRevoke(till, 'till', 'code')
}

function addClientCommands(program: Command): void {
  const client = program.command('client').description('OAuth clients, which sign in with a key and a secret')
  client
    .command('create')
    .description('create a client and print its secret once')
    .requiredOption(...orgOption)
    .requiredOption('--till <code>', 'the till it acts as')
    .requiredOption('--name <name>', 'what people call it')
    .option('--access-group <name>', 'its permissions, e.g. administrator; default: those of the till')
    .option(...jsonOption)
    .action(
      async ({
        org: named,
        till: tillCode,
        name,
        accessGroup,
        json,
      }: {
        org: string
        till: string
        name: string
        accessGroup?: string
        json?: boolean
      }) => {
        const created = await withDatabase(async ({ queries }) => {
          const { orgId } = await findOrganisation(queries, named)
          return createClient(queries, { orgId, tillCode, name, accessGroup })
        })
        print(json, { ...created, name }, [
          `Created client ${created.id} "${name}"`,
          `key     ${created.key}`,
          `secret  ${created.secret}`,
          'Only a hash of the secret is stored: note it now.',
        ])
      },
    )
  addRevoke(client, 'client', 'name')
  client
    .command('rotate')
    .description('give a client a new secret and print it once')
    .requiredOption(...orgOption)
    .requiredOption('--name <name>', 'which client')
    .option(...jsonOption)
    .action(async ({ org: named, name, json }: { org: string; name: string; json?: boolean }) => {
      const rotated = await withDatabase(async ({ queries }) => {
        const { orgId } = await findOrganisation(queries, named)
        return rotateSecret(queries, orgId, name)
      })
      print(json, rotated, [
        `Client ${rotated.id} "${name}" has another secret; the old one is of no use any more.`,
        `key     ${rotated.key}`,
        `secret  ${rotated.secret}`,
        'Only a hash of the secret is stored: note it now.',
      ])
    })
}

function addRevoke(parent: Command, kind: 'till' | 'client', naming: string): void {
  parent
    .command('revoke')
    .description(`revoke a ${kind}: within a second it may no longer sign in`)
    .requiredOption(...orgOption)
    .requiredOption(`--${naming} <${naming}>`, `which ${kind}`)
    .option(...jsonOption)
    .action(async (given: Record<string, string> & { json?: boolean }) => {
      const name = String(given[naming])
      await withDatabase(async ({ queries }) => {
        const { orgId } = await findOrganisation(queries, String(given['org']))
        await revokeLogin(queries, orgId, kind, name)
      })
      print(given.json, { revoked: name }, [`Revoked ${kind} "${name}"`])
    })
}
