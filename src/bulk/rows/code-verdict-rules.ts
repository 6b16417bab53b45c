import { decideIssue, expiresAtS } from '../../ledger/coupons/issue-rules.ts'
import { catalogue, quote, type Code } from '../../values/errors.ts'
import type { CountedSeries } from '../../ledger/series/series-counters.ts'
import type { RememberedSeries } from '../../ledger/series/series-terms.ts'
import { codeKey } from '../../values/coupon-code.ts'
import type { CodeGrant, CodeRow, IssuedEarlier } from './issued-earlier.ts'

export type CodeVerdict =
  /** `code`: assigned to a row that names none; null: still to be drawn. */
  | { readonly kind: 'fresh' | 'present'; readonly code?: string | null }
  | { readonly kind: 'refused'; readonly code: Code | null; readonly reason: string }

const fresh: CodeVerdict = { kind: 'fresh' }
const present: CodeVerdict = { kind: 'present' }
const refuse = (reason: string, code: Code | null = null): CodeVerdict => ({ kind: 'refused', code, reason })
const refuseBy = (code: Code): CodeVerdict => refuse(catalogue[code].message, code)

export interface CodeCircumstances {
  readonly nowS: number
  readonly timeZone: string
  readonly series: ReadonlyMap<number, CountedSeries>
  /** Unassigned codes in the database, oldest first, by series; taken from the front. */
  readonly pools: ReadonlyMap<number, { id: number; code: string }[]>
  /** True: the refusal of a taken code does not reveal its holder. */
  readonly hidesOthers: boolean
}

/**
 * Decides one row and adds its grant to `earlier`. It applies the rules of the issue call, judged at the row's
 * `createdDate` if stated, except that a series that has ended issues nothing.
 */
export function decideCodeRow(row: CodeRow, earlier: IssuedEarlier, at: CodeCircumstances): CodeVerdict {
  if (row.fault !== null) return refuse(row.fault, row.faultCode)
  const state = at.series.get(row.seriesId)
  if (state === undefined) return refuseBy(707)
  const { terms } = state
  const isShared = terms.clientHandlingType === 'GENERIC'
  if (row.isTagged) {
    if (row.low === 0 || row.customerId === null) return refuseBy(701)
    if (row.low !== row.high) return refuse('what it names leads to different customers')
  }
  if (row.validUntilS !== null && row.validUntilS > terms.validUntilS) return refuseBy(691)
  const createdAtS = row.createdAtS ?? Math.floor(at.nowS)
  const validUntilS = row.validUntilS ?? expiresAtS(terms, createdAtS, at.timeZone)
  if (isShared && row.code !== null && codeKey(row.code) !== codeKey(terms.genericCode ?? ''))
    return refuse(`the series has one code for all, and ${quote(row.code)} is another`, 633)
  const known = decideKnown(row, earlier, isShared, at.hidesOthers)
  if (known !== undefined) return known
  if (!row.isTagged) return decideWaiting(row, earlier, terms, validUntilS, at)
  const atS = at.nowS > terms.validUntilS ? at.nowS : createdAtS
  return decideIssued(row, earlier, state, { validUntilS, atS }, at)
}

/** Decides by an existing coupon with this code or for this line. Undefined: there is none that decides. */
function decideKnown(
  row: CodeRow,
  earlier: IssuedEarlier,
  isShared: boolean,
  hidesOthers: boolean,
): CodeVerdict | undefined {
  const { own, code } = row
  if (code === null) return row.issuedCode === null ? undefined : present
  const before = earlier.codes.get(keyOfCode(code, isShared, row.customerId))
  const thereSeries = before?.series.id ?? own?.seriesId
  const isWaiting = before ? before.customerId === null : own?.customerId === null
  const holder =
    before?.customerId ?? own?.customerId ?? (own ? (earlier.givenAway.get(own.id) ?? null) : null)
  if (thereSeries === undefined || (isShared && isWaiting)) return undefined
  const taken = refuse(`the code ${quote(code)} is taken`, 703)
  if (thereSeries !== row.seriesId)
    return hidesOthers ? taken : refuse(`the code ${quote(code)} belongs to another series`)
  if (own?.isRevoked) return refuseBy(660)
  if (!row.isTagged || holder === row.customerId) return present
  if (holder !== null)
    return hidesOthers ? taken : refuse(`the code ${quote(code)} belongs to another customer`, 703)
  if (own !== null && own.redeemed > 0) return refuseBy(711)
  return undefined
}

/** The key under which a code is remembered: a shared code has one per customer. */
export const keyOfCode = (code: string, isShared: boolean, customerId: number | null): string =>
  isShared ? `${codeKey(code)}\t${customerId}` : codeKey(code)

function decideWaiting(
  row: CodeRow,
  earlier: IssuedEarlier,
  terms: RememberedSeries,
  validUntilS: number,
  { nowS }: CodeCircumstances,
): CodeVerdict {
  if (terms.clientHandlingType !== 'DISC_CODE_PIN')
    return refuse(
      'codes wait for customers in series of uploaded codes (DISC_CODE_PIN) only: name the customer',
    )
  if (nowS > terms.validUntilS) return refuseBy(713)
  const { line, code } = row
  const grant: CodeGrant = {
    line,
    customerId: null,
    couponId: null,
    code,
    validUntilS,
    series: terms,
  }
  earlier.grants.push(grant)
  earlier.codes.set(codeKey(code ?? ''), grant)
  earlier.addWaiting(grant)
  return fresh
}

function decideIssued(
  row: CodeRow,
  earlier: IssuedEarlier,
  { terms, issued, maxIssued }: CountedSeries,
  { validUntilS, atS }: { validUntilS: number; atS: number },
  at: CodeCircumstances,
): CodeVerdict {
  const customerId = row.customerId ?? 0
  const before = earlier.toCustomer.get(`${customerId} ${terms.id}`)
  const isPooled = terms.clientHandlingType === 'DISC_CODE_PIN'
  const waiting = isPooled && row.code === null ? nextWaiting(earlier, terms.id, at) : undefined
  const others = earlier.seriesOfCustomer.get(customerId)
  const { granted, refusal, ownRefusal } = decideIssue(
    {
      customer: { id: customerId, firstName: '', lastName: '', identifiers: [], updatedAtS: 0 },
      isBlocked: row.isBlocked,
      series: terms,
      issued: issued + (earlier.inSeries.get(terms.id) ?? 0),
      maxIssued,
      issuedToCustomer: row.issued + (before?.issued ?? 0),
      revokedOfCustomer: row.revoked,
      lastIssuedAtS: before
        ? Math.max(before.lastAtS, row.lastIssuedAtS ?? before.lastAtS)
        : row.lastIssuedAtS,
      held: before?.held ?? row.held,
      holdsExclusive:
        row.holdsExclusive ||
        (terms.mutuallyExclusiveSeriesIds ?? []).some((id) => id !== terms.id && others?.has(id)),
      waitingCodes: row.code !== null || waiting !== undefined ? 1 : 0,
      nowS: atS,
    },
    1,
    { inSeries: 0, toCustomer: 0, holdsExclusive: false },
  )
  // Where the issue call would return the customer's existing coupon, a file has one row too many.
  if (granted === 0) return refuseBy(ownRefusal ?? refusal ?? 5004)
  const grant = grantOf(row, earlier, terms, { customerId, validUntilS, waiting })
  earlier.addIssued(grant, customerId, atS)
  return { kind: 'fresh', code: grant.code }
}

type Waiting = { id: number; code: string } | CodeGrant

/** The oldest unassigned code that no earlier row has taken. */
function nextWaiting(
  earlier: IssuedEarlier,
  seriesId: number,
  { pools }: CodeCircumstances,
): Waiting | undefined {
  const pool = pools.get(seriesId) ?? []
  while (pool[0] !== undefined && earlier.givenAway.has(pool[0].id)) pool.shift()
  if (pool[0] !== undefined) return pool[0]
  const added = earlier.waiting.get(seriesId) ?? []
  while (added[0] !== undefined && added[0].customerId !== null) added.shift()
  return added[0]
}

function grantOf(
  row: CodeRow,
  earlier: IssuedEarlier,
  series: RememberedSeries,
  given: { customerId: number; validUntilS: number; waiting: Waiting | undefined },
): CodeGrant {
  const { customerId, validUntilS, waiting } = given
  const { line } = row
  const isShared = series.clientHandlingType === 'GENERIC'
  // An unassigned code from an earlier row goes to this customer.
  const added =
    waiting !== undefined && 'line' in waiting
      ? waiting
      : row.code !== null && !isShared
        ? earlier.codes.get(codeKey(row.code))
        : undefined
  if (added !== undefined) return Object.assign(added, { line, customerId, validUntilS })
  const couponId =
    waiting !== undefined && 'id' in waiting ? waiting.id : isShared ? null : (row.own?.id ?? null)
  const code = isShared ? series.genericCode : (row.code ?? waiting?.code ?? null)
  const grant: CodeGrant = { line, customerId, couponId, code, validUntilS, series }
  earlier.grants.push(grant)
  if (row.code !== null) earlier.codes.set(keyOfCode(row.code, isShared, customerId), grant)
  return grant
}
