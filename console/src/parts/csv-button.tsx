import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { csvOf } from './csv.ts'
import { saveFile } from './download.ts'
import { wordsOf } from './states.tsx'

type Rows = readonly (readonly (string | number)[])[]

interface CsvButtonProps {
  /** Name of the file, without its extension. */
  readonly name: string
  /** Description of the content. */
  readonly title: string
  /** The column names, then the visible rows. */
  readonly rows: () => Rows | Promise<Rows>
}

/** Exports data as a file for a spreadsheet. */
export function CsvButton({ name, title, rows }: CsvButtonProps) {
  const save = useMutation({
    mutationFn: async () => rows(),
    onSuccess: (read) => saveFile(`${name}.csv`, csvOf(read)),
    onError: (error) => notifications.show({ color: 'red', message: wordsOf(error) }),
  })
  return (
    <Button size="xs" variant="default" title={title} loading={save.isPending} onClick={() => save.mutate()}>
      CSV
    </Button>
  )
}
