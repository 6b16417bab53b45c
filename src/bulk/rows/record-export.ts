import { recordEntry } from '../../identity/audit-log/record-entry.ts'
import type { Queries } from '../../platform/db/queries.ts'
import type { ExportKind } from './export-columns.ts'
import type { ExportFilter } from './export-sql.ts'

/** The details of an export for the audit log. Instants are ISO 8601. */
function describe(kind: ExportKind, format: string, filter: ExportFilter): Record<string, unknown> {
  const { seriesId, statuses = [], fromS, toS } = filter
  const instant = (epochS: number): string => new Date(epochS * 1000).toISOString()
  return {
    what: kind,
    format,
    ...(seriesId !== undefined && { series_id: seriesId }),
    ...(statuses.length > 0 && { statuses }),
    ...(fromS !== undefined && { from: instant(fromS) }),
    ...(toS !== undefined && { to: instant(toS) }),
    with_contacts: kind !== 'series' && !filter.withoutContacts,
  }
}

/** Records the beginning of an export, before its first row, so that no data leaves without an entry. */
export const recordExportBegun = (
  transaction: Queries,
  kind: ExportKind,
  format: string,
  filter: ExportFilter,
): Promise<void> =>
  recordEntry(transaction, filter.orgId, 'export.begun', null, describe(kind, format, filter))

/** Records the end of an export. @param rows number of written rows. @param isWhole false: it was interrupted. */
export const recordExportEnded = (
  transaction: Queries,
  kind: ExportKind,
  format: string,
  filter: ExportFilter,
  { rows, isWhole }: { readonly rows: number; readonly isWhole: boolean },
): Promise<void> =>
  recordEntry(transaction, filter.orgId, 'export.ended', null, {
    ...describe(kind, format, filter),
    rows,
    is_whole: isWhole,
  })
