import type { Command } from 'commander'
import { OperatorError } from '../values/errors.ts'
import { importHistory } from '../bulk/history/import-history.ts'
import { recordKinds, type ImportSummary, type RefusedEntry } from '../bulk/history/import-summary.ts'
import { findAnswerFiles, readAnswers } from '../bulk/history/read-answers.ts'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { addFileImportCommands } from './import-file-command.ts'
import { createImportProgress } from './import-progress.ts'
import { keptOf, print, withDatabase } from './run.ts'

interface Given {
  readonly org: string
  readonly dryRun?: boolean
  readonly later?: boolean
  readonly json?: boolean
}

/** `import history`: the records of another service; and rows of files. */
export function addImportCommands(program: Command): void {
  const parent = program.command('import').description('import data of another service')
  const history = parent
    .command('history')
    .description('import saved answers of GET /v2/customers/coupons; existing records are not changed')
    .argument('<file...>', 'answers, arrays of them, or one per line; a directory; - for standard input')
    .requiredOption('--org <id or name>', 'the organisation')
    .option(
      '--later',
      'add missing redemptions, reversals and returns to existing coupons and update their uses left: for answers that are newer than the imported ones',
    )
    .option('--dry-run', 'check everything, the database included, and keep nothing')
    .option('--json', 'print the summary as JSON')
    .action(async (names: string[], given: Given) => {
      if (names.filter((name) => name === '-').length > 1) history.error('error: - can be given once')
      const refusals = await runImport(names, given)
      if (refusals > 0) throw new OperatorError(`${refusals} refused; see above`)
    })
  addFileImportCommands(parent)
}

/** @returns the number of refused records and files. */
async function runImport(names: readonly string[], { org, dryRun, later, json }: Given): Promise<number> {
  const files = await findAnswerFiles(names)
  if (files.length === 0) throw new OperatorError('there is no .json, .ndjson or .jsonl file')
  const progress = createImportProgress(files)
  const refused: RefusedEntry[] = []
  try {
    const summary = await withDatabase(
      async ({ queries }) => {
        const organisation = await findOrganisation(queries, org)
        const answers = readAnswers(files, process.stdin, progress.read)
        return importHistory(queries, organisation, answers, {
          isDryRun: dryRun ?? false,
          addsToCoupons: later ?? false,
          onRefused(entry) {
            progress.say(describeRefused(entry))
            if (json) refused.push(entry)
          },
          onWarning: (text) => progress.say(`warning: ${text}`),
          onProgress: progress.written,
        })
      },
      { goOn: keptOf(dryRun) },
    )
    progress.stop()
    const { refusals, ...counts } = summary
    print(json, { files: files.length, ...counts, refused }, describe(summary, files.length, dryRun ?? false))
    return refusals
  } finally {
    progress.stop()
  }
}

function describeRefused({ file, path, reason }: RefusedEntry): string {
  return `${file === '-' ? 'standard input' : file}${path && ` ${path}`}: ${reason}`
}

function describe(summary: ImportSummary, files: number, isDryRun: boolean): string[] {
  const { answers, series, stores } = summary
  const [came, stays] = isDryRun ? ['would come in', 'would be refused'] : ['came in', 'refused']
  const kinds = recordKinds.map((kind) => {
    const { new: fresh, present, refused } = summary[kind]
    return `${kind.padEnd(11)}  ${fresh} ${came}, ${present} there already, ${refused} ${stays}`
  })
  return [
    `Read ${answers} ${answers === 1 ? 'answer' : 'answers'} in ${files} ${files === 1 ? 'file' : 'files'}`,
    ...kinds,
    `series       ${series.new} ${came}`,
    `stores       ${stores.new} ${came}`,
    ...(isDryRun ? ['Nothing was kept: this was a dry run'] : []),
  ]
}
