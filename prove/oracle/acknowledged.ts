import { claimsOf, nothing, type Claims } from '../answers.ts'
import type { Outcome } from '../clients.ts'
import type { Findings } from '../findings.ts'
import { groupBy } from './group-by.ts'
import { returnOfUse } from './left-to-return.ts'
import type { RedemptionRow, Snapshot } from './snapshot.ts'

export interface Claimed {
  readonly outcome: Outcome
  readonly claims: Claims
}

/** Reads all answers; one without the published shape is a violation. */
export function readClaims(findings: Findings, outcomes: readonly Outcome[]): Claimed[] {
  return outcomes.map((outcome) => {
    try {
      return { outcome, claims: claimsOf(outcome) }
    } catch (error) {
      const { wish, answer } = outcome
      findings.violate(
        'an answer has its shape',
        `${wish.kind} ${wish.tag}: ${String(error)} ${answer?.text.slice(0, 300)}`,
      )
      return { outcome, claims: nothing }
    }
  })
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && new Set([...a, ...b]).size === a.length

/** Redemptions by the transaction number of the request that made them: all of its codes, or none. */
function checkRedemptions(findings: Findings, claimed: readonly Claimed[], snapshot: Snapshot): void {
  const byTag = groupBy(snapshot.redemptions.values(), ({ tag }) => tag)
  for (const { outcome, claims } of claimed) {
    const { wish, answer } = outcome
    if (!wish.kind.startsWith('redeem')) continue
    const made: RedemptionRow[] = byTag.get(wish.tag) ?? []
    byTag.delete(wish.tag)
    const where = (): string =>
      `${wish.kind} ${wish.tag} (${outcome.key ?? 'no key'}, ${answer?.status ?? 'no answer'}): ` +
      `${made.length} redemptions [${made.map(({ id }) => id).join(' ')}] for ${wish.codes.length} codes, claimed [${claims.redeemed.map(({ id }) => id).join(' ')}]`
    findings.expect(
      made.length === 0 || made.length === wish.codes.length,
      'a request is carried out once, whole or not at all',
      where,
    )
    if (answer !== undefined)
      findings.expect(
        same(
          made.map(({ id }) => id),
          claims.redeemed.map(({ id }) => id),
        ),
        'what is acknowledged is what was done',
        where,
      )
    if (outcome.isAbsent)
      findings.expect(made.length === 0, 'a request refused with 422 or 503 does nothing', where)
    for (const { id, couponId, discount } of claims.redeemed) {
      const row = snapshot.redemptions.get(id)
      findings.expect(
        row?.customerId === wish.customerId &&
          (couponId === undefined || row.couponId === couponId) &&
          (discount === undefined || row.discount === discount),
        'an acknowledged redemption is in the ledger',
        () => `${where()}: ${JSON.stringify(row)}`,
      )
    }
  }
  const unasked = [...byTag.keys()]
  findings.expect(unasked.length === 0, 'nothing is redeemed unasked', () => unasked.slice(0, 5).join(', '))
}

/** Issued coupons: each is in one answer, or made by a request whose answer was never received. */
function checkIssues(findings: Findings, claimed: readonly Claimed[], snapshot: Snapshot): void {
  const byTag = groupBy(
    snapshot.events.filter(({ kind, tag }) => kind === 'issued' && tag !== null),
    ({ tag }) => tag ?? '',
  )
  const claimedBy = new Map<number, Outcome>()
  const unheard = new Set<number>()
  /** Customers who may have received a coupon of a single issue without an answer: it has no mark to find it by. */
  const mayHaveGot = new Set<number>()
  for (const { outcome, claims } of claimed) {
    const { wish, answer } = outcome
    if (!wish.kind.startsWith('issue')) continue
    const made = (byTag.get(wish.tag) ?? []).map(({ couponId }) => couponId)
    const claimedIds = claims.issued.map(({ id }) => id)
    const where = (): string =>
      `${wish.kind} ${wish.tag} (${outcome.key ?? 'no key'}, ${answer?.status ?? 'no answer'}): made [${made.join(' ')}], claimed [${claimedIds.join(' ')}]`
    if (answer === undefined) {
      made.forEach((id) => unheard.add(id))
      if (wish.kind === 'issue one') mayHaveGot.add(wish.customerId)
    }
    if (answer !== undefined)
      findings.expect(
        made.every((id) => claimedIds.includes(id)),
        'what is acknowledged is what was done',
        where,
      )
    findings.expect(
      made.length <= wish.count * wish.seriesIds.length,
      'a request is carried out once, whole or not at all',
      where,
    )
    if (outcome.isAbsent)
      findings.expect(made.length === 0, 'a request refused with 422 or 503 does nothing', where)
    for (const { id, code, seriesId } of claims.issued) {
      const row = snapshot.coupons.get(id)
      findings.expect(
        row?.code === code && row.seriesId === seriesId && row.customerId === wish.customerId,
        'an acknowledged coupon is there',
        () => `${where()}: ${JSON.stringify(row)}`,
      )
      const before = claimedBy.get(id)
      const plan = snapshot.series.get(seriesId)?.plan
      const isResent = plan?.handling === 'GENERIC' || plan?.isMultiplePerCustomer === false
      findings.expect(
        before === undefined || (isResent && before.wish.customerId === wish.customerId),
        'a coupon is given once',
        () => `coupon ${id} to ${wish.tag} and ${before?.wish.tag}`,
      )
      claimedBy.set(id, outcome)
    }
  }
  for (const { kind, couponId } of snapshot.events) {
    if (kind === 'issued')
      findings.expect(
        claimedBy.has(couponId) ||
          unheard.has(couponId) ||
          mayHaveGot.has(snapshot.coupons.get(couponId)?.customerId ?? 0),
        'nothing is issued unasked',
        () => `coupon ${couponId}`,
      )
  }
}

/** Reversals and revocations: each acknowledged once, none without a request. */
function checkEndings(findings: Findings, claimed: readonly Claimed[], snapshot: Snapshot): void {
  const reversedBy = new Map<number, Outcome>()
  const revokedBy = new Map<number, Outcome>()
  const mayHaveReversed = new Set<number>()
  let mayHaveRevoked = false
  for (const { outcome, claims } of claimed) {
    const { wish, answer } = outcome
    const isUnheard = answer === undefined && !outcome.isAbsent
    if (wish.kind === 'reverse' && isUnheard) wish.redemptionIds.forEach((id) => mayHaveReversed.add(id))
    if (wish.kind.startsWith('revoke') && isUnheard) mayHaveRevoked = true
    for (const id of claims.reversed) {
      findings.expect(
        !reversedBy.has(id) && returnOfUse(snapshot, id) === undefined,
        'a redemption is reversed once',
        () => `${id} by ${wish.tag} and ${reversedBy.get(id)?.wish.tag}`,
      )
      findings.expect(
        typeof snapshot.redemptions.get(id)?.reversedAt === 'number',
        'an acknowledged reversal is there',
        () => `${id} by ${wish.tag}`,
      )
      reversedBy.set(id, outcome)
    }
    if (claims.reversed.length > 0)
      findings.expect(same(claims.reversed, wish.redemptionIds), 'a reversal is whole', () => wish.tag)
    for (const { id } of claims.revoked) {
      findings.expect(
        !revokedBy.has(id),
        'a coupon is revoked once',
        () => `${id} by ${wish.tag} and ${revokedBy.get(id)?.wish.tag}`,
      )
      findings.expect(
        typeof snapshot.coupons.get(id)?.revokedAt === 'number',
        'an acknowledged revocation is there',
        () => `${id} by ${wish.tag}`,
      )
      revokedBy.set(id, outcome)
    }
  }
  for (const { id, reversedAt } of snapshot.redemptions.values()) {
    if (reversedAt !== null)
      findings.expect(
        reversedBy.has(id) || mayHaveReversed.has(id) || returnOfUse(snapshot, id) !== undefined,
        'nothing is reversed unasked',
        () => `redemption ${id}`,
      )
  }
  for (const { id, revokedAt } of snapshot.coupons.values()) {
    if (revokedAt !== null)
      findings.expect(revokedBy.has(id) || mayHaveRevoked, 'nothing is revoked unasked', () => `coupon ${id}`)
  }
}

/** Everything that an outcome names: ids, codes of coupons, refusal codes. */
function namedIn(outcome: unknown): Set<string> {
  if (typeof outcome !== 'object' || outcome === null) return new Set([String(outcome)])
  return new Set(Object.values(outcome).flatMap((one) => [...namedIn(one)]))
}

/** The outcome stored under a key is the acknowledged one. */
function checkStored(findings: Findings, claimed: readonly Claimed[], snapshot: Snapshot): void {
  const stored = new Map(snapshot.stored.map((one) => [`${one.route} ${one.key}`, one.outcome]))
  for (const { outcome, claims } of claimed) {
    const { wish, key, answer } = outcome
    if (key === undefined || answer === undefined) continue
    if (answer.status >= 400 && wish.forgetsRefusals) continue
    const one = stored.get(`${wish.method} ${wish.route ?? wish.path} ${key}`)
    const named = namedIn(one)
    const acknowledged = [
      ...[claims.issued, claims.redeemed, claims.revoked].flatMap((list) => list.map(({ id }) => id)),
      ...claims.reversed,
      ...claims.returned.flatMap(({ id }) => id ?? []),
      ...(claims.hold === undefined ? [] : [claims.hold.id]),
      ...claims.refusals.map(({ code }) => code),
    ]
    findings.expect(
      typeof one === 'object' && one !== null && acknowledged.every((id) => named.has(String(id))),
      'an outcome stands under its key',
      () =>
        `${wish.kind} ${key}: ${answer.status} ${answer.text.slice(0, 200)}, stored ${JSON.stringify(one)?.slice(0, 300)}`,
    )
  }
}

/** Compares the answers that clients received with the contents of the database. */
export function checkAcknowledged(findings: Findings, claimed: readonly Claimed[], snapshot: Snapshot): void {
  checkRedemptions(findings, claimed, snapshot)
  checkIssues(findings, claimed, snapshot)
  checkEndings(findings, claimed, snapshot)
  checkStored(findings, claimed, snapshot)
}
