import type { Config } from '../../platform/config.ts'
import { isVersioned, type KnownPath } from '../known-routes.ts'
import { flagOf, parametersOf } from '../query-parameters.ts'

/**
 * What shadow mode does with a call. `read` and `check`: both services are asked. `judged`: a write that the other service
 * alone is asked for, and whose verdict is compared with ours. `other`: the other service alone is asked, and nothing is
 * compared.
 */
export type CallKind = 'read' | 'check' | 'judged' | 'other'

/** The paths of the contract, and of its uploads. */
export const isOfContract = (path: string): boolean => isVersioned(path) || /^\/coupon(?:\/|$)/i.test(path)

/** Writes that are decided without being carried out. With PUT, `redeem` edits a redemption. */
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
/** Reads here, and sends a message to a customer elsewhere: it must not be asked twice. */
const sendsMessage = '/coupon/resend'

/** The versions whose answers are about coupons, customers and stores; those of v3 are about each service itself. */
const compared = /^\/v(?:1|1\.1|2)\//

/** Whether a bulk redemption asks for a check only. */
const checksOnly = (url: string): boolean =>
  parametersOf(url).some(([name, value]) => /^is_?redeemable$/i.test(name) && flagOf(value) === true)

/** @param known the route of the path; undefined: no call of this server has it. */
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
 * Whether this server may answer a call of the contract in shadow mode: reads and checks that name everything in their URL,
 * so that it is known before their body is read whether this ledger has it.
 */
export const isAnsweredHere = (mode: Config['shadow']['mode'], method: string, kind: CallKind): boolean =>
  mode === 'counterfoil' && method === 'GET' && (kind === 'read' || kind === 'check')

/** Reads about series, stores and tills name nobody whose state could have changed. */
export const isAboutHolders = (pattern: string): boolean =>
  /^\/v[\d.]+\/(?:customers?|coupon)\b/.test(pattern) && !/^\/v[\d.]+\/coupon\/series\b/.test(pattern)
