import type { Static } from 'typebox'
import type {
  changedSchema,
  clientSettingsSchema,
  definitionSchema,
} from '../../../src/api/admin/client-settings.ts'
import type { accessGroupSchema } from '../../../src/api/admin/access-groups.ts'
import type { storesSchema } from '../../../src/api/admin/areas.ts'
import type { billedSchema } from '../../../src/api/admin/bills.ts'
import type { auditEntrySchema, auditPageSchema } from '../../../src/api/admin/audit.ts'
import type { explanationSchema, ruleSchema } from '../../../src/api/admin/explain.ts'
import type {
  daysOfSeriesSchema,
  overviewSchema,
  seriesFiguresSchema,
} from '../../../src/api/admin/figures.ts'
import type { historySchema } from '../../../src/api/admin/history-wire.ts'
import type { notesSchema } from '../../../src/api/admin/customer-notes.ts'
import type { mergePreviewSchema, mergesSchema } from '../../../src/api/admin/customer-merges.ts'
import type { heldSchema } from '../../../src/api/admin/holds.ts'
import type { moneyFiguresSchema } from '../../../src/api/admin/money-figures.ts'
import type { jobsSchema } from '../../../src/api/admin/jobs.ts'
import type { linkHolderSchema, passwordLinkSchema } from '../../../src/api/admin/password-links.ts'
import type { settingsSchema } from '../../../src/api/admin/organisation.ts'
import type { reachSchema } from '../../../src/api/admin/series-control.ts'
import type { foundSeriesSchema, tagsSchema } from '../../../src/api/admin/series-list.ts'
import type { ownSeriesSchema } from '../../../src/api/admin/series-wire.ts'
import type { budgetSchema, burnDownSchema } from '../../../src/api/admin/series-budget.ts'
import type { itemRulesSchema } from '../../../src/api/admin/series-item-rules.ts'
import type { foundSchema } from '../../../src/api/admin/search.ts'
import type { sessionSchema, signInPageSchema } from '../../../src/api/admin/session.ts'
import type { userSchema, userSessionSchema } from '../../../src/api/admin/users.ts'
import type {
  messageSchema,
  messageWithAttemptsSchema,
  webhookSchema,
} from '../../../src/api/admin/webhook-wire.ts'
import type { previewSchema } from '../../../src/api/admin/upload-preview.ts'
import type { codesStatus } from '../../../src/api/uploads/upload-wire.ts'
import type { madeReturn, returnsOfRedemption } from '../../../src/api/till/returned.ts'
import type { placeSchema } from '../../../src/api/v2/places.ts'
import type { codeFormSchema, batchSchema } from '../../../src/api/admin/code-batch-wire.ts'
import type { historyAnswer } from '../../../src/api/v2/customer-coupons-wire.ts'
import type { detailsAnswer } from '../../../src/api/v2/customer-wire.ts'
import type { issueAnswer } from '../../../src/api/v2/issue-wire.ts'
import type { redeemAnswer } from '../../../src/api/v2/redemption-wire.ts'
import type { savedSeriesAnswer, SeriesBody } from '../../../src/api/v2/series-wire.ts'
import type { SeriesTerms } from '../../../src/ledger/series/terms.ts'
import type { Permissions } from '../../../src/values/caller.ts'
import type { ShownClient, ShownTill } from '../../../src/api/admin/login-wire.ts'
import type { Role } from '../../../src/identity/credentials/roles.ts'

/** Types of the API's answers, from the schemas of its routes. */

export type History = Static<typeof historyAnswer>
type HistoryCustomer = History['entity']['customers'][number]
export type Coupon = HistoryCustomer['coupons'][number]
export type CustomerDetails = Static<typeof detailsAnswer>
export type Redeemed = Static<typeof redeemAnswer>
export type Issued = Static<typeof issueAnswer>
export type Series = Static<typeof ownSeriesSchema>
export type FoundSeries = Static<typeof foundSeriesSchema>
export type SeriesTag = Static<typeof tagsSchema>['tags'][number]
export type Reach = Static<typeof reachSchema>
export type SavedSeries = Static<typeof savedSeriesAnswer>
export type StatedSeries = SeriesBody
export type CodeBatch = Static<typeof batchSchema>
/** The version of the data; undefined: the server did not send it. */
export interface Versioned {
  readonly version?: number | undefined
}
export type CodeForm = Static<typeof codeFormSchema>
export type { Permissions, Role, SeriesTerms }

export type Session = Omit<Static<typeof sessionSchema>, 'permissions'> & {
  readonly permissions: Permissions
}
export type Found = Static<typeof foundSchema>
export type Billed = Static<typeof billedSchema>
type Recorded = Static<typeof historySchema>['history'][number]
export type Happened = Omit<Recorded, 'before' | 'after'> & {
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
}
export interface HistoryOf {
  readonly history: readonly Happened[]
  readonly nextCursor: string | null
}
export type Notes = Static<typeof notesSchema>
export type Merges = Static<typeof mergesSchema>
export type MergePreview = Static<typeof mergePreviewSchema>
export type BilledRedemption = Billed['redemptions'][number]
export type FoundCustomer = Found['customers'][number]
export type FoundCoupon = Found['coupons'][number]
export type Seen = string | number | boolean | null | readonly number[]
export type ExplainedRule = Omit<Static<typeof ruleSchema>, 'seen'> & {
  readonly seen: Readonly<Record<string, Seen>>
}
export type Explanation = Omit<Static<typeof explanationSchema>, 'rules'> & {
  readonly rules: readonly ExplainedRule[]
}
export type Place = Static<typeof placeSchema>
export interface Places {
  readonly pagination: { readonly total: number }
  readonly data: readonly Place[]
}
export type Store = Static<typeof storesSchema>['stores'][number]
export type Till = ShownTill
export type Client = ShownClient
export type { LookupType } from '../../../src/identity/credentials/attribution.ts'
export type ClientSettings = Static<typeof clientSettingsSchema>
export type ImportedClientSettings = Static<typeof changedSchema>
export type ClientSettingDefinition = Static<typeof definitionSchema>
export type AccessGroup = Static<typeof accessGroupSchema>
export type User = Static<typeof userSchema>
export type UserSession = Static<typeof userSessionSchema>
export type Settings = Static<typeof settingsSchema>
export type AuditEntry = Omit<Static<typeof auditEntrySchema>, 'before' | 'after'> & {
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
}
export type AuditPage = Omit<Static<typeof auditPageSchema>, 'entries'> & {
  readonly entries: readonly AuditEntry[]
}
export type PasswordLink = Static<typeof passwordLinkSchema>
export type LinkHolder = Static<typeof linkHolderSchema>
export type SignInPage = Static<typeof signInPageSchema>
export type Overview = Static<typeof overviewSchema>
/** A day in the organisation's time zone, and its figures. */
export type DayFigures = Overview['days'][number]
export type RefusalFigures = Overview['refusals'][number]
export type SeriesFigures = Static<typeof seriesFiguresSchema>
export type MoneyFigures = Static<typeof moneyFiguresSchema>
export type Budget = Static<typeof budgetSchema>
export type BurnDown = Static<typeof burnDownSchema>
export type ItemRules = Static<typeof itemRulesSchema>
export type Hold = Static<typeof heldSchema>
export type Returns = Static<typeof returnsOfRedemption>
export type MadeReturn = Static<typeof madeReturn>
export interface HoldPage {
  readonly holds: readonly Hold[]
  readonly nextCursor: string | null
}
export type DaysOfSeries = Static<typeof daysOfSeriesSchema>['series'][number]
export type Jobs = Static<typeof jobsSchema>
export type Job = Jobs['open'][number]
export type Upload = Static<typeof codesStatus>
export type UploadPreview = Static<typeof previewSchema>
export type Webhook = Static<typeof webhookSchema>
export type WebhookMessage = Static<typeof messageSchema>
export type WebhookMessageWithAttempts = Static<typeof messageWithAttemptsSchema>
