import type { Cluster } from '../cluster.ts'
import type { Findings } from '../findings.ts'
import type { Wish } from '../requests.ts'
import type { World } from '../world.ts'
import type { Claimed } from './acknowledged.ts'
import { groupBy } from './group-by.ts'
import { endOf, redeemedBy, wholeMs, type HeldUse } from './held-uses.ts'
import type { HoldRow, Snapshot } from './snapshot.ts'
import { toleranceUs } from './track.ts'

/** Holds by the request that made them: one, or none. What is acknowledged is there. */
function checkMade(findings: Findings, claimed: readonly Claimed[], snapshot: Snapshot): void {
  const byTag = groupBy(snapshot.holds.values(), ({ tag }) => tag)
  for (const { outcome, claims } of claimed) {
    const { wish, answer } = outcome
    const told = claims.hold
    const row = told && snapshot.holds.get(told.id)
    if (told !== undefined)
      findings.expect(
        row?.reference === told.reference &&
          JSON.stringify(row.codes) === JSON.stringify(told.codes) &&
          row.customerId === wish.customerId,
        'an acknowledged hold is there',
        () => `${wish.kind} ${wish.tag}: ${JSON.stringify(told)}, stored ${JSON.stringify(row)}`,
      )
    if (wish.kind !== 'hold') continue
    const made = byTag.get(wish.tag) ?? []
    byTag.delete(wish.tag)
    const where = (): string =>
      `${wish.kind} ${wish.tag} (${outcome.key ?? 'no key'}, ${answer?.status ?? 'no answer'}): holds [${made.map(({ id }) => id).join(' ')}], claimed ${told?.id}`
    findings.expect(made.length <= 1, 'a request is carried out once, whole or not at all', where)
    if (answer !== undefined)
      findings.expect(made[0]?.id === told?.id, 'what is acknowledged is what was done', where)
    if (outcome.isAbsent)
      findings.expect(made.length === 0, 'a request refused with 422 or 503 does nothing', where)
    if (told === undefined || row === undefined) continue
    const before = [...snapshot.holds.values()].find((one) => isReplacedBy(one, row))
    findings.expect(
      (before !== undefined) === told.isReplacement,
      'an answer tells whether a hold was replaced',
      () => `${where()}, replaced ${before?.id}`,
    )
  }
  findings.expect(byTag.size === 0, 'nothing is held unasked', () => [...byTag.keys()].slice(0, 5).join(', '))
}

const isReplacedBy = (one: HoldRow, next: HoldRow): boolean =>
  one.id < next.id &&
  one.reference === next.reference &&
  one.endedAs === 'replaced' &&
  one.endedAt === next.createdAt

/** Why a hold ended; without a reason it is lost. */
function hasReason(
  hold: HoldRow,
  snapshot: Snapshot,
  asked: { readonly released: ReadonlySet<number>; readonly redeemed: readonly (readonly [number, Wish])[] },
): boolean {
  switch (hold.endedAs) {
    case null:
      return true
    case 'expired':
      return hold.expiresAt <= (hold.endedAt ?? 0)
    case 'replaced':
      return [...snapshot.holds.values()].some((next) => isReplacedBy(hold, next))
    case 'released':
      return asked.released.has(hold.id)
    case 'redeemed':
      break
  }
  return asked.redeemed.some(
    ([at, wish]) =>
      at === wholeMs(hold.endedAt ?? 0) &&
      (wish.holdId === hold.id || (wish.holdId === undefined && wish.reference === hold.reference)),
  )
}

/** A checkout has one hold at a time, and none ends without a reason. */
function checkEnds(findings: Findings, claimed: readonly Claimed[], snapshot: Snapshot): void {
  const released = new Set(
    claimed.flatMap(({ outcome: { wish } }) => (wish.kind === 'release' ? [wish.holdId ?? 0] : [])),
  )
  const redeemed = [...redeemedBy(claimed, snapshot)].map(
    ([row, wish]) => [wholeMs(row.redeemedAt), wish] as const,
  )
  const last = new Map<string, HoldRow>()
  for (const hold of snapshot.holds.values()) {
    const before = last.get(hold.reference)
    findings.expect(
      before === undefined ||
        (before.endedAt !== null && endOf(before) <= wholeMs(hold.createdAt)) ||
        // A payment that came after the hold was given up has ended it a second time.
        (before.endedAs === 'redeemed' && released.has(before.id)),
      'a checkout has one hold at a time',
      () => `holds ${JSON.stringify(before)} and ${JSON.stringify(hold)}`,
    )
    last.set(hold.reference, hold)
    findings.expect(hasReason(hold, snapshot, { released, redeemed }), 'a hold ends for a reason', () =>
      JSON.stringify(hold),
    )
  }
}

/** A hold expires when it was told to: after its time, or after that of an extension. */
function checkExpiries(findings: Findings, claimed: readonly Claimed[], snapshot: Snapshot): void {
  const wishes = new Map(
    claimed.flatMap(({ outcome: { wish } }) => (wish.kind === 'hold' ? [[wish.tag, wish] as const] : [])),
  )
  for (const { id, createdAt, expiresAt, tag } of snapshot.holds.values()) {
    const extended = claimed.filter(
      ({ outcome: { wish, answer } }) =>
        wish.kind === 'extend' && wish.holdId === id && answer?.status === 200,
    )
    const isOfExtension = extended.some(({ outcome: { wish, sentAtMs, endedAtMs } }) => {
      const from = expiresAt - (wish.ttlS ?? 0) * 1_000_000
      return from >= sentAtMs * 1_000 - toleranceUs && from <= endedAtMs * 1_000 + toleranceUs
    })
    const isAsMade =
      extended.length === 0 && expiresAt - createdAt === (wishes.get(tag)?.ttlS ?? 0) * 1_000_000
    findings.expect(
      isAsMade || isOfExtension,
      'a hold expires when it was told to',
      () => `hold ${id}: ${(expiresAt - createdAt) / 1_000_000} s, extended ${extended.length} times`,
    )
  }
}

/** What is stored as reserved is what the holds reserve, and the series know until when. */
function checkReserved(findings: Findings, snapshot: Snapshot, held: readonly HeldUse[]): void {
  const nameOf = (holdId: number, couponId: number): string => `${holdId} ${couponId}`
  const stored = new Map(snapshot.holdItems.map((one) => [nameOf(one.holdId, one.couponId), one]))
  for (const use of held) {
    const { hold, couponId, untilAtMost } = use
    const item = stored.get(nameOf(hold.id, couponId))
    stored.delete(nameOf(hold.id, couponId))
    if (untilAtMost <= snapshot.at) {
      // An expired hold may not have been swept.
      findings.expect(
        item === undefined || item.expiresAt <= snapshot.at,
        'a hold that has ended reserves nothing',
        () => JSON.stringify({ use, item }),
      )
      continue
    }
    findings.expect(
      item?.seriesId === use.seriesId &&
        item.customerId === use.customerId &&
        item.discount === use.discount &&
        item.expiresAt === hold.expiresAt,
      'a live hold reserves what it was told to',
      () => JSON.stringify({ use, item }),
    )
    findings.expect(
      (snapshot.usage.get(use.seriesId)?.heldUntil ?? 0) >= hold.expiresAt,
      'a series knows until when it is held',
      () => JSON.stringify(use),
    )
  }
  findings.expect(stored.size === 0, 'nothing is held unasked', () =>
    JSON.stringify([...stored.values()].slice(0, 5)),
  )
}

const maxReads = 20

/** A hold that a server reads is the stored one. */
export async function checkHoldReads(
  findings: Findings,
  cluster: Cluster,
  { tenant }: World,
  { holds }: Snapshot,
): Promise<void> {
  for (const [n, hold] of [...holds.values()].slice(-maxReads).entries()) {
    const startedAtUs = Date.now() * 1_000
    const answer = await cluster.servers[n % cluster.servers.length]?.http.send({
      method: 'GET',
      path: `/till/v1/holds/${hold.id}`,
      headers: { authorization: tenant.authorization },
      body: undefined,
    })
    const { status } = answer?.status === 200 ? (JSON.parse(answer.text) as { status: string }) : {}
    const possible =
      hold.endedAs === null
        ? [
            ...(hold.expiresAt >= startedAtUs - toleranceUs ? ['live'] : []),
            ...(hold.expiresAt <= Date.now() * 1_000 + toleranceUs ? ['expired'] : []),
          ]
        : [hold.endedAs]
    findings.expect(
      possible.includes(String(status)),
      'a hold is read as it stands',
      () => `${JSON.stringify(hold)}: ${answer?.status} ${answer?.text.slice(0, 200)}`,
    )
  }
}

/** No hold is lost or doubled, whatever was killed. */
export function checkHolds(
  findings: Findings,
  claimed: readonly Claimed[],
  snapshot: Snapshot,
  held: readonly HeldUse[],
): void {
  checkMade(findings, claimed, snapshot)
  checkEnds(findings, claimed, snapshot)
  checkExpiries(findings, claimed, snapshot)
  checkReserved(findings, snapshot, held)
}
