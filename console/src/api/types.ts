import type { Static } from 'typebox'
import type { codeFormSchema, batchSchema } from '../../../src/api/admin/code-batch-wire.ts'
import type { historyAnswer } from '../../../src/api/v2/customer-coupons-wire.ts'
import type { detailsAnswer } from '../../../src/api/v2/customer-wire.ts'
import type { issueAnswer } from '../../../src/api/v2/issue-wire.ts'
import type { redeemAnswer } from '../../../src/api/v2/redemption-wire.ts'
import type { savedSeriesAnswer, seriesAnswer } from '../../../src/api/v2/series-answer.ts'
import type { SeriesBody } from '../../../src/api/v2/series-request.ts'
import type { Permissions } from '../../../src/access/caller.ts'
import type { ListedClient, ListedTill } from '../../../src/organisations/list-logins.ts'
import type { Role } from '../../../src/access/roles.ts'

/** What the API answers, from the schemas of its routes where those are exported. */

export type History = Static<typeof historyAnswer>
export type HistoryCustomer = History['entity']['customers'][number]
export type Coupon = HistoryCustomer['coupons'][number]
export type CustomerDetails = Static<typeof detailsAnswer>
export type Redeemed = Static<typeof redeemAnswer>
export type Issued = Static<typeof issueAnswer>
export type Series = Static<typeof seriesAnswer>
export type SavedSeries = Static<typeof savedSeriesAnswer>
export type StatedSeries = SeriesBody
export type CodeBatch = Static<typeof batchSchema>
export type CodeForm = Static<typeof codeFormSchema>
export type { Permissions, Role }

export interface Session {
  readonly user: { readonly id: number; readonly email: string; readonly name: string; readonly role: Role }
  readonly permissions: Permissions
  readonly organisation: {
    readonly id: number
    readonly name: string
    readonly timeZone: string
    readonly country: string
    readonly currency: string | null
  }
}

export interface FoundCustomer {
  readonly id: number
  readonly firstName: string
  readonly lastName: string
  readonly mobile: string | null
  readonly email: string | null
  readonly externalId: string | null
  readonly isBlocked: boolean
  readonly matched: string
}

export interface FoundCoupon {
  readonly id: number
  readonly code: string
  readonly seriesId: number
  readonly seriesDescription: string
  readonly customerId: number | null
  readonly isRevoked: boolean
}

export interface Found {
  readonly customers: readonly FoundCustomer[]
  readonly coupons: readonly FoundCoupon[]
}

export type Seen = string | number | boolean | null | readonly number[]

export interface ExplainedRule {
  readonly name: string
  readonly code: number
  readonly verdict: 'pass' | 'fail' | 'notApplicable'
  readonly message: string
  readonly seen: Readonly<Record<string, Seen>>
}

export interface Explanation {
  readonly isRedeemable: boolean
  readonly refusal: { readonly code: number; readonly message: string } | null
  readonly judgedAt: string
  readonly coupon: {
    readonly id: number
    readonly code: string
    readonly seriesId: number
    readonly holderId: number | null
    readonly validUntil: string
  } | null
  readonly customer: { readonly id: number; readonly firstName: string; readonly lastName: string } | null
  readonly rules: readonly ExplainedRule[]
}

export interface Place {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly description: string
  readonly isActive: boolean
  readonly parentId?: number
}

export interface Places {
  readonly pagination: { readonly total: number }
  readonly data: readonly Place[]
}

export type Till = ListedTill
export type Client = ListedClient

export interface User {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly isDisabled: boolean
  readonly createdAt: string
  readonly lastSeenAt: string | null
}

export interface UserSession {
  readonly id: number
  readonly address: string
  readonly userAgent: string
  readonly createdAt: string
  readonly lastSeenAt: string
}

export interface Settings {
  readonly id: number
  readonly name: string
  readonly timeZone: string
  readonly country: string
  readonly currency: string | null
  readonly requiresTransactionNumber: boolean
  readonly replaysTillRetries: boolean
  readonly couponPrefix: string | null
  readonly couponSuffix: string | null
}

export interface AuditEntry {
  readonly id: number
  readonly at: string
  readonly actor: { readonly kind: string; readonly id: number | null; readonly name: string | null }
  readonly action: string
  readonly subject: { readonly kind: string; readonly id: number | null }
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly reason: string | null
  readonly address: string | null
  readonly requestId: string | null
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[]
  readonly nextCursor: string | null
}

/** A day of the organisation's zone, and what happened on it. */
export interface DayFigures {
  readonly day: string
  readonly issued: number
  readonly redeemed: number
  readonly reversed: number
}

interface NamedSeries {
  readonly id: number
  readonly code: string
  readonly description: string
}

export interface Overview {
  readonly days: readonly DayFigures[]
  readonly ending: readonly (NamedSeries & { readonly validUntil: string })[]
  readonly runningOut: readonly (NamedSeries & {
    readonly issued: number
    readonly maxIssued: number | null
    readonly redeemed: number
    readonly maxRedeemed: number | null
  })[]
}

export interface SeriesFigures {
  readonly days: readonly DayFigures[]
  readonly stores: readonly {
    readonly storeId: number | null
    readonly code: string | null
    readonly name: string | null
    readonly issued: number
    readonly redeemed: number
  }[]
}
