import { refuse } from './errors.ts'
import type { ClientSettings } from './client-settings.ts'
import type { OwnLimits } from './rate-rules.ts'

/** What an access group grants, and a column of it each. */
export const resources = ['customer', 'coupon', 'series', 'organisation', 'webhook'] as const
export type Resource = (typeof resources)[number]
export type Access = 'none' | 'read' | 'write'
export type Grants = Readonly<Record<Resource, Access>>

/**
 * What people's roles tell apart and access groups do not: `campaign` series and the codes of them, `upload` files,
 * `bulkRevoke` revoking more than one coupon at once, `export` everything about everybody at once, `client` programs
 * and their secrets, `user` people and their sessions, `audit` the audit log.
 */
export const finerResources = [
  'campaign',
  'upload',
  'bulkRevoke',
  'export',
  'client',
  'user',
  'audit',
] as const
export type FinerResource = (typeof finerResources)[number]
export type Permissions = Readonly<Record<Resource | FinerResource, Access>>

const levels: readonly Access[] = ['none', 'read', 'write']

/**
 * What an access group grants of what roles tell apart. A till stands where strangers can reach it: whatever its group,
 * it neither reads nor changes people, their sessions, clients or the audit log.
 */
export function permissionsOf(grants: Grants, kind: 'till' | 'client'): Permissions {
  const { coupon, series, organisation } = grants
  const ofOffice = kind === 'till' ? 'none' : organisation
  return {
    ...grants,
    campaign: levels.indexOf(coupon) < levels.indexOf(series) ? coupon : series,
    upload: coupon,
    bulkRevoke: coupon,
    export: organisation === 'write' ? 'read' : 'none',
    client: ofOffice,
    user: ofOffice,
    audit: ofOffice,
  }
}

/** Where a request comes from and what it is for, as the audit log keeps it. */
export interface Origin {
  readonly address: string
  readonly requestId: string
  readonly reason: string | null
}

/** Who is calling, for which organisation, at which place. */
export interface Caller {
  readonly orgId: number
  /** Its rules are judged by a clock of its own; see `platform/clock.ts`. */
  readonly isSandbox: boolean
  readonly kind: 'till' | 'client' | 'user'
  /** tills.id, clients.id or users.id. */
  readonly holderId: number
  /**
   * The till and store that what is done is attributed to. A store may be named without a till; a person stands in none
   * unless the request names one.
   */
  readonly tillId: number | null
  readonly storeId: number | null
  readonly access: Permissions
  /** IANA zone of the organisation. */
  readonly timeZone: string
  /** ISO 3166 alpha-2 country of the organisation. */
  readonly country: string
  /** The organisation refuses redemptions without a transaction number. */
  readonly requiresTransactionNumber: boolean
  /** The organisation answers a till's repeated redemption with the first one. */
  readonly replaysTillRetries: boolean
  /** How the program that calls wants to be answered. That of a till that it acts for is not asked. */
  readonly settings: ClientSettings
  /** Of the till or client itself; null: none. */
  readonly limits?: OwnLimits | null
  /** Where the request comes from; undefined: there is none. */
  readonly from?: { readonly address: string; readonly requestId: string }
  /** Given for every person: what is changed is recorded in the audit log in the caller's name. */
  readonly origin?: Origin
}

/** Whether the caller's access group or role grants it. */
export function isGranted(
  { access }: Pick<Caller, 'access'>,
  resource: Resource | FinerResource,
  needed: 'read' | 'write',
): boolean {
  return access[resource] === 'write' || access[resource] === needed
}

/** @throws Refusal 403 when the caller's access group or role does not grant it. */
export function requireAccess(
  caller: Pick<Caller, 'access'>,
  resource: Resource | FinerResource,
  needed: 'read' | 'write',
): void {
  if (!isGranted(caller, resource, needed)) throw refuse.accessDenied()
}
