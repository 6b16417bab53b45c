import { Button, Group, Progress, Select, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FileUp } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import type { Series } from '../../api/types.ts'
import { ActionForm, Effect } from '../../parts/action-form.tsx'
import { readCsvFrom } from '../../parts/csv.ts'
import { count } from '../../parts/format.ts'
import { Failed, Loading } from '../../parts/states.tsx'
import { StoreSelect } from '../../parts/store-select.tsx'
import { columnKinds, guessColumns, uploadFields, withColumn, type ColumnKind } from './upload-columns.ts'

const shownRows = 5

interface Sent {
  readonly fields: Record<string, string>
  readonly file: File
  readonly store: string | null
  readonly reason: string
}

/** Sends a file of codes, of customers, or of both, once its columns have been said. */
export function UploadDialog({ series, close }: { series: Series; close: () => void }) {
  const queries = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [stated, setStated] = useState<readonly ColumnKind[] | null>(null)
  const [store, setStore] = useState<string | null>(null)
  /** How much of the file has been sent. */
  const [share, setShare] = useState(0)
  const preview = useQuery({
    queryKey: ['file', file?.name, file?.size, file?.lastModified],
    enabled: file !== null,
    queryFn: () => readCsvFrom(file?.stream() ?? null, shownRows + 1),
  })
  const [header = [], ...rows] = preview.data ?? []
  const kinds = stated ?? guessColumns(header)
  const fields = uploadFields(kinds)
  const isWithoutCustomers = fields?.['customerIdentifier'] === 'NOT_TAGGED'
  const isMisplaced = isWithoutCustomers && series.clientHandlingType !== 'DISC_CODE_PIN'
  const action = useAction(
    ({ fields: given, file: one, store: code, reason }: Sent, key) => {
      const form = new FormData()
      for (const [name, value] of Object.entries(given)) form.append(name, value)
      form.append('file', one, one.name)
      setShare(0)
      return call(`/coupon/api/v1/upload/file/${series.id}`, {
        key,
        reason,
        store: code,
        form,
        onSent: setShare,
      })
    },
    () => {
      void queries.invalidateQueries({ queryKey: ['series', series.id] })
      void queries.invalidateQueries({ queryKey: ['jobs'] })
      close()
    },
  )
  const choose = (one: File | undefined): void => {
    if (one === undefined) return
    setFile(one)
    setStated(null)
  }
  return (
    <ActionForm
      title="Upload a file"
      verb="Upload"
      width={720}
      action={action}
      close={close}
      isIncomplete={file === null || fields === null || isMisplaced || rows.length === 0}
      submit={(reason) =>
        file && fields && action.submit({ file, fields, store: isWithoutCustomers ? null : store, reason })
      }
    >
      {file === null ? (
        <FilePlace choose={choose} />
      ) : (
        <Stack gap="sm">
          <Group justify="space-between">
            <Text size="sm">
              <b>{file.name}</b> <span className="second">{sizeOf(file.size)}</span>
            </Text>
            <Button size="compact-sm" variant="default" onClick={() => setFile(null)}>
              Another file
            </Button>
          </Group>
          {preview.isPending ? (
            <Loading rows={3} />
          ) : preview.isError ? (
            <Failed error={preview.error} />
          ) : (
            <Columns
              header={header}
              rows={rows}
              kinds={kinds}
              change={(at, kind) => setStated(withColumn(kinds, at, kind))}
            />
          )}
          {fields && !isWithoutCustomers && (
            <StoreSelect
              label="Store"
              description="Where the coupons count as issued; may be left empty."
              clearable
              placeholder="None"
              value={store}
              onChange={setStore}
            />
          )}
          <Effect tone={isMisplaced || rows.length === 0 ? 'bad' : undefined}>
            {preview.isSuccess && rows.length === 0
              ? 'The file needs a line with the names of its columns, and rows below it.'
              : effectOf(fields, isMisplaced)}
          </Effect>
          {action.isSending && <Sending share={share} />}
        </Stack>
      )}
    </ActionForm>
  )
}

function effectOf(fields: Record<string, string> | null, isMisplaced: boolean): string {
  if (fields === null) return 'Say what the columns hold: codes, what names the customers, or both.'
  if (isMisplaced)
    return 'Codes alone can wait only in a series of codes made beforehand. Say which column names the customers.'
  if (fields['customerIdentifier'] === 'NOT_TAGGED') return 'The codes will wait until they are issued.'
  return fields['couponCodeColumn'] === 'NONE'
    ? 'Each customer is issued a coupon, with a code of the series.'
    : 'Each customer gets a coupon with the code of the row; a row without a code is issued one.'
}

function Sending({ share }: { share: number }) {
  const percent = Math.floor(share * 100)
  return (
    <div>
      <Text size="sm" mb={6}>
        {percent < 100 ? `Sending: ${percent} %` : 'Sent. The server takes it in…'}
      </Text>
      <Progress value={percent} animated={percent === 100} aria-label={`${percent} % of the file sent`} />
    </div>
  )
}

const sizeOf = (bytes: number): string =>
  bytes < 1024
    ? `${bytes} bytes`
    : bytes < 1024 ** 2
      ? `${count(Math.ceil(bytes / 1024))} KB`
      : `${count(Math.ceil(bytes / 1024 ** 2))} MB`

/** A file is dropped here, or chosen by mouse or keyboard: the browser's own field lies over the whole place. */
function FilePlace({ choose }: { choose: (file: File | undefined) => void }) {
  const [isOver, setIsOver] = useState(false)
  return (
    <div className="file-place" data-over={isOver || undefined}>
      <FileUp size={22} aria-hidden />
      <span>
        <b>Drop a CSV file here</b>, or choose one
      </span>
      <span className="second">UTF-8, the names of the columns in its first line</span>
      <input
        type="file"
        accept=".csv,text/csv"
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

/** The first rows, and above each column what it holds. */
function Columns({ header, rows, kinds, change }: ColumnsProps) {
  const columns = header.map((name, at) => ({ at, name: name || `Column ${at + 1}` }))
  const lines = rows.map((cells, at) => ({ line: at + 2, cells }))
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
