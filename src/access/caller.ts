import { Refusal } from '../errors.ts'

export const resources = ['customer', 'coupon', 'series', 'organisation', 'webhook'] as const
export type Resource = (typeof resources)[number]
export type Access = 'none' | 'read' | 'write'

/** Who is calling, for which organisation, at which place. */
export interface Caller {
  readonly orgId: number
  readonly kind: 'till' | 'client'
  /** tills.id or clients.id. */
  readonly holderId: number
  /** The till and store that what is done is attributed to. A store may be named without a till. */
  readonly tillId: number | null
  readonly storeId: number
  readonly access: Readonly<Record<Resource, Access>>
  /** IANA zone of the organisation. */
  readonly timeZone: string
  /** ISO 3166 alpha-2 country of the organisation. */
  readonly country: string
  /** The organisation refuses redemptions without a transaction number. */
  readonly requiresTransactionNumber: boolean
  /** The organisation answers a till's repeated redemption with the first one. */
  readonly replaysTillRetries: boolean
}

/** @throws Refusal 403 when the caller's access group does not allow it. */
export function requireAccess(caller: Caller, resource: Resource, needed: 'read' | 'write'): void {
  const granted = caller.access[resource]
  if (granted !== 'write' && granted !== needed) throw new Refusal(403)
}
