import type { Findings } from '../findings.ts'
import type { EventRow, Snapshot } from './snapshot.ts'

const bump = (counts: Map<string, number>, name: string): void =>
  void counts.set(name, (counts.get(name) ?? 0) + 1)

/** The counters match the ledger. */
export function checkCounters(findings: Findings, snapshot: Snapshot): void {
  const standing = new Map<string, number>()
  const latest = new Map<string, { id: number; at: number }>()
  for (const one of snapshot.redemptions.values()) {
    if (one.reversedAt !== null) continue
    const ofCustomer = `customer ${one.customerId} ${one.seriesId}`
    for (const name of [`coupon ${one.couponId}`, `series ${one.seriesId}`, ofCustomer]) bump(standing, name)
    if (one.id > (latest.get(ofCustomer)?.id ?? 0)) latest.set(ofCustomer, { id: one.id, at: one.redeemedAt })
  }
  const issued = new Map<string, number>()
  const revoked = new Map<string, number>()
  for (const { id, seriesId, customerId, revokedAt, redeemed } of snapshot.coupons.values()) {
    const count = standing.get(`coupon ${id}`) ?? 0
    findings.expect(
      redeemed === count,
      'counter: coupons.redeemed',
      () => `coupon ${id}: ${redeemed}, ledger ${count}`,
    )
    if (customerId === null) continue
    bump(issued, `series ${seriesId}`)
    bump(issued, `customer ${customerId} ${seriesId}`)
    if (revokedAt !== null) bump(revoked, `customer ${customerId} ${seriesId}`)
  }
  const compare = (counter: string, name: string, is: number, ledger: number): void =>
    findings.expect(is === ledger, `counter: ${counter}`, () => `${name}: ${is}, ledger ${ledger}`)
  for (const [id, usage] of snapshot.usage) {
    const name = `series ${id}`
    compare('series_usage.issued', name, usage.issued, issued.get(name) ?? 0)
    compare('series_usage.redeemed', name, usage.redeemed, standing.get(name) ?? 0)
  }
  for (const usage of snapshot.customerUsage) {
    const name = `customer ${usage.customerId} ${usage.seriesId}`
    compare('customer_series_usage.issued', name, usage.issued, issued.get(name) ?? 0)
    compare('customer_series_usage.revoked', name, usage.revoked, revoked.get(name) ?? 0)
    compare('customer_series_usage.redeemed', name, usage.redeemed, standing.get(name) ?? 0)
    compare(
      'customer_series_usage.last_redeemed_at',
      name,
      usage.lastRedeemedAt ?? 0,
      latest.get(name)?.at ?? 0,
    )
    issued.delete(name)
    standing.delete(name)
  }
  const uncounted = [...issued.keys(), ...standing.keys()].filter((name) => name.startsWith('customer'))
  findings.expect(uncounted.length === 0, 'counter: every customer has one', () => uncounted.join(', '))
}

/** Every effect has one event and every event one effect. */
export function checkEvents(findings: Findings, snapshot: Snapshot): void {
  const expected = new Map<string, number>()
  const nameOf = (...of: readonly (string | number | null)[]): string => of.map((one) => one ?? '').join(' ')
  const put = (
    kind: EventRow['kind'],
    couponId: number,
    redemptionId: number | null,
    at: number,
    returnId: number | null = null,
  ): void => void expected.set(nameOf(kind, couponId, redemptionId, returnId), at)
  for (const { id, customerId, revokedAt } of snapshot.coupons.values()) {
    if (customerId !== null && !snapshot.importedIds.has(id)) put('issued', id, null, 0)
    if (revokedAt !== null) put('revoked', id, null, revokedAt)
  }
  for (const { id, couponId, redeemedAt, reversedAt } of snapshot.redemptions.values()) {
    put('redeemed', couponId, id, redeemedAt)
    if (reversedAt !== null) put('reversed', couponId, id, reversedAt)
    for (const one of snapshot.returns.get(id) ?? []) put('returned', couponId, id, one.at, one.id)
  }
  const lastAt = new Map<number, number>()
  for (const { id, kind, couponId, redemptionId, returnId, at } of snapshot.events) {
    const seriesId = snapshot.coupons.get(couponId)?.seriesId ?? 0
    findings.expect(
      at >= (lastAt.get(seriesId) ?? 0),
      'events of a series are in the order of their ids',
      () => `event ${id}`,
    )
    lastAt.set(seriesId, at)
    if (kind === 'expiry-changed') continue
    const name = nameOf(kind, couponId, redemptionId, returnId)
    const effectAt = expected.get(name)
    findings.expect(effectAt !== undefined, 'an event tells of one effect', () => `event ${id}: ${name}`)
    findings.expect(
      !effectAt || effectAt === at,
      'an event has the time of its effect',
      () => `event ${id}: ${name}`,
    )
    expected.delete(name)
  }
  findings.expect(expected.size === 0, 'an effect has an event', () =>
    [...expected.keys()].slice(0, 5).join(', '),
  )
}

/** Uploaded codes are assigned oldest first, each once. */
export function checkPools(findings: Findings, snapshot: Snapshot): void {
  for (const { id: seriesId, plan } of snapshot.series.values()) {
    if (plan.handling !== 'DISC_CODE_PIN') continue
    // A code used while unassigned is skipped, and assigned later if the use is reversed.
    const used = new Set([...snapshot.redemptions.values()].map(({ couponId }) => couponId))
    const waited = ({ kind, couponId }: EventRow): boolean =>
      kind === 'issued' && snapshot.pooledIds.has(couponId) && !used.has(couponId)
    const given = snapshot.events.filter(
      (one) => waited(one) && snapshot.coupons.get(one.couponId)?.seriesId === seriesId,
    )
    given.reduce((before, { couponId }) => {
      findings.expect(
        couponId > before,
        'a pool gives its oldest code',
        () => `coupon ${couponId} after ${before}`,
      )
      return couponId
    }, 0)
    const last = Math.max(0, ...given.map(({ couponId }) => couponId))
    for (const { id, customerId, revokedAt } of snapshot.coupons.values()) {
      const isPassedOver =
        customerId === null &&
        revokedAt === null &&
        !used.has(id) &&
        id < last &&
        snapshot.coupons.get(id)?.seriesId === seriesId
      findings.expect(
        !isPassedOver,
        'a pool passes no code over',
        () => `coupon ${id} waits, ${last} was given`,
      )
    }
  }
  const seen = new Map<string, number>()
  for (const { id, code, isShared } of snapshot.coupons.values()) {
    if (isShared) continue
    const other = seen.get(code.toUpperCase())
    findings.expect(other === undefined, 'a code is given once', () => `${code}: coupons ${other} and ${id}`)
    seen.set(code.toUpperCase(), id)
  }
}
