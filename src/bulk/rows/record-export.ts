import { recordEntry } from '../../identity/audit-log/record-entry.ts'
import type { Queries } from '../../platform/db/queries.ts'
import type { ExportFilter, ExportKind } from './export-sql.ts'

/** What an entry of the audit log tells of an export. Instants are ISO 8601. */
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

/** Records that an export begins: before its first row, so that nothing leaves without an entry. */
export const recordExportBegun = (
  transaction: Queries,
  kind: ExportKind,
  format: string,
  filter: ExportFilter,
): Promise<void> =>
  recordEntry(transaction, filter.orgId, 'export.begun', null, describe(kind, format, filter))

/** Records how an export ended. @param rows how many were written. @param isWhole false: it broke off before the end. */
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
