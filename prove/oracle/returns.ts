import type { ClaimedReturn } from '../answers.ts'
import type { Outcome } from '../clients.ts'
import type { Cluster } from '../cluster.ts'
import type { Findings } from '../findings.ts'
import { itemsFor, thousandthsOf, unit } from '../money.ts'
import { isReturnKind } from '../plan.ts'
import type { Wish } from '../requests.ts'
import type { World } from '../world.ts'
import type { Claimed } from './acknowledged.ts'
import { groupBy } from './group-by.ts'
import { redeemedBy } from './held-uses.ts'
import {
  amountOf,
  isWhole,
  keptOf,
  leftAt,
  partsOf,
  restOf,
  returnOfUse,
  returnsOf,
  sumOf,
} from './left-to-return.ts'
import type { ReturnRow, Snapshot } from './snapshot.ts'

/** The returns of each redemption add up, and give its use back once. */
function checkLedger(findings: Findings, snapshot: Snapshot): void {
  for (const redemption of snapshot.redemptions.values()) {
    const { id, discount, kept, returned, redeemedAt, reversedAt, isDiscountKept } = redemption
    const rows = returnsOf(snapshot, id)
    const where = (): string => JSON.stringify({ redemption, rows })
    let sum = 0
    for (const row of rows) {
      sum += row.amount
      findings.expect(
        row.amount >= 0 && sum <= (discount ?? 0),
        'returns never exceed what was given, at any time',
        where,
      )
      findings.expect(
        row.at >= redeemedAt && (reversedAt === null || isDiscountKept || row.at <= reversedAt),
        'a return comes after its redemption, and none after a reversal of the whole',
        where,
      )
      if (row.isUseReturned)
        findings.expect(
          reversedAt === row.at && isDiscountKept === sum < (discount ?? 0),
          'a use that a return gives back is reversed with it',
          where,
        )
    }
    const ofUse = rows.filter(({ isUseReturned }) => isUseReturned)
    findings.expect(ofUse.length <= 1, 'a use is given back once', where)
    findings.expect(
      !isDiscountKept || ofUse.length === 1,
      'only a return gives a use back and keeps a part of the discount',
      where,
    )
    findings.expect(sum === returned && (kept ?? 0) >= 0, 'counter: redemptions.returned_amount', where)
  }
}

/** What a return gives back is what its request asks for, and the use with the last part or when it is asked for. */
function checkAsked(findings: Findings, snapshot: Snapshot, wish: Wish, row: ReturnRow): void {
  const { back } = wish
  const given = snapshot.redemptions.get(row.redemptionId)?.discount ?? 0
  const rows = returnsOf(snapshot, row.redemptionId)
  const before = rows.filter(({ id }) => id < row.id)
  const kept = snapshot.keptItems.get(row.redemptionId)
  if (back === undefined) return
  const left = given - amountOf(before)
  const parts =
    back.items &&
    kept &&
    partsOf(
      kept,
      before.flatMap(({ items }) => items ?? []),
      back.items,
    )
  const amount = isWhole(back) ? left : (back.amount ?? sumOf(parts?.map((one) => one.amount) ?? [-1]))
  const isAll = amount === left && (isWhole(back) || amount > 0)
  const isUseLeft = !before.some(({ isUseReturned }) => isUseReturned)
  const place = ({ at, quantity, amount: share }: NonNullable<ReturnRow['items']>[number]): string =>
    `${at} ${quantity} ${share}`
  findings.expect(
    row.amount === amount && String(row.items?.map(place)) === String(parts?.map(place)),
    'a return gives back what it is asked for',
    () => JSON.stringify({ back, row, before, kept, expected: { amount, parts } }),
  )
  findings.expect(
    row.isUseReturned === (isUseLeft && (isAll || back.asksForUse)),
    'a use goes back with the last part, or when it is asked for',
    () => JSON.stringify({ back, row, before, given }),
  )
}

/** An acknowledged return is the one of the ledger. */
function checkClaim(findings: Findings, snapshot: Snapshot, claim: ClaimedReturn, where: () => string): void {
  const { id, redemptionId, amount, isUseReturned, given, returned, left } = claim
  const redemption = snapshot.redemptions.get(redemptionId)
  const until = returnsOf(snapshot, redemptionId).filter((row) => id === null || row.id <= id)
  const row = until.find((one) => one.id === id)
  findings.expect(
    id === null
      ? amount === 0 && !isUseReturned
      : row?.amount === amount && row.isUseReturned === isUseReturned && amountOf(until) === returned,
    'an acknowledged return is there',
    () => `${where()}: ${JSON.stringify({ claim, row })}`,
  )
  findings.expect(
    given === (redemption?.discount ?? 0) && left === given - returned,
    'a return tells what was given and what is left',
    () => `${where()}: ${JSON.stringify({ claim, redemption })}`,
  )
}

/** Returns by the request that made them: all of what it names, or none. */
function checkMade(findings: Findings, claimed: readonly Claimed[], snapshot: Snapshot): void {
  const byTag = groupBy([...snapshot.returns.values()].flat(), ({ tag }) => tag)
  const onBill = groupBy(snapshot.redemptions.values(), ({ tag }) => tag)
  for (const { outcome, claims } of claimed) {
    const { wish, answer } = outcome
    if (!isReturnKind(wish.kind)) continue
    const made = byTag.get(wish.tag) ?? []
    byTag.delete(wish.tag)
    const named =
      wish.billTag === undefined
        ? wish.redemptionIds
        : (onBill.get(wish.billTag) ?? []).map((redemption) => redemption.id)
    const where = (): string => describe(outcome, made, claims.returned)
    const ids = made.map(({ redemptionId }) => redemptionId)
    // On a bill, those of which nothing is left are passed over.
    const passedOver = named.filter((id) => !ids.includes(id))
    findings.expect(
      new Set(ids).size === ids.length &&
        ids.every((id) => named.includes(id)) &&
        (made.length === 0 || passedOver.every((id) => leftAt(snapshot, id, made[0]?.at ?? 0).isNothing)),
      'a request is carried out once, whole or not at all',
      where,
    )
    if (answer !== undefined)
      findings.expect(
        inOrder(made.map(({ id }) => id)) === inOrder(claims.returned.flatMap(({ id }) => id ?? [])),
        'what is acknowledged is what was done',
        where,
      )
    if (outcome.isAbsent)
      findings.expect(made.length === 0, 'a request refused with 422 or 503 does nothing', where)
    for (const row of made) checkAsked(findings, snapshot, wish, row)
    for (const claim of claims.returned) checkClaim(findings, snapshot, claim, where)
    if (answer !== undefined && answer.status < 300) findings.count('returns')
  }
  const unasked = [...byTag.keys()]
  findings.expect(unasked.length === 0, 'nothing is returned unasked', () => unasked.slice(0, 5).join(', '))
}

const inOrder = (ids: readonly number[]): string => [...ids].sort((a, b) => a - b).join(' ')

const describe = (
  { wish, key, answer }: Outcome,
  made: readonly ReturnRow[],
  returned: readonly ClaimedReturn[],
): string =>
  `${wish.kind} ${wish.tag} of ${wish.billTag ?? wish.redemptionIds.join(' ')} (${key ?? 'no key'}, ` +
  `${answer?.status ?? 'no answer'}): returns [${made.map(({ id }) => id).join(' ')}], claimed [${returned.map(({ id }) => id).join(' ')}]`

/** The items of a bill are kept with the redemption, and share its discount in proportion to what they cost. */
function checkShares(findings: Findings, claimed: readonly Claimed[], snapshot: Snapshot): void {
  for (const [redemption, { kind, bill }] of redeemedBy(claimed, snapshot)) {
    const kept = snapshot.keptItems.get(redemption.id)
    const plan = snapshot.series.get(redemption.seriesId)?.plan
    const items = kind === 'redeem at the till' || kind === 'redeem hold' ? (bill?.items ?? []) : []
    if (plan === undefined || (items.length === 0 && kept === undefined)) continue
    const discount = redemption.discount ?? 0
    const worths = items.map((item) => (itemsFor(plan, { amount: 0, items: [item] }).length > 0 ? 1 : 0))
    const basis = sumOf(items.map(({ quantity, price }, at) => quantity * price * (worths[at] ?? 0)))
    findings.expect(
      kept?.items.length === items.length &&
        sumOf(kept.items.map((one) => one.discount)) === discount &&
        items.every(({ quantity, price }, at) => {
          const share = (discount * quantity * price * (worths[at] ?? 0)) / basis
          const one = kept.items[at]
          return one?.quantity === quantity * 1_000 && Math.abs(one.discount - share) < unit
        }),
      'the items of a bill share its discount',
      () => JSON.stringify({ redemption, bill, kept }),
    )
  }
}

const maxReads = 20

/** What a server tells of the returns of a redemption is what the ledger has. */
export async function checkReturnReads(
  findings: Findings,
  cluster: Cluster,
  { tenant }: World,
  snapshot: Snapshot,
): Promise<void> {
  for (const [n, id] of [...snapshot.returns.keys()].slice(-maxReads).entries()) {
    const redemption = snapshot.redemptions.get(id)
    const answer = await cluster.servers[n % cluster.servers.length]?.http.send({
      method: 'GET',
      path: `/till/v1/redemptions/${id}/returns`,
      headers: { authorization: tenant.authorization },
      body: undefined,
    })
    if (redemption === undefined) continue
    const rows = returnsOf(snapshot, id).map((row) => `${row.id} ${row.amount} ${row.isUseReturned}`)
    // A reversal of the whole is the last entry and has no id.
    if (redemption.reversedAt !== null && returnOfUse(snapshot, id) === undefined)
      rows.push(`null ${restOf(redemption)} true`)
    const body = JSON.parse(answer?.status === 200 ? answer.text : '{}') as {
      left?: string
      useReturned?: boolean
      returns?: { id: number | null; amount: string; useReturned: boolean }[]
    }
    const told = body.returns?.map((one) => `${one.id} ${thousandthsOf(one.amount)} ${one.useReturned}`)
    findings.expect(
      String(told) === String(rows) &&
        thousandthsOf(body.left ?? -1) === keptOf(redemption) &&
        body.useReturned === (redemption.reversedAt !== null),
      'the list of returns is the ledger',
      () =>
        `${JSON.stringify(redemption)} [${rows.join(', ')}]: ${answer?.status} ${answer?.text.slice(0, 400)}`,
    )
  }
}

/** No return is lost or doubled, whatever was killed, and none gives back what was not given. */
export function checkReturns(findings: Findings, claimed: readonly Claimed[], snapshot: Snapshot): void {
  checkLedger(findings, snapshot)
  checkMade(findings, claimed, snapshot)
  checkShares(findings, claimed, snapshot)
}
