import type { Quota } from './errors.ts'

/** Classes of requests: each has its own quota. */
const routeClasses = ['reads', 'writes', 'bulk', 'admin', 'sign-in'] as const
export type RouteClass = (typeof routeClasses)[number]

/** Quotas are per minute. */
export const windowS = 60

/** A till's, client's or person's own limits per minute, by class; 0: no limit. Null: as configured for the server. */
export interface OwnLimits {
  readonly readsPerMinute?: number | null
  readonly writesPerMinute?: number | null
  readonly bulkPerMinute?: number | null
  readonly adminPerMinute?: number | null
  /** Number of failed look-ups that expire per hour; 0: they are not counted. */
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

/** A caller's quota per minute; 0: no limit. */
export function quotaOf(one: RouteClass, own: OwnLimits | null | undefined, configured: RateLimits): number {
  if (one === 'sign-in') return configured[one]
  return own?.[ownNameOf[one]] ?? configured[one]
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The class of a route that does not define its own. */
export function classOf(url: string, method: string): RouteClass {
  if (url.startsWith('/admin/')) return 'admin'
  return safeMethods.has(method) ? 'reads' : 'writes'
}

/** The two fields of the draft `draft-ietf-httpapi-ratelimit-headers` (from version 8 on), by name. */
export function rateLimitHeaders({ policy, quota, windowS: window, left, resetS }: Quota): {
  readonly 'ratelimit-policy': string
  readonly ratelimit: string
} {
  return {
    'ratelimit-policy': `"${policy}";q=${quota};w=${window}`,
    ratelimit: `"${policy}";r=${left};t=${resetS}`,
  }
}
