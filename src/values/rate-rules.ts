import type { Quota } from './errors.ts'

/** What requests are told apart by: each kind has a quota of its own. */
const routeClasses = ['reads', 'writes', 'bulk', 'admin', 'sign-in'] as const
export type RouteClass = (typeof routeClasses)[number]

/** Quotas are stated for a minute. */
export const windowS = 60

/** What one till, client or person may ask for in a minute, by class; 0: no limit. Null: as the server is configured. */
export interface OwnLimits {
  readonly readsPerMinute?: number | null
  readonly writesPerMinute?: number | null
  readonly bulkPerMinute?: number | null
  readonly adminPerMinute?: number | null
  /** Codes asked for in vain that are forgotten in an hour; 0: they are not counted. */
  readonly failedLookupsPerHour?: number | null
}

export const ownLimitNames = [
  'readsPerMinute',
  'writesPerMinute',
  'bulkPerMinute',
  'adminPerMinute',
  'failedLookupsPerHour',
] as const satisfies readonly (keyof OwnLimits)[]

const ownNameOf = {
  reads: 'readsPerMinute',
  writes: 'writesPerMinute',
  bulk: 'bulkPerMinute',
  admin: 'adminPerMinute',
} as const

export type RateLimits = Readonly<Record<RouteClass, number>>

/** What a caller may ask for in a minute; 0: no limit. */
export function quotaOf(one: RouteClass, own: OwnLimits | null | undefined, configured: RateLimits): number {
  if (one === 'sign-in') return configured[one]
  return own?.[ownNameOf[one]] ?? configured[one]
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What a route counts as, unless it says so itself. */
export function classOf(url: string, method: string): RouteClass {
  if (url.startsWith('/admin/')) return 'admin'
  return safeMethods.has(method) ? 'reads' : 'writes'
}

/** The two fields of the draft `draft-ietf-httpapi-ratelimit-headers` (from its 8th version on), by name. */
export function rateLimitHeaders({ policy, quota, windowS: window, left, resetS }: Quota): {
  readonly 'ratelimit-policy': string
  readonly ratelimit: string
} {
  return {
    'ratelimit-policy': `"${policy}";q=${quota};w=${window}`,
    ratelimit: `"${policy}";r=${left};t=${resetS}`,
  }
}
