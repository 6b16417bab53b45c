import { writeFile } from 'node:fs/promises'
import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Command } from 'commander'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { nameOfPublicKey } from '../operate/chain/checkpoint-rules.ts'
import { signingKeyOf } from '../operate/chain/checkpoint-keys.ts'
import { makeCheckpoint } from '../operate/chain/make-checkpoint.ts'
import { OperatorError } from '../values/errors.ts'
import { withDatabase } from './run.ts'

interface Given {
  readonly org: string
  readonly new?: true
  readonly output?: string
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** `checkpoint export` and `checkpoint key`: what proves later that the chain of events was not changed. */
export function addCheckpointCommands(program: Command): void {
  const checkpoint = program
    .command('checkpoint')
    .description('sign the state of the chain of events, to keep outside the database')
  checkpoint
    .command('export')
    .description('link the events up to now, and write a signed checkpoint of the chain as JSON')
    .requiredOption('--org <id or name>', 'the organisation')
    .option('--output <file>', 'output file, which must not exist yet; default: standard output')
    .action((given: Given) => exportCheckpoint(given))
  checkpoint
    .command('key')
    .description('print the public key that verifies checkpoints of an organisation (PEM)')
    .requiredOption('--org <id or name>', 'the organisation')
    .option('--output <file>', 'output file, which must not exist yet; default: standard output')
    .option('--new', 'make a new key, which signs from now on')
    .action(({ org, new: isReplaced, output }: Given) =>
      withDatabase(async ({ queries }, { secrets: { keys } }) => {
        const { orgId } = await findOrganisation(queries, org)
        const { privateKey, isNew } = await signingKeyOf(queries, keys, orgId, isReplaced === true)
        await write(output, createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString())
        sayKey(privateKey, isNew)
      }),
    )
}

async function exportCheckpoint({ org, output }: Given): Promise<void> {
  await withDatabase(
    async (database, { secrets: { keys } }, signal) => {
      const { orgId, name } = await findOrganisation(database.queries, org)
      const { checkpoint, privateKey, isKeyNew, waiting } = await makeCheckpoint(
        database,
        keys,
        orgId,
        signal,
      )
      await write(output, `${JSON.stringify(checkpoint, null, 2)}\n`)
      say(`Signed position ${checkpoint.position} of the chain of organisation ${orgId} ${name}`)
      if (waiting > 0)
        say(
          `${waiting} later events are not in it: transactions that write events, such as an import, are open`,
        )
      sayKey(privateKey, isKeyNew)
    },
    { goOn: output ? `${output} was not written` : 'no checkpoint was written' },
  )
}

function sayKey(privateKey: KeyObject, isNew: boolean): void {
  const name = nameOfPublicKey(createPublicKey(privateKey))
  say(isNew ? `The key ${name} was made: print it with counterfoil checkpoint key` : `The key is ${name}`)
}

/** A checkpoint is never overwritten: it may be the only one that shows what was changed since. */
async function write(output: string | undefined, text: string): Promise<void> {
  if (output === undefined) {
    process.stdout.write(text)
    return
  }
  await writeFile(output, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw new OperatorError(
      error.code === 'EEXIST'
        ? `${output} exists already: give the name of a new file`
        : `cannot write ${output}: ${error.message}`,
    )
  })
}
