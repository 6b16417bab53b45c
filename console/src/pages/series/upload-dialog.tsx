import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../../api/action.ts'
import { call } from '../../api/call.ts'
import type { Series, UploadPreview } from '../../api/types.ts'
import { ActionForm, Effect, refusalWords } from '../../parts/action-form.tsx'
import { count } from '../../parts/format.ts'
import { Loading } from '../../parts/states.tsx'
import { StoreSelect } from '../../parts/store-select.tsx'
import { delimiterWords, kindsOf, uploadFields, withColumn, type ColumnKind } from './upload-columns.ts'
import { Columns, FilePlace, Sending } from './upload-parts.tsx'

/** Size of the beginning of a file that is sent to preview how it is read. */
const previewBytes = 256 * 1024

interface Sent {
  readonly fields: Record<string, string>
  readonly file: File
  readonly store: string | null
  readonly reason: string
}

/** Sends a file of codes, customers or both, once its columns are assigned. */
export function UploadDialog({ series, close }: { series: Series; close: () => void }) {
  const queries = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [stated, setStated] = useState<readonly ColumnKind[] | null>(null)
  const [store, setStore] = useState<string | null>(null)
  /** The share of the file that has been sent. */
  const [share, setShare] = useState(0)
  const preview = useQuery({
    queryKey: ['file', file?.name, file?.size, file?.lastModified],
    enabled: file !== null,
    queryFn: async () =>
      call<UploadPreview>('/admin/v1/uploads/preview', {
        method: 'POST',
        body: { content: await base64Of(file ?? new Blob()) },
      }),
    retry: false,
  })
  const { columns = [], rows = [], delimiter = null } = preview.data ?? {}
  const header = columns.map(({ name }) => name)
  const kinds = stated ?? kindsOf(columns)
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
      isIncomplete={file === null || fields === null || isMisplaced || !preview.isSuccess}
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
            <Effect tone="bad">{refusalWords(preview.error)}</Effect>
          ) : (
            <>
              <Columns
                header={header}
                rows={rows}
                kinds={kinds}
                change={(at, kind) => setStated(withColumn(kinds, at, kind))}
              />
              {header.length > 1 && (
                <Text size="sm" className="second">
                  The columns are separated by {delimiterWords(delimiter)}.
                </Text>
              )}
            </>
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
          {preview.isSuccess && (
            <Effect tone={isMisplaced ? 'bad' : undefined}>
              {[effectOf(fields, isMisplaced), firstCodeOf(kinds, header, rows)].join(' ').trim()}
            </Effect>
          )}
          {action.isSending && <Sending share={share} />}
        </Stack>
      )}
    </ActionForm>
  )
}

/** The column that is read as codes, and its first value. */
function firstCodeOf(
  kinds: readonly ColumnKind[],
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const at = kinds.indexOf('code')
  const first = rows.map((cells) => cells[at] ?? '').find((cell) => cell !== '')
  return at === -1 || first === undefined ? '' : `The codes are in “${header[at]}”; the first is ${first}.`
}

/** The beginning of a file in base64. */
async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.slice(0, previewBytes).arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
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

const sizeOf = (bytes: number): string =>
  bytes < 1024
    ? `${bytes} bytes`
    : bytes < 1024 ** 2
      ? `${count(Math.ceil(bytes / 1024))} KB`
      : `${count(Math.ceil(bytes / 1024 ** 2))} MB`
