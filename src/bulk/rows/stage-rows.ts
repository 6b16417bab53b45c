import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { FileRow } from './file-row.ts'
import { RowFault, type Staged } from './row-rules.ts'

const reference = ['customer_id bigint', 'mobile text', 'email text', 'external_id text']

/** The columns of a staged row, by kind, besides its line, fault and text. */
const stagedColumns = {
  customers: [
    ...reference,
    'shown_email text',
    'first_name text',
    'last_name text',
    'blocked_at timestamptz',
  ],
  codes: [
    ...reference,
    'series_id bigint',
    'code text',
    'is_tagged boolean',
    'valid_until timestamptz',
    'store_id bigint',
    'transaction_number text',
    'created_at timestamptz',
    'max_redeemed int',
  ],
  redemptions: [
    ...reference,
    'code text',
    'coupon_id bigint',
    'redeemed_at timestamptz',
    'reversed_at timestamptz',
    'store_id bigint',
    'till_id bigint',
    'bill_number text',
    'bill_amount numeric',
    'bill_id bigint',
    'details text',
    'custom_fields jsonb',
    'discount_amount numeric',
    'returned_amount numeric',
    'returns jsonb',
    'keeps_discount boolean',
  ],
} as const
export type FileKind = keyof typeof stagedColumns

/** A row in the input format of COPY. */
function copyLine(values: readonly Staged[]): string {
  let line = ''
  for (const value of values) {
    if (line !== '') line += '\t'
    line += value === null ? String.raw`\N` : typeof value === 'string' ? escape(value) : value
  }
  return `${line}\n`
}

const escape = (text: string): string =>
  /[\\\t\n\r]/.test(text)
    ? text
        .replaceAll('\\', String.raw`\\`)
        .replaceAll('\t', String.raw`\t`)
        .replaceAll('\n', String.raw`\n`)
        .replaceAll('\r', String.raw`\r`)
    : text

/** Writes blocks of rows through a COPY, at the speed of the database. @returns the number of rows. */
export async function copyBlocks<Row>(
  client: Client,
  copySql: string,
  blocks: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  toLine: (row: Row) => readonly Staged[],
): Promise<number> {
  const copy = client.query(copyFrom(copySql))
  const copied = finished(copy)
  copied.catch(() => {})
  let count = 0
  try {
    for await (const block of blocks) {
      let text = ''
      for (const row of block) text += copyLine(toLine(row))
      count += block.length
      if (!copy.write(text)) await Promise.race([once(copy, 'drain'), copied])
    }
  } catch (error) {
    copy.destroy(error as Error)
    throw error
  }
  copy.end()
  await copied
  return count
}

export async function createStaged(client: Client, kind: FileKind): Promise<void> {
  await client.query('drop table if exists staged')
  await client.query(
    `create temporary table staged (line int not null, fault_code int, fault text, raw text not null, ${stagedColumns[kind].join(', ')})`,
  )
}

/**
 * Writes rows to the temporary table `staged`, unreadable ones with the reason.
 *
 * @returns the number of rows.
 */
export function fillStaged(
  client: Client,
  kind: FileKind,
  rows: AsyncIterable<readonly FileRow[]> | Iterable<readonly FileRow[]>,
  toStaged: (values: readonly string[]) => Staged[],
): Promise<number> {
  const width = stagedColumns[kind].length
  return copyBlocks(client, 'copy staged from stdin', rows, (row) => stagedOf(row, width, toStaged))
}

/**
 * Reads a file into the temporary table `staged`, without touching or locking the ledger.
 *
 * @returns the number of rows.
 */
export async function stageRows(
  client: Client,
  kind: FileKind,
  rows: AsyncIterable<readonly FileRow[]>,
  toStaged: (values: readonly string[]) => Staged[],
): Promise<number> {
  await createStaged(client, kind)
  const count = await fillStaged(client, kind, rows, toStaged)
  await client.query('alter table staged add primary key (line)')
  await client.query('analyze staged (line)')
  return count
}

function stagedOf(
  { line, values, raw, fault }: FileRow,
  width: number,
  toStaged: (values: readonly string[]) => Staged[],
): Staged[] {
  const text = JSON.stringify(raw)
  const none = Array.from<null>({ length: width }).fill(null)
  if (fault !== null) return [line, null, fault, text, ...none]
  try {
    return [line, null, null, text, ...toStaged(values)]
  } catch (error) {
    if (!(error instanceof RowFault)) throw error
    return [line, error.code, error.message, text, ...none]
  }
}
