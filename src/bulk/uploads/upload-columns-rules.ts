import { quote, refuse } from '../../values/errors.ts'
import { columnNamed } from '../rows/columns-rules.ts'
import { cellValue } from '../rows/csv-rules.ts'
import { isMobileNumber } from '../../values/phone.ts'
import type { UploadForm } from './upload-form-rules.ts'

/** The cells of a file's first rows. */
export type Sample = readonly (readonly string[])[]

/** A column that an upload reads, as reported to the sender. */
export interface TakenColumn {
  /** The kind of its values: `code`, `mobile`, or a name of `uploadHeaders`. */
  readonly holds: string
  /** Counted from 0. */
  readonly column: number
  /**
   * The first value of a code column; null: for other columns, which may name people, or if the first rows have none.
   */
  readonly firstValue: string | null
}

/** The columns that an upload reads, in the order of the file. */
export function takenColumns(upload: UploadForm, sample: Sample): TakenColumn[] {
  return columnsOf(upload)
    .map(([holds, column]) => ({
      holds,
      column,
      firstValue: holdsCodes(holds) ? (valuesOf(sample, column)[0] ?? null) : null,
    }))
    .toSorted((a, b) => a.column - b.column)
}

function columnsOf({ kind, form }: UploadForm): (readonly [holds: string, column: number])[] {
  if (kind === 'redemptions') return Object.entries(form.columns)
  return [
    ...(form.customer === null ? [] : [[form.customer.key, form.customer.column] as const]),
    ...(form.codeColumn === null ? [] : [['code', form.codeColumn] as const]),
  ]
}

const holdsCodes = (holds: string): boolean => holds === 'code' || holds === 'couponCode'

const valuesOf = (sample: Sample, column: number): string[] =>
  sample.map((cells) => cellValue(cells[column] ?? '')).filter((value) => value !== '')

/**
 * Refuses a file whose values do not match the declared columns: its first line is a row, so that one code or customer
 * would be lost, or a list of mobile numbers would become codes.
 *
 * @param sample the first rows of the file. @throws Refusal 400 naming the column and the value.
 */
export function requirePlausible(
  upload: UploadForm,
  header: readonly string[],
  sample: Sample,
  country: string,
): void {
  for (const [holds, column] of columnsOf(upload)) {
    const name = header[column] ?? ''
    const known = columnNamed(name)
    const values = valuesOf(sample, column)
    if (known === undefined && /\d/.test(name) && shapeOf(name) === shapeOf(values[0] ?? ''))
      throw refuse.badRequest(
        `The first line of the file holds ${quote(name)} where the rows below hold ${quote(values[0] ?? '')}, so it seems to be a row. Put a line with the names of the columns above it`,
      )
    // A column named like codes needs no further check.
    if (holds !== 'code' || known === 'code') continue
    const mobiles = values.filter((value) => isMobileNumber(value, country))
    if (mobiles.length * 2 > values.length)
      throw refuse.badRequest(
        `Column ${column}, called ${quote(name)}, should hold codes and holds mobile numbers, such as ${quote(mobiles[0] ?? '')}. If these are codes, call the column code`,
      )
  }
}

/** The common shape of two codes of one kind. */
const shapeOf = (code: string): string => code.replaceAll(/\p{L}/gu, 'A').replaceAll(/\d/g, '0')
