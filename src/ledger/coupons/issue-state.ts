import { identifiersOf } from '../customers/customer-profile.ts'
import type { CustomerReference } from '../redemptions/redemption-state.ts'
import type { SeriesMemory } from '../series/series-memory.ts'
import { readTerms, type QueryRunner, type RememberedSeries } from '../series/series-terms.ts'
import type { IssueState } from './issue-rules.ts'
import { issueStateSql, waitingCodesSql } from './issue-sql.ts'

/** A request to issue up to `count` coupons of one series to a customer. */
export interface IssueRequest {
  readonly customer: CustomerReference
  readonly seriesId: number
  readonly count: number
}

type StateRow = [
  n: number,
  customerId: number | null,
  isBlocked: boolean,
  firstName: string,
  lastName: string,
  updatedAtS: number,
  identifiers: string | null,
  seriesId: number | null,
  version: number,
  issued: number,
  maxIssued: number | null,
  issuedToCustomer: number,
  revokedOfCustomer: number,
  lastIssuedAtS: number | null,
  heldId: number | null,
  heldCode: string,
  heldValidUntilS: number,
  holdsExclusive: boolean,
  nowS: number,
  registeredAtS: number | null,
]

/**
 * Reads the state that decides each request, except for unassigned codes. The state stays valid while the caller holds
 * the locks on the series.
 */
export async function readIssueStates(
  client: QueryRunner,
  memory: SeriesMemory,
  orgId: number,
  requests: readonly IssueRequest[],
  now: Date | null,
): Promise<IssueState<RememberedSeries>[]> {
  const { rows } = await client.query<StateRow>({
    name: 'issue-state',
    text: issueStateSql,
    rowMode: 'array',
    values: [
      orgId,
      requests.map((_, at) => at),
      requests.map(({ customer }) => customer.customerId ?? null),
      requests.map(({ customer }) => customer.identifier?.type ?? null),
      requests.map(({ customer }) => customer.identifier?.value ?? null),
      requests.map(({ seriesId }) => seriesId),
      now,
    ],
  })
  const versions = new Map(rows.flatMap((row) => (row[7] === null ? [] : [[row[7], row[8]] as const])))
  const terms = await readTerms(client, memory, orgId, versions)
  const states = Array.from<IssueState<RememberedSeries>>({ length: requests.length })
  for (const row of rows) {
    states[row[0]] = {
      customer:
        row[1] === null
          ? undefined
          : {
              id: row[1],
              firstName: row[3],
              lastName: row[4],
              updatedAtS: row[5],
              identifiers: identifiersOf(row[6]),
            },
      isBlocked: row[2],
      series: row[7] === null ? undefined : terms.get(row[7]),
      issued: row[9],
      maxIssued: row[10],
      issuedToCustomer: row[11],
      revokedOfCustomer: row[12],
      lastIssuedAtS: row[13],
      held: row[14] === null ? null : { id: row[14], code: row[15], validUntilS: row[16] },
      holdsExclusive: row[17],
      waitingCodes: 0,
      nowS: row[18],
      registeredAtS: row[19] ?? undefined,
    }
  }
  return states
}

export type WaitingCodes = Map<number, { id: number; code: string }[]>

/** Reads the oldest unassigned codes of every series of uploaded codes, as many as the batch could need. */
export async function readWaitingCodes(
  client: QueryRunner,
  orgId: number,
  requests: readonly IssueRequest[],
  states: readonly IssueState[],
): Promise<WaitingCodes> {
  const needed = new Map<number, number>()
  requests.forEach(({ seriesId, count }, at) => {
    if (states[at]?.series?.clientHandlingType !== 'DISC_CODE_PIN') return
    needed.set(seriesId, (needed.get(seriesId) ?? 0) + count)
  })
  return readWaiting(client, orgId, needed)
}

/**
 * Reads the oldest unassigned codes. @param needed number of codes, by series. @param sql as returned by
 * `waitingCodes`.
 */
export async function readWaiting(
  client: QueryRunner,
  orgId: number,
  needed: ReadonlyMap<number, number>,
  sql: string = waitingCodesSql,
): Promise<WaitingCodes> {
  const waiting: WaitingCodes = new Map([...needed.keys()].map((seriesId) => [seriesId, []]))
  if (needed.size === 0) return waiting
  const { rows } = await client.query<{ series_id: number; id: number; code: string }>({
    ...(sql === waitingCodesSql && { name: 'waiting-codes' }),
    text: sql,
    values: [orgId, [...needed.keys()], [...needed.values()]],
  })
  for (const { series_id: seriesId, id, code } of rows) waiting.get(seriesId)?.push({ id, code })
  return waiting
}
