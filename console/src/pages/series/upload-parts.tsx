import { Progress, Select, Text } from '@mantine/core'
import { FileUp } from 'lucide-react'
import { useState } from 'react'
import { columnKinds, type ColumnKind } from './upload-columns.ts'

/** A file can be dropped here, or chosen by mouse or keyboard: the browser's own field covers the whole area. */
export function FilePlace({ choose }: { choose: (file: File | undefined) => void }) {
  const [isOver, setIsOver] = useState(false)
  return (
    <div className="file-place" data-over={isOver || undefined}>
      <FileUp size={22} aria-hidden />
      <span>
        <b>Drop a CSV file here</b>, or choose one
      </span>
      <span className="second">
        Separated by commas, semicolons or tabs; the names of the columns in its first line
      </span>
      <input
        type="file"
        accept=".csv,.txt,.tsv,text/csv,text/plain,text/tab-separated-values"
        aria-label="CSV file"
        data-autofocus
        onDragEnter={() => setIsOver(true)}
        onDragLeave={() => setIsOver(false)}
        onDrop={() => setIsOver(false)}
        onChange={({ currentTarget }) => choose(currentTarget.files?.[0])}
      />
    </div>
  )
}

interface ColumnsProps {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly kinds: readonly ColumnKind[]
  readonly change: (at: number, kind: ColumnKind) => void
}

/** The first rows, with the content of each column above it. */
export function Columns({ header, rows, kinds, change }: ColumnsProps) {
  const columns = header.map((name, at) => ({ at, name: name || `Column ${at + 1}` }))
  const lines = rows.map((cells, at) => ({ line: at, cells }))
  return (
    <div className="scroll-x boxed" role="region" aria-label="First rows of the file" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            {columns.map(({ at, name }) => (
              <th key={at} scope="col">
                <div>{name}</div>
                <Select
                  size="xs"
                  mt={4}
                  miw={130}
                  aria-label={`${name} holds`}
                  allowDeselect={false}
                  data={Object.entries(columnKinds).map(([value, label]) => ({ value, label }))}
                  value={kinds[at] ?? ''}
                  onChange={(kind) => change(at, (kind ?? '') as ColumnKind)}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ line, cells }) => (
            <tr key={line}>
              {columns.map(({ at }) => (
                <td key={at} className={kinds[at] === '' ? 'second' : undefined}>
                  {cells[at] ?? ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** How much of the file is sent. */
export function Sending({ share }: { share: number }) {
  const percent = Math.floor(share * 100)
  return (
    <div>
      <Text size="sm" mb={6}>
        {percent < 100 ? `Sending: ${percent} %` : 'Sent. The server is reading it…'}
      </Text>
      <Progress value={percent} animated={percent === 100} aria-label={`${percent} % of the file sent`} />
    </div>
  )
}
