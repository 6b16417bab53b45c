import { Button } from '@mantine/core'
import { csvOf } from './csv.ts'
import { saveFile } from './download.ts'

interface CsvButtonProps {
  /** Of the file, without its ending. */
  readonly name: string
  /** What is in it, in words. */
  readonly title: string
  /** Names of the columns, then what is on the screen. */
  readonly rows: () => readonly (readonly (string | number)[])[]
}

/** What is on the screen, as a file for a spreadsheet. */
export function CsvButton({ name, title, rows }: CsvButtonProps) {
  return (
    <Button size="xs" variant="default" title={title} onClick={() => saveFile(`${name}.csv`, csvOf(rows()))}>
      CSV
    </Button>
  )
}
