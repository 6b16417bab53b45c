import { refuse } from './errors.ts'
import type { ClientSettings } from './client-settings.ts'
import type { OwnLimits } from './rate-rules.ts'

/** The resources that an access group grants access to; each has a column. */
export const resources = ['customer', 'coupon', 'series', 'organisation', 'webhook'] as const
export type Resource = (typeof resources)[number]
export type Access = 'none' | 'read' | 'write'
export type Grants = Readonly<Record<Resource, Access>>

/**
 * Resources that roles distinguish and access groups do not: `campaign` series and their codes, `upload` files,
 * `bulkRevoke` revoking more than one coupon at once, `export` all data of all customers at once, `client` API clients
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
 * Derives an access group's permissions on the finer resources. A till is accessible to strangers: whatever its group,
 * it can neither read nor change people, their sessions, clients or the audit log.
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

/** The origin and purpose of a request, as recorded in the audit log. */
export interface Origin {
  readonly address: string
  readonly requestId: string
  readonly reason: string | null
}

/** The caller, with its organisation and place. */
export interface Caller {
  readonly orgId: number
  /** Its rules are judged by its own clock; see `platform/clock.ts`. */
  readonly isSandbox: boolean
  readonly kind: 'till' | 'client' | 'user'
  /** tills.id, clients.id or users.id. */
  readonly holderId: number
  /**
   * The till and store that operations are attributed to. A store may be set without a till; a person has neither
   * unless the request names one.
   */
  readonly tillId: number | null
  readonly storeId: number | null
  readonly access: Permissions
  /** IANA zone of the organisation. */
  readonly timeZone: string
  /** ISO 3166 alpha-2 country of the organisation. */
  readonly country: string
  /** ISO 4217 currency of the organisation; null: not stated. */
  readonly currency: string | null
  /** The organisation refuses redemptions without a transaction number. */
  readonly requiresTransactionNumber: boolean
  /** The organisation answers a till's repeated redemption with the first one. */
  readonly replaysTillRetries: boolean
  /** The client settings of the caller itself, not those of a till that it acts for. */
  readonly settings: ClientSettings
  /** Of the till or client itself; null: none. */
  readonly limits?: OwnLimits | null
  /** The origin of the request; undefined without a request. */
  readonly from?: { readonly address: string; readonly requestId: string }
  /** Set for every person: the audit log records changes in the caller's name. */
  readonly origin?: Origin
}

/** Whether the caller's access group or role grants the access. */
export function isGranted(
  { access }: Pick<Caller, 'access'>,
  resource: Resource | FinerResource,
  needed: 'read' | 'write',
): boolean {
  return access[resource] === 'write' || access[resource] === needed
}

/** @throws Refusal 403 if the caller's access group or role does not grant the access. */
export function requireAccess(
  caller: Pick<Caller, 'access'>,
  resource: Resource | FinerResource,
  needed: 'read' | 'write',
): void {
  if (!isGranted(caller, resource, needed)) throw refuse.accessDenied()
}
