import type { Client } from 'pg'
import type { Organisation } from '../../identity/organisations/find-organisation.ts'

/** The data for reading the rows of a file: small tables of the organisation, read once. */
export interface Setting extends Organisation {
  readonly nowS: number
  /** The series of rows that name none; null: each row has to name one. */
  readonly series: SeriesName | null
  readonly seriesByCode: ReadonlyMap<string, SeriesName>
  readonly storeIds: ReadonlyMap<string, number>
  readonly tills: ReadonlyMap<string, { readonly id: number; readonly storeId: number }>
}

interface SeriesName {
  readonly id: number
  readonly code: string
}

/**
 * @param named id or code of a series. Undefined: none was named.
 * @returns undefined if the organisation has no such series.
 */
export async function readSetting(
  client: Client,
  organisation: Organisation,
  named: string | undefined,
  now: Date | null,
): Promise<Setting | undefined> {
  const { orgId } = organisation
  const read = async <Row extends object>(text: string): Promise<Row[]> =>
    (await client.query<Row>(text, [orgId])).rows
  const series = await read<SeriesName>('select id, code from series where org_id = $1')
  const stores = await read<{ id: number; code: string }>('select id, code from stores where org_id = $1')
  const tills = await read<{ id: number; code: string; store_id: number }>(
    'select id, code, store_id from tills where org_id = $1',
  )
  const { rows } = await client.query<{ now_s: number }>(
    "select date_part('epoch', coalesce($1::timestamptz, clock_timestamp())) as now_s",
    [now],
  )
  const found =
    named === undefined
      ? null
      : (series.find(({ code }) => code === named) ?? series.find(({ id }) => String(id) === named))
  if (found === undefined) return undefined
  return {
    ...organisation,
    nowS: Math.floor(rows[0]?.now_s ?? 0),
    series: found,
    seriesByCode: new Map(series.map((one) => [one.code, one])),
    storeIds: new Map(stores.map(({ code, id }) => [code, id])),
    tills: new Map(tills.map(({ code, id, store_id: storeId }) => [code, { id, storeId }])),
  }
}
