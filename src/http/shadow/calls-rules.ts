import { isVersioned, type KnownPath } from '../known-routes.ts'

/**
 * What shadow mode does with a call. `read` and `check`: both services are asked. `redemption`: the other service alone is
 * asked, and our verdict is compared. `other`: the other service alone is asked, and nothing is compared.
 */
export type CallKind = 'read' | 'check' | 'redemption' | 'other'

/** The paths of the contract, and of its uploads. */
export const isOfContract = (path: string): boolean => isVersioned(path) || /^\/coupon(?:\/|$)/i.test(path)

const redemptions = new Set([
  '/v2/coupon/redeem',
  '/v2/coupon/bulk/redeem',
  '/v1.1/coupon/redeem',
  '/v1/coupon/redeem',
])
/** Reads here, and sends a message to a customer elsewhere: it must not be asked twice. */
const sendsMessage = '/coupon/resend'

/** The versions whose answers are about coupons, customers and stores; those of v3 are about each service itself. */
const compared = /^\/v(?:1|1\.1|2)\//

const isTrue = (text: string): boolean => /^(?:true|1|yes)$/i.test(text.trim())

/** Whether a bulk redemption asks for a check only. */
function checksOnly(url: string): boolean {
  const query = new URLSearchParams(url.split('?', 2)[1] ?? '')
  return [...query].some(([name, value]) => /^is_?redeemable$/i.test(name) && isTrue(value))
}

/** @param known the route of the path; undefined: no call of this server has it. */
export function kindOf(method: string, url: string, known: KnownPath | undefined): CallKind {
  const route = known?.methods.get(method)
  if (known === undefined || route === undefined || !compared.test(known.pattern)) return 'other'
  if (method === 'GET') {
    if (route.changes === true || known.pattern.endsWith(sendsMessage)) return 'other'
    return /\/is_?redeemable$/.test(known.pattern) ? 'check' : 'read'
  }
  if (!redemptions.has(known.pattern)) return 'other'
  return known.pattern.endsWith('/bulk/redeem') && checksOnly(url) ? 'check' : 'redemption'
}

/** Whether this server answers a call of the contract in shadow mode. */
export function isAnsweredHere(mode: 'off' | 'upstream' | 'counterfoil', kind: CallKind): boolean {
  return mode === 'counterfoil' && (kind === 'read' || kind === 'check')
}
