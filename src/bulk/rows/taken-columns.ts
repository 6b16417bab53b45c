import { columnNamed, type ColumnRules } from './columns-rules.ts'
import type { Delimiter } from './csv-rules.ts'
import type { FileRow } from './file-row.ts'
import type { FileRows } from './read-rows.ts'

/** How a file was read, reported to the importing user. */
export interface TakenColumns {
  /** Null: the file is NDJSON. */
  readonly delimiter: Delimiter | null
  /** The columns that are read, in the order of the file; for NDJSON only the code, if there is one. */
  readonly columns: readonly TakenName[]
}

interface TakenName {
  /** The kind of its values: a name of `ColumnRules`. */
  readonly holds: string
  /** The name in the file. */
  readonly name: string
  /** The first value of a code column; null for other columns, which may name people. */
  readonly firstValue: string | null
}

/** Passes rows on, and remembers the first code among them. */
export class FirstCode {
  value: string | null = null
  readonly #at: number

  constructor(rules: ColumnRules) {
    this.#at = rules.known.indexOf('code')
  }

  async *among(blocks: AsyncIterable<readonly FileRow[]>): AsyncGenerator<readonly FileRow[]> {
    for await (const block of blocks) {
      if (this.#at !== -1)
        this.value ??= block.find(({ values }) => values[this.#at])?.values[this.#at] ?? null
      yield block
    }
  }
}

export function takenColumns(
  { header, delimiter }: FileRows,
  rules: ColumnRules,
  firstCode: string | null,
): TakenColumns {
  const valueOf = (holds: string): string | null => (holds === 'code' ? firstCode : null)
  if (delimiter === null)
    return {
      delimiter,
      columns: firstCode === null ? [] : [{ holds: 'code', name: 'code', firstValue: firstCode }],
    }
  const columns = header.flatMap((name) => {
    const holds = columnNamed(name)
    return holds === undefined || !rules.known.includes(holds)
      ? []
      : [{ holds, name, firstValue: valueOf(holds) }]
  })
  return { delimiter, columns }
}
