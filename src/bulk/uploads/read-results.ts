import { stringify } from 'csv-stringify/sync'
import { refuse } from '../../values/errors.ts'
import { cellValue, defuseCell, undoDefusedCell } from '../rows/csv-rules.ts'
import { ofRefusal } from '../rows/columns-rules.ts'
import { refusedColumns } from '../rows/refused-columns-rules.ts'
import type { Runner } from '../../platform/db/runner.ts'
import type { CodesForm, UploadForm } from './upload-form-rules.ts'
import { contactColumns } from './upload-row-rules.ts'
import { uploadColumns, type Upload } from './upload.ts'

/** The refused rows, or the others. */
export type ResultKind = 'error' | 'success'

const pageRows = 2_000

/**
 * $1 organisation, $2 upload, $3 previous line, $4 refused or not, $5 limit; $6 file and $7 series of `import_lines`.
 */
const pageSql = `
select r.line, r.raw, r.refusal_code as code,
  case when r.is_refused is null then 'the upload was abandoned before this row' else r.refusal_reason end as reason,
  c.code as issued
from upload_rows r
left join import_lines l on l.org_id = $1 and l.file_hash = $6 and l.series_id = $7 and l.line = r.line
left join coupons c on c.org_id = $1 and c.id = l.coupon_id
where r.org_id = $1 and r.upload_id = $2 and r.line > $3 and coalesce(r.is_refused, true) = $4
order by r.line limit $5`

interface ResultRow {
  readonly line: number
  readonly raw: string
  readonly code: number | null
  readonly reason: string | null
  /** The code issued for a row that names none. */
  readonly issued: string | null
}

/**
 * Returns the results of an upload's rows as pages of CSV: the columns of the file come first, so that column numbers
 * stay valid and a fixed file of refused rows can be sent again; then the reason of the refusal, or the issued code.
 *
 * @param withContacts false: cells with mobile numbers, e-mail addresses or external ids are empty.
 * @throws Refusal 404 if the organisation has no such upload for the series, 409 while it is being processed, 410 if
 * its rows are no longer retained.
 */
export async function readResults(
  runner: Runner,
  orgId: number,
  seriesId: number,
  id: number,
  kind: ResultKind,
  withContacts: boolean,
): Promise<{ pages: AsyncGenerator<string, void, void>; rows: number }> {
  const { rows } = await runner.query<Upload>(
    `select ${uploadColumns} from uploads u where u.org_id = $1 and u.id = $2 and u.series_id = $3`,
    [orgId, id, seriesId],
  )
  const [upload] = rows
  if (upload === undefined) throw refuse.notFound('There is no such file')
  if (upload.state === 'queued' || upload.state === 'running')
    throw refuse.conflict('The upload is worked on: its files are there when it has ended')
  if (upload.isForgotten) throw refuse.gone('The rows of the upload are no longer retained')
  const { accepted, rows: all } = upload
  return {
    pages: pagesOf(runner, orgId, upload, kind, withContacts),
    rows: kind === 'success' ? accepted : all - accepted,
  }
}

const line = (cells: readonly (string | number | null)[]): string => stringify([[...cells]])
const safe = (cell: string): string => defuseCell(undoDefusedCell(cell))

async function* pagesOf(
  runner: Runner,
  orgId: number,
  { id, seriesId, kind, form, fileHash, header }: Upload,
  result: ResultKind,
  withContacts: boolean,
): AsyncGenerator<string, void, void> {
  const isError = result === 'error'
  const upload = { kind, form } as UploadForm
  // Imported codes without customers are unassigned: a caller who could read them here could redeem them all.
  const waits = !isError && kind === 'codes' && (form as CodesForm).customer === null
  const hidden = new Set([
    ...(withContacts ? [] : contactColumns(upload)),
    ...(waits ? [(form as CodesForm).codeColumn] : []),
  ])
  const codeColumn = kind === 'codes' ? (form as CodesForm).codeColumn : null
  const { ownOf, extraOf, lineOf } = refusedColumns(header)
  // A text that was not split into columns may contain anything anywhere.
  const shown = (raw: readonly string[]): string[] =>
    raw.map((cell, at) => (hidden.has(at) || (raw.length !== header.length && hidden.size > 0) ? '' : cell))
  const added = isError ? ofRefusal : waits ? ['line'] : kind === 'codes' ? ['issuedCode'] : []
  yield line([...ownOf(header).map(safe), ...added])
  for (let from = 0; ;) {
    const { rows } = await runner.query<ResultRow>(pageSql, [
      orgId,
      id,
      from,
      isError,
      pageRows,
      fileHash,
      seriesId,
    ])
    const last = rows.at(-1)
    if (last === undefined) return
    yield stringify(
      rows.map((row) => {
        const raw = JSON.parse(row.raw) as string[]
        const cells = shown(raw)
        const own = ownOf(cells).map(safe)
        if (isError) return [...own, lineOf(raw, row.line), row.code, row.reason, ...extraOf(cells).map(safe)]
        if (waits) return [...own, row.line]
        const code = codeColumn === null ? '' : cellValue(cells[codeColumn] ?? '')
        return kind === 'codes' ? [...own, defuseCell(code || (row.issued ?? ''))] : own
      }),
    )
    from = last.line
  }
}
