import type { Client } from 'pg'
import { waitingCodes } from '../../ledger/coupons/issue-sql.ts'
import type { CountedSeries } from '../../ledger/series/series-counters.ts'
import { keyOfCode } from './code-verdict-rules.ts'
import { IssuedEarlier, type CodeGrant, type CodeRow } from './issued-earlier.ts'
import { KeptRows, type KeptRow } from './kept-rows.ts'

type KeptGrant = Omit<CodeGrant, 'series'> & { readonly seriesId: number }
type Terms = ReadonlyMap<number, Pick<CountedSeries, 'terms'>>
type Pools = ReadonlyMap<number, readonly { readonly id: number }[]>

/** Like `waitingCodesSql`, excluding codes taken by earlier rows. `floor`: up to this id none is left. */
export const keptWaitingSql = waitingCodes(
  "left join kept f on f.key = 'floor ' || w.series_id",
  "c.id > coalesce(f.value::text::bigint, 0) and not exists (select from kept g where g.key = 'given ' || c.id)",
)

/** What the rows of earlier chunks of a dry run add to the database state, as far as a chunk needs it. */
export class KeptIssues {
  readonly #kept: KeptRows<unknown>

  constructor(client: Client) {
    this.#kept = new KeptRows(client)
  }

  create(): Promise<void> {
    return this.#kept.create()
  }

  /** @param termsOf the terms of series by id. @param counts maximum number of unassigned codes to take per series. */
  async load(
    rows: readonly CodeRow[],
    series: Terms,
    counts: ReadonlyMap<number, number>,
    termsOf: (ids: readonly number[]) => Promise<Terms>,
  ): Promise<IssuedEarlier> {
    const earlier = new IssuedEarlier()
    const found = await this.#kept.read(rows.flatMap((row) => keysOf(row, series)))
    const waiting = counts.size === 0 ? [] : await this.#kept.readWaiting(counts)
    const grants = [...found, ...waiting].filter(({ key }) => key.startsWith('code '))
    const seriesIds = new Set(grants.map(({ value }) => (value as KeptGrant).seriesId))
    const terms = await termsOf([...seriesIds])
    for (const { key, value } of grants) {
      const { seriesId, ...grant } = value as KeptGrant
      const ofSeries = terms.get(seriesId)?.terms
      const code = key.slice('code '.length)
      if (ofSeries && !earlier.codes.has(code)) earlier.codes.set(code, { ...grant, series: ofSeries })
    }
    for (const { key } of waiting) {
      const grant = earlier.codes.get(key.slice('code '.length))
      if (grant) earlier.addWaiting(grant)
    }
    for (const { key, value } of found) put(earlier, key, value)
    return earlier
  }

  /** @param pools the codes read, and those left. */
  async save(earlier: IssuedEarlier, read: Pools, left: Pools): Promise<void> {
    const rows: KeptRow<unknown>[] = []
    for (const [code, { series, ...grant }] of earlier.codes) {
      const isWaiting = grant.customerId === null
      rows.push({
        key: `code ${code}`,
        value: { ...grant, seriesId: series.id },
        waitsIn: isWaiting ? series.id : null,
        line: isWaiting ? grant.line : null,
      })
    }
    for (const [id, count] of earlier.inSeries) rows.push({ key: `series ${id}`, value: count })
    for (const [key, issues] of earlier.toCustomer) rows.push({ key: `issues ${key}`, value: issues })
    for (const [id, ids] of earlier.seriesOfCustomer) rows.push({ key: `of ${id}`, value: [...ids] })
    for (const [id, customerId] of earlier.givenAway) rows.push({ key: `given ${id}`, value: customerId })
    for (const [id, pool] of read) {
      const next = left.get(id)?.find((one) => !earlier.givenAway.has(one.id))
      const floor = next ? next.id - 1 : pool.at(-1)?.id
      if (floor !== undefined) rows.push({ key: `floor ${id}`, value: floor })
    }
    if (rows.length > 0) await this.#kept.write(rows)
  }
}

function keysOf(row: CodeRow, series: Terms): string[] {
  const isShared = series.get(row.seriesId)?.terms.clientHandlingType === 'GENERIC'
  return [
    `series ${row.seriesId}`,
    ...(row.code === null ? [] : [`code ${keyOfCode(row.code, isShared, row.customerId)}`]),
    ...(row.customerId === null ? [] : [`issues ${row.customerId} ${row.seriesId}`, `of ${row.customerId}`]),
    ...(row.own === null ? [] : [`given ${row.own.id}`]),
  ]
}

function put(earlier: IssuedEarlier, key: string, value: unknown): void {
  const [, kind, rest = ''] = /^(\w+) (.*)$/s.exec(key) ?? []
  if (kind === 'series') earlier.inSeries.set(Number(rest), value as number)
  if (kind === 'issues') earlier.toCustomer.set(rest, value as Issues)
  if (kind === 'of') earlier.seriesOfCustomer.set(Number(rest), new Set(value as number[]))
  if (kind === 'given') earlier.givenAway.set(Number(rest), value as number)
}

type Issues = IssuedEarlier['toCustomer'] extends ReadonlyMap<string, infer Value> ? Value : never
