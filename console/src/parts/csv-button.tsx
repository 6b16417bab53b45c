import { Button } from '@mantine/core'
import { csvOf } from './csv.ts'
import { saveFile } from './download.ts'

interface CsvButtonProps {
  /** Name of the file, without its extension. */
  readonly name: string
  /** Description of the content. */
  readonly title: string
  /** The column names, then the visible rows. */
  readonly rows: () => readonly (readonly (string | number)[])[]
}

/** Exports the visible data as a file for a spreadsheet. */
export function CsvButton({ name, title, rows }: CsvButtonProps) {
  return (
    <Button size="xs" variant="default" title={title} onClick={() => saveFile(`${name}.csv`, csvOf(rows()))}>
      CSV
    </Button>
  )
}
