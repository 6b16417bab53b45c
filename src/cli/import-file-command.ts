import type { ReadStream } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Database } from '../db/database.ts'
import { OperatorError, quote } from '../errors.ts'
import { delimiterNames } from '../files/csv-rules.ts'
import { importFile, type FileSummary } from '../files/import-file.ts'
import { openRejectedFile, removeStaleRejectedFile } from '../files/rejected-file.ts'
import type { FileKind } from '../files/stage-rows.ts'
import type { TakenColumns } from '../files/taken-columns.ts'
import { findOrganisation, type Organisation } from '../organisations/find-organisation.ts'
import { createFileProgress } from './file-progress.ts'
import { keptOf, print, withDatabase } from './run.ts'

interface Given {
  readonly org: string
  readonly series?: string
  readonly rejected?: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

const descriptions: Record<FileKind, string> = {
  codes: 'let codes wait for customers, give codes to customers, or issue coupons to customers',
  redemptions: 'write redemptions into the ledger that took place elsewhere',
  customers: 'bring in customers with their identifiers',
}

/** `import codes`, `import redemptions` and `import customers`: rows of CSV or NDJSON files. */
export function addFileImportCommands(parent: Command): void {
  for (const kind of ['codes', 'redemptions', 'customers'] as const) {
    const command = parent
      .command(kind)
      .description(descriptions[kind])
      .argument('<file...>', 'CSV or NDJSON, plain or gzip; - for standard input')
      .requiredOption('--org <id or name>', 'the organisation')
    if (kind === 'codes') command.option('--series <id or code>', 'the series, where the rows name none')
    command
      .option('--rejected <file>', 'where refused rows go (default: beside the input, as FILE.rejected.csv)')
      .option('--dry-run', 'read and judge everything, and keep nothing')
      .option('--json', 'print the summary as JSON')
      .action(async (names: string[], given: Given) => {
        if (names.filter((name) => name === '-').length > 1) command.error('error: - can be given once')
        if (given.rejected !== undefined && names.length > 1)
          command.error('error: --rejected goes with one file')
        const failures = await runImports(kind, names, given)
        if (failures > 0) throw new OperatorError(`${failures} refused; see above`)
      })
  }
}

interface FileResult {
  readonly file: string
  readonly failure?: string
  readonly summary?: FileSummary
  readonly rejected?: string | undefined
}

/** @returns how many rows and files were refused, and codes that are not where they should be. */
async function runImports(kind: FileKind, names: readonly string[], given: Given): Promise<number> {
  const results = await withDatabase(
    async (database) => {
      const organisation = await findOrganisation(database.queries, given.org)
      const all: FileResult[] = []
      for (const name of names) all.push(await importOne(database, organisation, kind, name, given))
      return all
    },
    { goOn: keptOf(given.dryRun) },
  )
  for (const { file, failure } of results) if (failure) process.stderr.write(`${file}: ${failure}\n`)
  print(
    given.json,
    { files: results.map(toJson) },
    results.flatMap((one) => describe(kind, one, given.dryRun ?? false)),
  )
  return results.reduce(
    (sum, { failure, summary }) =>
      sum + (failure ? 1 : 0) + (summary?.refused ?? 0) + (summary?.proof?.missing ?? 0),
    0,
  )
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  try {
    return (await realpath(one)) === (await realpath(other))
  } catch {
    // One of them is not there.
    return false
  }
}

async function importOne(
  database: Database,
  organisation: Organisation,
  kind: FileKind,
  name: string,
  { rejected: wanted, series, dryRun: isDryRun = false }: Given,
): Promise<FileResult> {
  const file = name === '-' ? 'standard input' : name
  const path = wanted ?? `${name === '-' ? 'stdin' : name}.rejected.csv`
  if (await isSameFile(name, path))
    throw new OperatorError(
      `${path} is read, and refused rows cannot go there: name another file with --rejected`,
    )
  const rejected = openRejectedFile(path)
  const progress = createFileProgress(file)
  let opened: ReadStream | undefined
  try {
    if (name !== '-') opened = (await open(name)).createReadStream()
    const summary = await importFile({
      database,
      organisation,
      kind,
      source: opened ?? process.stdin,
      series,
      isDryRun,
      rejected,
      onProgress: progress.told,
    })
    if (summary.refused === 0 && !isDryRun) await removeStaleRejectedFile(path)
    return { file, summary, rejected: summary.refused > 0 ? path : undefined }
  } catch (error) {
    // A folder opens, and cannot be read.
    const isUnreadable = ['open', 'read'].includes((error as NodeJS.ErrnoException).syscall ?? '')
    if (!(error instanceof OperatorError) && !isUnreadable) throw error
    return { file, failure: (error as Error).message }
  } finally {
    // What was not read to its end stays open otherwise.
    opened?.destroy()
    progress.stop()
    await rejected.close()
  }
}

function toJson({ summary, ...rest }: FileResult): object {
  if (summary === undefined) return rest
  const { proof, ...counts } = summary
  const refusedNow = proof && Object.fromEntries(proof.refusedNow)
  return { ...rest, ...counts, proof: proof && { ...proof, refusedNow } }
}

function describe(kind: FileKind, { file, summary, rejected }: FileResult, isDryRun: boolean): string[] {
  if (summary === undefined) return []
  const { rows, fresh, present, refused, taken, proof } = summary
  const [came, stays] = isDryRun ? ['would come in', 'would be refused'] : ['came in', 'refused']
  return [
    `${file}: ${rows} ${kind} read, ${fresh} ${came}, ${present} there already, ${refused} ${stays}`,
    ...(taken ? describeTaken(taken) : []),
    ...(rejected ? [`Refused rows are in ${rejected}`] : []),
    ...(proof ? describeProof(proof) : []),
    ...(isDryRun ? ['Nothing was kept: this was a dry run'] : []),
  ]
}

function describeTaken({ delimiter, columns }: TakenColumns): string[] {
  const names = columns.map(({ holds, name, firstValue }) => {
    const first = firstValue === null ? '' : `, the first is ${quote(firstValue)}`
    return `${quote(name)} holds ${holds}${first}`
  })
  const between = delimiter === null ? [] : [`Columns are separated by ${delimiterNames[delimiter]}`]
  return names.length === 0 ? [] : [[...between, ...names].join('; ')]
}

function describeProof(proof: NonNullable<FileSummary['proof']>): string[] {
  const { rows, redeemable, refusedNow, refusedRows, missing } = proof
  const later = [...refusedNow].map(([code, count]) => `${count} there and not redeemable now (${code})`)
  return [
    [
      'Proof:',
      rows,
      'in file =',
      [`${redeemable} redeemable`, ...later, `${refusedRows} refused`].join(' + '),
    ].join(' '),
    ...(missing === 0 ? [] : [`WRONG: ${missing} that came in are not found`]),
  ]
}
