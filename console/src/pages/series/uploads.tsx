import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { refusedRowsQuery, uploadsQuery } from '../../api/series-queries.ts'
import { useMay } from '../../api/session.tsx'
import type { Series, Upload } from '../../api/types.ts'
import { count, plural, useFormats } from '../../parts/format.ts'
import { actionsHead, Listed, Table } from '../../parts/listed.tsx'
import { Empty, Failed, Loading, Panel, State, type Tone } from '../../parts/states.tsx'
import { WorkProgress } from '../../parts/work-progress.tsx'
import { shortRefusal } from '../../parts/words.ts'
import { UploadDialog } from './upload-dialog.tsx'

const states: Readonly<Record<string, readonly [string, Tone]>> = {
  STARTED: ['Waits', 'warn'],
  RUNNING: ['Being read', 'warn'],
  FINISHED: ['Done', 'good'],
  FAILED: ['Failed', 'bad'],
}
const isMoving = ({ uploadStatus }: Upload): boolean =>
  uploadStatus === 'STARTED' || uploadStatus === 'RUNNING'

/** Files of codes and customers uploaded for a series, and the results of their rows. */
export function Uploads({ series }: { series: Series }) {
  const mayWrite = useMay()('upload', 'write')
  const [isOpen, setIsOpen] = useState(false)
  const [refused, setRefused] = useState<Upload | null>(null)
  const uploads = useQuery({
    ...uploadsQuery(series.id),
    refetchInterval: ({ state }) => (state.data?.some(isMoving) ? 1_000 : false),
  })
  const hasEnded = Date.parse(series.validTillDateTime) < Date.now()
  return (
    <Panel
      title="Uploaded files"
      aside={
        mayWrite &&
        !hasEnded && (
          <Button size="xs" variant="default" onClick={() => setIsOpen(true)}>
            Upload a file
          </Button>
        )
      }
    >
      <Listed
        query={uploads}
        lines={3}
        empty={
          <Empty title="None">
            {hasEnded
              ? 'The series has ended and accepts no more files.'
              : 'A CSV file brings codes from elsewhere, or issues coupons to a list of customers.'}
          </Empty>
        }
      >
        {(rows) => (
          <Table
            label="Uploaded files"
            heads={[
              'File',
              'State',
              ['Rows', 'right'],
              ['Imported', 'right'],
              ['Refused', 'right'],
              actionsHead,
            ]}
          >
            {rows.map((upload) => (
              <UploadRow key={upload.jobId} upload={upload} look={mayWrite ? setRefused : undefined} />
            ))}
          </Table>
        )}
      </Listed>
      {isOpen && <UploadDialog series={series} close={() => setIsOpen(false)} />}
      {refused?.errorFileUrl && (
        <RefusedRows upload={refused} path={refused.errorFileUrl} close={() => setRefused(null)} />
      )}
    </Panel>
  )
}

interface UploadRowProps {
  readonly upload: Upload
  readonly look: ((upload: Upload) => void) | undefined
}

function UploadRow({ upload, look }: UploadRowProps) {
  const formats = useFormats()
  const { uploadStatus, uploadedFileName, actualRowCount, totalUploadedCount, errorCount } = upload
  const [words, tone] = states[uploadStatus] ?? [uploadStatus, 'quiet']
  const seen = totalUploadedCount + errorCount
  return (
    <tr>
      <td>
        <span className="break">{uploadedFileName}</span>
        <div className="second">{formats.time(new Date(Number(upload.createdOn)).toISOString())}</div>
        {upload.columns.length > 0 && <div className="second break">{columnsRead(upload)}</div>}
      </td>
      <td>
        <State tone={uploadStatus === 'FINISHED' && errorCount > 0 ? 'warn' : tone}>{words}</State>
        {isMoving(upload) && <WorkProgress done={seen} total={actualRowCount} of="rows read" />}
      </td>
      <td className="right">{count(actualRowCount)}</td>
      <td className="right">{count(totalUploadedCount)}</td>
      <td className="right">{count(errorCount)}</td>
      <td className="right">
        <div className="row-tools">
          {look && upload.errorFileUrl && (
            <Button size="compact-sm" variant="default" onClick={() => look(upload)}>
              Refused rows…
            </Button>
          )}
          {look && upload.successFileUrl && (
            <Button
              size="compact-sm"
              variant="default"
              component="a"
              href={upload.successFileUrl}
              download
              title="The imported rows"
              aria-label={`The imported rows of ${uploadedFileName}, as a file`}
            >
              <Download size={14} />
            </Button>
          )}
        </div>
      </td>
    </tr>
  )
}

const holds: Readonly<Record<string, string>> = {
  code: 'codes',
  mobile: 'mobile numbers',
  email: 'e-mail addresses',
  externalId: 'external ids',
  customerId: 'customer ids',
}

/** The columns that the server read, and the first code in them. */
function columnsRead({ columns }: Upload): string {
  const parts = columns.map(({ holds: what, name, firstValue }) => {
    const first = firstValue === null ? '' : `, the first is ${firstValue}`
    return `${holds[what] ?? what} from “${name}”${first}`
  })
  return `Read: ${parts.join('; ')}`
}

/** Number of columns that the server adds after those of the file. */
const added = 3

function RefusedRows({ upload, path, close }: { upload: Upload; path: string; close: () => void }) {
  const rows = useQuery(refusedRowsQuery(path))
  const [header = [], ...refused] = rows.data ?? []
  const own = header.slice(0, -added).map((name, at) => ({ at, name }))
  return (
    <Modal opened onClose={close} title={`Refused rows of ${upload.uploadedFileName}`} size={860}>
      {rows.isPending ? (
        <Loading rows={5} />
      ) : rows.isError ? (
        <Failed error={rows.error} retry={() => void rows.refetch()} />
      ) : (
        <>
          <div className="panel-head flush">
            <span className="second">
              {refused.length < upload.errorCount
                ? `The first ${count(refused.length)} of ${count(upload.errorCount)}`
                : plural(refused.length, 'row')}
              . Download them, mend them, and upload the file again.
            </span>
            <Button
              size="xs"
              variant="default"
              component="a"
              href={path}
              download
              leftSection={<Download size={14} />}
            >
              Download
            </Button>
          </div>
          <div className="scroll-x tall" role="region" aria-label="Refused rows" tabIndex={0}>
            <table className="table">
              <thead>
                <tr>
                  <th className="right">Line</th>
                  <th>Why</th>
                  {own.map(({ at, name }) => (
                    <th key={at}>{name}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {refused.map((cells) => {
                  const [line = '', code = '', reason = ''] = cells.slice(own.length, own.length + added)
                  return (
                    <tr key={line}>
                      <td className="right">{line}</td>
                      <td title={reason}>{shortRefusal(Number(code), reason)}</td>
                      {own.map(({ at }) => (
                        <td key={at}>{cells[at]}</td>
                      ))}
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Modal>
  )
}
