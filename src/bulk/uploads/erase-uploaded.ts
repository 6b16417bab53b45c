import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'
import { cellValue } from '../rows/csv-rules.ts'
import { foldMail } from '../../values/identifier.ts'
import { asciiDigits } from '../../values/typed-number.ts'
import type { CustomerKey, UploadForm } from './upload-form-rules.ts'
import { namesCustomer } from './upload-row-rules.ts'

interface Named {
  readonly key: CustomerKey
  readonly value: string
}

interface Candidate {
  readonly uploadId: number
  readonly line: number
  readonly raw: string
  readonly fault: string | null
  readonly kind: UploadForm['kind']
  readonly form: UploadForm['form']
  readonly customerId: number | null
  readonly country: string
}

/** Number of final digits that every spelling of a mobile number shares: in Argentina a 15 may precede the last six. */
const sameDigits = 6

/** A part of a text that is the same in JSON and in lower case. */
const plainPart = (text: string): string =>
  (text.toLowerCase().match(/[!#-[\]-~]+/g) ?? []).toSorted((a, b) => b.length - a.length)[0] ?? ''

/** The text to search for in the JSON of a row that names the customer; for a mobile number, in its digits. */
function partOf({ key, value }: Named): string {
  if (key === 'mobile') return value.slice(-sameDigits)
  // An e-mail address may have surrounding blanks, and a cell that a spreadsheet would evaluate has a leading
  // apostrophe.
  const isWholeCell = key !== 'email' && /^[\dA-Za-z]/.test(value) && plainPart(value).length === value.length
  return isWholeCell ? `"${value.toLowerCase()}"` : plainPart(value)
}

/**
 * Removes the rows of uploads that name a customer, including unprocessed ones: they count as refused. Runs before the
 * customer is locked, in the lock order of the upload work. Rows of a file that arrives at this very moment are missed;
 * they resolve to no customer and are deleted after the retention period.
 */
export async function eraseUploaded(transaction: Queries, orgId: number, customerId: number): Promise<void> {
  const identifiers = await transaction
    .selectFrom('customer_identifiers')
    .select(['type', sql<string>`coalesce(same_as, value)`.as('value')])
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .execute()
  const named: Named[] = [
    { key: 'customerId', value: String(customerId) },
    ...identifiers.map(({ type, value }) => ({ key: type as CustomerKey, value })),
  ]
  await eraseHeaders(transaction, orgId, named)
  const candidates = await findCandidates(transaction, orgId, customerId, named)
  const found = candidates.filter((one) => isAbout(one, customerId, named))
  if (found.length === 0) return
  const uploadIds = found.map(({ uploadId }) => uploadId)
  await sql`select from uploads where org_id = ${orgId} and id = any(${uploadIds}::bigint[]) order by id for update`.execute(
    transaction,
  )
  // The reported columns of the file may contain a value of one of the rows.
  await sql`update uploads set reading = null where org_id = ${orgId} and id = any(${uploadIds}::bigint[])`.execute(
    transaction,
  )
  await sql`
    with gone as (
      delete from upload_rows r using unnest(${uploadIds}::bigint[], ${found.map(({ line }) => line)}::int[]) as x(upload_id, line)
      where r.org_id = ${orgId} and r.upload_id = x.upload_id and r.line = x.line
      returning r.upload_id, r.is_refused is null as was_open
    )
    update uploads u set refused = u.refused + g.n, updated_at = statement_timestamp()
    from (select upload_id, (count(*) filter (where was_open))::int as n from gone group by upload_id) g
    where u.org_id = ${orgId} and u.id = g.upload_id and g.n > 0`.execute(transaction)
}

/** Erases the header of a file that has a row in its place. */
async function eraseHeaders(transaction: Queries, orgId: number, named: readonly Named[]): Promise<void> {
  const { rows } = await sql<UploadForm & { id: number; header: string[]; country: string }>`
    select u.id, u.header, u.kind, u.form, o.country from uploads u join organisations o on o.org_id = u.org_id
    where u.org_id = ${orgId} and u.forgotten_at is null`.execute(transaction)
  const ids = rows.flatMap((one) => (namesCustomer(one, one.header, named, one.country) ? [one.id] : []))
  if (ids.length === 0) return
  await sql`
    with locked as (select id from uploads where org_id = ${orgId} and id = any(${ids}::bigint[]) order by id for update)
    update uploads u set header = '[]', reading = null from locked where u.org_id = ${orgId} and u.id = locked.id`.execute(
    transaction,
  )
}

/** Rows that may concern the customer by their text; each candidate is then checked individually. */
async function findCandidates(
  transaction: Queries,
  orgId: number,
  customerId: number,
  named: readonly Named[],
): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    select r.upload_id as "uploadId", r.line, r.raw, r.fault, u.kind, u.form, r.customer_id as "customerId", o.country
    from uploads u join upload_rows r on r.org_id = u.org_id and r.upload_id = u.id
    join organisations o on o.org_id = u.org_id
    where u.org_id = ${orgId} and u.forgotten_at is null and (r.customer_id = ${customerId}
      -- Other scripts have digits of their own, and marks that nobody sees may stand anywhere.
      or r.customer_id is null and (r.raw ~ '[^ -~]' or exists (
        select from unnest(
          ${named.map(({ key }) => key)}::text[], ${named.map(partOf)}::text[],
          ${named.map(({ value }) => plainPart(value))}::text[]) as x(key, part, loose)
        where strpos(u.form::text, '"key": "' || x.key || '"') > 0 and case
          when x.key = 'mobile' then strpos(regexp_replace(r.raw, '[^0-9]', '', 'g'), x.part)
          when r.fault is null then strpos(lower(r.raw), x.part)
          else strpos(lower(r.raw), x.loose) end > 0)))`.execute(transaction)
  return rows
}

function isAbout(one: Candidate, customerId: number, named: readonly Named[]): boolean {
  if (one.customerId === customerId) return true
  const cells = (JSON.parse(one.raw) as string[]).map(cellValue)
  const upload = { kind: one.kind, form: one.form } as UploadForm
  if (one.fault === null) return namesCustomer(upload, cells, named, one.country)
  // The text was not split into columns, so all of it is searched; the row is refused in any case.
  const text = foldMail(asciiDigits(cells.join(' ')))
  return named.some(({ key, value }) =>
    key === 'mobile'
      ? text.replaceAll(/\D/g, '').includes(value.slice(-sameDigits))
      : key !== 'customerId' && text.includes(value.toLowerCase()),
  )
}
