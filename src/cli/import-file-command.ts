import type { ReadStream } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Database } from '../platform/db/database.ts'
import { OperatorError, quote } from '../values/errors.ts'
import {
  codeColumns,
  customerColumns,
  redemptionColumns,
  type ColumnRules,
} from '../bulk/rows/columns-rules.ts'
import { delimiterNames } from '../bulk/rows/csv-rules.ts'
import { importFile, type FileSummary } from '../bulk/rows/import-file.ts'
import { openRejectedFile, removeStaleRejectedFile } from '../bulk/rows/rejected-file.ts'
import type { FileKind } from '../bulk/rows/stage-rows.ts'
import type { Repetition } from '../bulk/rows/repetition-rules.ts'
import type { TakenColumns } from '../bulk/rows/taken-columns.ts'
import { findOrganisation, type Organisation } from '../identity/organisations/find-organisation.ts'
import { createFileProgress } from './file-progress.ts'
import { keptOf, print, withDatabase } from './run.ts'

interface Given {
  readonly org: string
  readonly series?: string
  readonly rejected?: string
  readonly dryRun?: boolean
  readonly notify?: boolean
  readonly json?: boolean
}

const descriptions: Record<FileKind, string> = {
  codes: 'let codes wait for customers, give codes to customers, or issue coupons to customers',
  redemptions: 'import redemptions that took place elsewhere',
  customers: 'import customers with their identifiers',
}

/** Columns and an example of each kind, for users who are preparing a file. */
const formats: Record<FileKind, { readonly columns: ColumnRules; readonly example: readonly string[] }> = {
  codes: {
    columns: codeColumns,
    example: ['code,mobile,validTill', 'SUMMER-7KQ2,919400488255,2027-12-31', 'SUMMER-9XW4,,2027-12-31'],
  },
  redemptions: {
    columns: redemptionColumns,
    example: [
      'code,mobile,redeemedDate,redeemedAt,billNumber,billAmount',
      'SUMMER-7KQ2,919400488255,2026-05-01 14:29:00,s1,B-1001,2499.00',
    ],
  },
  customers: {
    columns: customerColumns,
    example: ['mobile,email,firstName,lastName', '919400488255,asha@example.com,Asha,Rao'],
  },
}

function formatHelp(kind: FileKind): string {
  const { columns, example } = formats[kind]
  const required = columns.required.map((names) =>
    names.length === 1 ? names[0] : `one of ${names.join(', ')}`,
  )
  return [
    '',
    `Columns: ${columns.known.join(', ')}`,
    `Required: ${required.join('; ')}`,
    'docs/importing-files.md explains each column and its other names.',
    '',
    'Example:',
    ...example.map((line) => `  ${line}`),
  ].join('\n')
}

/** `import codes`, `import redemptions` and `import customers`: rows of CSV or NDJSON files. */
export function addFileImportCommands(parent: Command): void {
  for (const kind of ['codes', 'redemptions', 'customers'] as const) {
    const command = parent
      .command(kind)
      .description(descriptions[kind])
      .argument('<file...>', 'CSV or NDJSON, also compressed by gzip; - for standard input')
      .requiredOption('--org <id or name>', 'the organisation')
    if (kind === 'codes') command.option('--series <id or code>', 'the series, for rows that name none')
    if (kind !== 'customers')
      command.option('--notify', 'send the imported rows to webhooks (default: not sent)')
    command
      .option('--rejected <file>', 'file for refused rows (default: FILE.rejected.csv beside the input)')
      .option('--dry-run', 'check everything, and keep nothing')
      .option('--json', 'print the summary as JSON')
      .addHelpText('after', formatHelp(kind))
      .action(async (names: string[], given: Given) => {
        if (names.filter((name) => name === '-').length > 1) command.error('error: - can be given once')
        if (given.rejected !== undefined && names.length > 1)
          command.error('error: --rejected goes with one file')
        const failures = await runImports(kind, names, given)
        if (failures > 0) throw new OperatorError(`${failures} refused or repeated; see above`)
      })
  }
}

interface FileResult {
  readonly file: string
  readonly failure?: string
  readonly summary?: FileSummary
  readonly rejected?: string | undefined
  /** The first lines that repeat an earlier one. */
  readonly repetitions?: readonly Repetition[]
}

/** Further repetitions of a file are counted but not listed. */
const maxListed = 1_000
const maxShown = 20

/** @returns the number of refused rows and files, of codes that occur twice in a file, and of missing codes. */
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
      sum +
      (failure ? 1 : 0) +
      (summary ? summary.refused + lostBy(kind, summary) + (summary.proof?.missing ?? 0) : 0),
    0,
  )
}

/**
 * Rows that repeat an earlier row and were meant as separate coupons: codes. A repeated redemption or customer loses
 * nothing.
 */
const lostBy = (kind: FileKind, { repeated }: FileSummary): number => (kind === 'codes' ? repeated : 0)

async function isSameFile(one: string, other: string): Promise<boolean> {
  try {
    return (await realpath(one)) === (await realpath(other))
  } catch {
    // One of the files does not exist.
    return false
  }
}

async function importOne(
  database: Database,
  organisation: Organisation,
  kind: FileKind,
  name: string,
  { rejected: wanted, series, dryRun: isDryRun = false, notify: isTold = false }: Given,
): Promise<FileResult> {
  const file = name === '-' ? 'standard input' : name
  const path = wanted ?? `${name === '-' ? 'stdin' : name}.rejected.csv`
  if (await isSameFile(name, path))
    throw new OperatorError(
      `${path} is read, and refused rows cannot go there: name another file with --rejected`,
    )
  const rejected = openRejectedFile(path)
  const progress = createFileProgress(file)
  const repetitions: Repetition[] = []
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
      isTold,
      rejected,
      onProgress: progress.told,
      onRepeated: (one) => void (repetitions.length < maxListed && repetitions.push(one)),
    })
    const isRejected = summary.refused + lostBy(kind, summary) > 0
    if (!isRejected && !isDryRun) await removeStaleRejectedFile(path)
    return { file, summary, repetitions, rejected: isRejected ? path : undefined }
  } catch (error) {
    // A folder can be opened but not read.
    const isUnreadable = ['open', 'read'].includes((error as NodeJS.ErrnoException).syscall ?? '')
    if (!(error instanceof OperatorError) && !isUnreadable) throw error
    return { file, failure: (error as Error).message }
  } finally {
    // A stream that was not read to its end would stay open.
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

function describe(
  kind: FileKind,
  { file, summary, rejected, repetitions = [] }: FileResult,
  isDryRun: boolean,
): string[] {
  if (summary === undefined) return []
  const { rows, fresh, present, repeated, refused, taken, proof } = summary
  const [came, stays] = isDryRun ? ['would come in', 'would be refused'] : ['came in', 'refused']
  return [
    `${file}: ${rows} ${kind} read, ${fresh} ${came}, ${present} there already, ${repeated > 0 ? `${repeated} repeated, ` : ''}${refused} ${stays}`,
    ...(taken ? describeTaken(taken) : []),
    ...repetitions.slice(0, maxShown).map(({ line, of }) => `line ${line} repeats line ${of}`),
    ...(repeated > maxShown ? [`and ${repeated - maxShown} more lines repeat an earlier one`] : []),
    ...(rejected
      ? [`${lostBy(kind, summary) > 0 ? 'Refused and repeated' : 'Refused'} rows are in ${rejected}`]
      : []),
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
  const { rows, redeemable, refusedNow, refusedRows, repeatedRows, missing } = proof
  const again = repeatedRows > 0 ? [`${repeatedRows} repeated`] : []
  const later = [...refusedNow].map(([code, count]) => `${count} there and not redeemable now (${code})`)
  return [
    [
      'Proof:',
      rows,
      'in file =',
      [`${redeemable} redeemable`, ...later, ...again, `${refusedRows} refused`].join(' + '),
    ].join(' '),
    ...(repeatedRows === 0
      ? []
      : [
          `The proof does not hold: ${rows} rows have ${rows - repeatedRows - refusedRows - missing} different coupons`,
        ]),
    ...(missing === 0 ? [] : [`WRONG: ${missing} that came in are not found`]),
  ]
}
