import { InvalidArgumentError, Option, type Command } from 'commander'
import { lookupTypes } from '../identity/credentials/attribution.ts'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { findTill } from '../identity/organisations/find-till.ts'
import { noSuchLogin } from '../identity/organisations/revoke-login.ts'
import { listTillLookups, setTillLookups, type TillLookup } from '../identity/organisations/till-lookups.ts'
import { inTransaction } from '../platform/db/transaction.ts'
import { refuse } from '../values/errors.ts'
import { print, withDatabase } from './run.ts'

const maxLookups = 100
const maxLength = 200

interface Given {
  readonly org: string
  readonly code: string
  readonly set?: readonly TillLookup[]
  readonly clear?: boolean
  readonly json?: boolean
}

/** `till lookups`: the codes of other systems that stand for a till in the attribution headers. */
export function addTillLookupsCommand(program: Command): void {
  const till = program.commands.find((one) => one.name() === 'till')
  if (till === undefined) throw new Error('the command till is added before its lookups')
  till
    .command('lookups')
    .description('show or set the codes of other systems that stand for this till')
    .requiredOption('--org <id or name>', 'the organisation')
    .requiredOption('--code <code>', 'which till')
    .option(
      '--set <TYPE:code>',
      `state these and no others; repeat it for several. TYPE: ${lookupTypes.join(', ')}`,
      (text: string, before: readonly TillLookup[] | undefined) => [...(before ?? []), readLookup(text)],
    )
    .addOption(new Option('--clear', 'no code stands for the till any longer').conflicts('set'))
    .option('--json', 'print JSON')
    .action(run)
}

/** @throws InvalidArgumentError unless the text is a type and a code. */
function readLookup(text: string): TillLookup {
  const [, name = '', lookup = ''] = /^(\w+):(.+)$/su.exec(text) ?? []
  const type = lookupTypes.find((one) => one === name.toUpperCase())
  if (type === undefined || lookup.length > maxLength || lookup.includes('\0'))
    throw new InvalidArgumentError(
      `Write a type, a colon and a code of at most ${maxLength} characters. Types: ${lookupTypes.join(', ')}.`,
    )
  return { type, lookup }
}

async function run({ org, code, set, clear, json }: Given): Promise<void> {
  const wanted = clear === true ? [] : set
  if (wanted !== undefined && wanted.length > maxLookups)
    throw refuse.badRequest(`At most ${maxLookups} codes can stand for a till`)
  const lookups = await withDatabase(({ queries }) =>
    inTransaction(queries, async (transaction) => {
      const { orgId } = await findOrganisation(transaction, org)
      const id = await findTill(transaction, orgId, code)
      if (id === undefined) throw noSuchLogin('till', code)
      if (wanted !== undefined) await setTillLookups(transaction, orgId, id, wanted)
      return (await listTillLookups(transaction, orgId, [id])).get(id) ?? []
    }),
  )
  const lines = lookups.map(({ type, lookup }) => `${type}:${lookup}`)
  print(json, lookups, lines.length === 0 ? ['No code stands for this till'] : lines)
}
