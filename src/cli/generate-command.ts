import type { Command } from 'commander'
import { batchStrength, readBatch, type CodeBatch } from '../bulk/codes/code-batch.ts'
import { orderBatchAlone } from '../bulk/codes/order-batch.ts'
import { proveBatch } from '../bulk/codes/prove-batch.ts'
import { guessesPerSecond } from '../bulk/codes/strength-rules.ts'
import { awaitBatch } from '../bulk/codes/await-batch.ts'
import { OperatorError } from '../values/errors.ts'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import type { GroupsVerdict } from '../ledger/redemptions/judge-groups.ts'
import { setCodeForm } from '../ledger/series/set-code-form.ts'
import { isFormAtRisk, keyspaceOf } from '../values/code-form.ts'
import { readId } from './arguments.ts'
import { createGenerateProgress } from './generate-progress.ts'
import { print, withDatabase } from './run.ts'

interface Given {
  readonly org: string
  readonly series?: number
  readonly count?: number
  readonly batch?: number
  readonly allowWeak?: boolean
  readonly json?: boolean
}

const wholeNumber = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN)

/** `generate`: codes before there are customers; `code-form`: the form of a series' codes. */
export function addGenerateCommands(program: Command): void {
  const generate = program
    .command('generate')
    .description(
      'generate codes of a series and wait until they are complete; continue an interrupted batch with --batch',
    )
    .requiredOption('--org <id or name>', 'the organisation')
    .option('--series <id>', 'the series', wholeNumber)
    .option('--count <number>', 'how many codes, at most 10,000,000', wholeNumber)
    .option('--batch <id>', 'continue a batch, instead of --series and --count', wholeNumber)
    .option('--allow-weak', 'also generate codes that can be guessed within a year')
    .option('--json', 'print JSON')
    .action(async (given: Given) => {
      const { series, count, batch } = given
      const isOrder = series !== undefined && count !== undefined && batch === undefined
      const isRest = batch !== undefined && series === undefined && count === undefined
      const isSane = [series, count, batch].every((one) => one === undefined || Number.isSafeInteger(one))
      if (!isSane || (!isOrder && !isRest))
        generate.error('error: give --series and --count, or --batch, each a whole number')
      await runGenerate(given)
    })
  program
    .command('code-form')
    .description('set the form of generated codes of a series; omitted options stay as the series has them')
    .requiredOption('--org <id or name>', 'the organisation')
    .requiredOption('--series <id>', 'the series', readId)
    .option(
      '--alphabet <name or characters>',
      'numeric, alphanumeric, unambiguous, or characters of your own',
    )
    .option('--pattern <pattern>', 'each # is a random character, e.g. SUMMER-####-####')
    .option('--check-character', 'add a check character after the last random one')
    .option('--json', 'print JSON')
    .action(runCodeForm)
}

async function runGenerate({ org, series, count, batch: id, allowWeak = false, json }: Given): Promise<void> {
  const { batch, proof } = await withDatabase(
    async ({ pool, queries }) => {
      const organisation = await findOrganisation(queries, org)
      const { orgId } = organisation
      const open =
        id === undefined
          ? await orderBatchAlone(pool, organisation, {
              seriesId: series ?? 0,
              count: count ?? 0,
              allowWeak,
              tillId: null,
            })
          : await readBatch(pool, orgId, id)
      const progress = createGenerateProgress(open)
      try {
        progress.say(`batch ${open.id}: ${describeStrength(open)}`)
        if (isFormAtRisk(open.form)) progress.say(spreadsheetWarning)
        const ended = await awaitBatch(pool, orgId, open.id, progress.made)
        return { batch: ended, proof: await proveBatch(pool, organisation, ended) }
      } finally {
        progress.stop()
      }
    },
    { goOn: 'a running server completes the batch, and so does generate --org … --batch with its number' },
  )
  const { keyspace, liveCodes, guessesPerHit, daysPerHit, isWeak } = batchStrength(batch)
  const { id: batchId, seriesId, state, asked, made, failure } = batch
  const strength = {
    keyspace: String(keyspace),
    liveCodes: String(liveCodes),
    guessesPerHit: String(guessesPerHit),
    daysPerHit: String(daysPerHit),
    weak: isWeak,
  }
  const refusedNow = Object.fromEntries(proof.refusedNow)
  const told = { redeemable: proof.redeemable, refusedNow }
  print(json, { id: batchId, seriesId, state, asked, made, proof: told, failure, strength }, [
    `Batch ${batchId} of series ${seriesId} is ${state}: ${made} of ${asked} codes made`,
    ...describeProof(made, proof),
    describeStrength(batch),
  ])
  if (state !== 'done')
    throw new OperatorError(`the batch is ${state}${failure === null ? '' : `: ${failure}`}`)
}

function describeProof(made: number, { redeemable, refusedNow }: GroupsVerdict): string[] {
  const later = [...refusedNow].map(([code, count]) => ` + ${count} there and not redeemable now (${code})`)
  const there = [...refusedNow.values()].reduce((sum, count) => sum + count, redeemable)
  return [
    `Proof: ${made} made = ${redeemable} redeemable${later.join('')}`,
    ...(there === made ? [] : [`WRONG: ${there} are there`]),
  ]
}

const spreadsheetWarning =
  'warning: a spreadsheet changes codes of this form when it opens them; letters in every code prevent that'

function describeStrength(batch: CodeBatch): string {
  const { keyspace, liveCodes, guessesPerHit, daysPerHit, isWeak } = batchStrength(batch)
  return (
    `${liveCodes} live codes among ${keyspace}: one hit in ${guessesPerHit} guesses, ` +
    `${daysPerHit} days at ${guessesPerSecond} a second${isWeak ? ' (weak)' : ''}`
  )
}

async function runCodeForm(given: {
  org: string
  series: number
  alphabet?: string
  pattern?: string
  checkCharacter?: boolean
  json?: boolean
}): Promise<void> {
  const form = await withDatabase(async ({ pool, queries }) => {
    const { orgId } = await findOrganisation(queries, given.org)
    return setCodeForm(pool, orgId, given.series, {
      alphabet: given.alphabet ?? null,
      pattern: given.pattern ?? null,
      hasCheckCharacter: given.checkCharacter ?? false,
    })
  })
  const { alphabet, pattern, prefix, suffix, hasCheckCharacter } = form
  if (isFormAtRisk(form)) process.stderr.write(`${spreadsheetWarning}\n`)
  const keyspace = String(keyspaceOf(form))
  print(given.json, { alphabet, pattern, prefix, suffix, checkCharacter: hasCheckCharacter, keyspace }, [
    `Codes of series ${given.series}: ${prefix}${pattern}${suffix} with # of ${alphabet}` +
      `${hasCheckCharacter ? ' and a check character behind the last #' : ''}; ${keyspace} different ones`,
  ])
}
