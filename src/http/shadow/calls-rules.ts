import type { Config } from '../../platform/config.ts'
import { isVersioned, type KnownPath } from '../known-routes.ts'
import { flagOf, parametersOf } from '../query-parameters.ts'

/**
 * How shadow mode treats a call. `read` and `check`: both services answer it. `judged`: a write that only the other
 * service executes, and whose verdict is compared with that of this server. `other`: only the other service answers it,
 * and nothing is compared.
 */
export type CallKind = 'read' | 'check' | 'judged' | 'other'

/** The paths of the contract, and of its uploads. */
export const isOfContract = (path: string): boolean => isVersioned(path) || /^\/coupon(?:\/|$)/i.test(path)

/** Writes that can be judged without being executed. With PUT, `redeem` edits a redemption. */
const judged = new Set([
  '/v2/coupon/issue',
  '/v2/coupon/bulk/issue',
  '/v2/coupon/issue/multiple',
  '/v2/coupon/redeem',
  '/v2/coupon/bulk/redeem',
  '/v2/coupon/reactivate',
  '/v1.1/coupon/issue',
  '/v1/coupon/issue',
  '/v1.1/coupon/redeem',
  '/v1/coupon/redeem',
])
/** A read here, but the other service sends a message to the customer, so it must not be called twice. */
const sendsMessage = '/coupon/resend'

/** The versions with answers about coupons, customers and stores; answers of v3 are about each service itself. */
const compared = /^\/v(?:1|1\.1|2)\//

/** Whether a bulk redemption asks for a check only. */
const checksOnly = (url: string): boolean =>
  parametersOf(url).some(([name, value]) => /^is_?redeemable$/i.test(name) && flagOf(value) === true)

/** @param known the route of the path; undefined: unknown to this server. */
export function kindOf(method: string, url: string, known: KnownPath | undefined): CallKind {
  const route = known?.methods.get(method)
  if (known === undefined || route === undefined || !compared.test(known.pattern)) return 'other'
  if (method === 'GET') {
    if (route.changes === true || known.pattern.endsWith(sendsMessage)) return 'other'
    return /\/is_?redeemable$/.test(known.pattern) ? 'check' : 'read'
  }
  if (method === 'PUT' || !judged.has(known.pattern)) return 'other'
  return known.pattern.endsWith('/bulk/redeem') && checksOnly(url) ? 'check' : 'judged'
}

/**
 * Whether this server may answer a call of the contract in shadow mode: a read or check that names all its subjects in
 * the URL, so that they can be looked up before a body is read.
 */
export const isAnsweredHere = (mode: Config['shadow']['mode'], method: string, kind: CallKind): boolean =>
  mode === 'counterfoil' && method === 'GET' && (kind === 'read' || kind === 'check')

/** Reads about series, stores and tills name no customer or coupon whose state could have changed. */
export const isAboutHolders = (pattern: string): boolean =>
  /^\/v[\d.]+\/(?:customers?|coupon)\b/.test(pattern) && !/^\/v[\d.]+\/coupon\/series\b/.test(pattern)
