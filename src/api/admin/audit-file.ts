import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { stringify } from 'csv-stringify/sync'
import { recordEntry } from '../../identity/audit-log/record-entry.ts'
import { listAudit, type AuditPage } from '../../identity/audit-log/list-audit.ts'
import { nameThings } from '../../identity/audit-log/name-things.ts'
import { thingKey } from '../../identity/audit-log/things-rules.ts'
import { defuseCell } from '../../bulk/rows/csv-rules.ts'
import type { Context } from '../../ledger/context.ts'
import { formatInstant } from '../../values/calendar.ts'
import type { App } from '../../http/app.ts'
import { problems } from '../../http/problem.ts'
import { route } from '../../http/route.ts'
import { recordedChange } from '../../http/recorded-change.ts'
import { auditFilter, readAuditFilter, type AuditFilter } from './audit-query.ts'
import { admin } from './fields.ts'

/** Entries that are read at once; nothing is held between two reads, however slow the reader is. */
const readAtOnce = 1_000

const columns = [
  'id',
  'at',
  'actorKind',
  'actorId',
  'actor',
  'action',
  'subjectKind',
  'subjectId',
  'subject',
  'reason',
  'before',
  'after',
  'address',
  'requestId',
]

const json = (value: object | null): string => (value === null ? '' : JSON.stringify(value))

/** The lines of the file, the latest entry first. An entry that comes meanwhile is not in it. */
async function* linesOf(
  { database: { queries } }: Context,
  { orgId, timeZone }: { readonly orgId: number; readonly timeZone: string },
  filter: AuditFilter,
  first: AuditPage,
): AsyncGenerator<string, void, void> {
  yield stringify([columns], { record_delimiter: 'windows' })
  let page: AuditPage | undefined = first
  while (page !== undefined) {
    const { entries, next }: AuditPage = page
    const things = await nameThings(queries, orgId, entries)
    const rows = entries.map(({ id, atMs, actor, action, subject, reason, before, after: now, ...rest }) =>
      [
        id,
        formatInstant(timeZone, Math.floor(atMs / 1000)),
        actor.kind,
        actor.id ?? '',
        actor.name ?? '',
        action,
        subject.kind,
        subject.id ?? '',
        (subject.id !== null && things.get(thingKey(subject.kind, subject.id))?.name) || '',
        reason ?? '',
        json(before),
        json(now),
        rest.address ?? '',
        rest.requestId ?? '',
      ].map((cell) => defuseCell(String(cell))),
    )
    if (rows.length > 0) yield stringify(rows, { record_delimiter: 'windows' })
    page =
      next === null
        ? undefined
        : await listAudit(queries, orgId, { ...filter, limit: readAtOnce, after: next })
  }
}

/** `GET /admin/v1/audit.csv`: the audit log as a file. */
export function registerAuditFile(app: App, context: Context): void {
  route(app, 'GET /admin/v1/audit.csv', {
    access: ['audit', 'read'],
    ...admin,
    isLong: true,
    limit: 'bulk',
    schema: {
      operationId: 'exportAudit',
      summary: 'The audit log as CSV, the latest first',
      description:
        'All entries that fit, with the names that authors and subjects have now. before and after are JSON. A cell that a spreadsheet would read as a formula begins with an apostrophe.',
      tags: ['Audit'],
      querystring: Type.Object(auditFilter),
      response: { 200: { content: { 'text/csv': { schema: Type.String() } } }, ...problems },
    },
    handler: async (caller, { query }, reply) => {
      const filter = readAuditFilter(query, caller.timeZone)
      const page = { ...filter, limit: readAtOnce, after: undefined }
      const first = await listAudit(context.database.queries, caller.orgId, page)
      // Before the first line leaves, so that no data leaves without an entry; and after the first page was read, since
      // the file is of the log before.
      await recordedChange(context, caller, (transaction) =>
        recordEntry(transaction, caller.orgId, 'export.begun', null, {
          what: 'audit-log',
          format: 'csv',
          ...query,
        }),
      )
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit-log.csv"')
        .send(Readable.from(linesOf(context, caller, filter, first), { objectMode: false }) as never)
    },
  })
}
