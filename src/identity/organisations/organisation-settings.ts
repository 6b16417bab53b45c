import type { Queries } from '../../platform/db/queries.ts'
import { isConstraint } from '../../platform/db/constraint.ts'
import { quote, refuse } from '../../values/errors.ts'
import {
  changedClientSettings,
  knownClientSettings,
  type ClientSettingsChange,
  type KnownClientSettings,
} from './set-client-settings.ts'
import { checkAffix, checkCountry, checkCurrency, checkName, checkTimeZone } from './organisation-rules.ts'

/** The properties of an organisation and the settings of its rules. */
export interface OrganisationSettings {
  readonly id: number
  readonly name: string
  /** IANA name. */
  readonly timeZone: string
  /** ISO 3166 alpha-2. */
  readonly country: string
  /** ISO 4217; null: not stated. */
  readonly currency: string | null
  /** True: a redemption without a transaction number is refused (718). */
  readonly requiresTransactionNumber: boolean
  /** True: a till's repeated redemption is answered with the first one. */
  readonly replaysTillRetries: boolean
  /** The prefix and suffix of codes in series that use the organisation's; null: none. */
  readonly couponPrefix: string | null
  readonly couponSuffix: string | null
  /** The client settings of the organisation, which those of a till or client override. */
  readonly clientSettings: KnownClientSettings
  /** Chosen at the creation, and permanent. */
  readonly isSandbox: boolean
  /** Number of changes of the settings. */
  readonly version: number
}

export type SettingsChange = Partial<
  Omit<OrganisationSettings, 'id' | 'isSandbox' | 'version' | 'clientSettings'>
> & { readonly clientSettings?: ClientSettingsChange | undefined }

export async function readSettings(queries: Queries, orgId: number): Promise<OrganisationSettings> {
  const row = await queries
    .selectFrom('organisations')
    .selectAll()
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow()
  return {
    id: row.org_id,
    name: row.name,
    timeZone: row.time_zone,
    country: row.country,
    currency: row.currency,
    requiresTransactionNumber: row.requires_transaction_number,
    replaysTillRetries: row.replays_till_retries,
    couponPrefix: row.coupon_prefix,
    couponSuffix: row.coupon_suffix,
    clientSettings: knownClientSettings(row.client_settings),
    isSandbox: row.is_sandbox,
    version: row.version,
  }
}

/**
 * Changes the given settings only. Servers apply them within a second. Existing data is not affected: expiry instants
 * do not move with the time zone, mobile numbers are not reinterpreted when the country changes, and a series keeps the
 * prefix and suffix that it was saved with.
 *
 * @throws Refusal 400 for an invalid value or a taken name.
 */
export async function updateSettings(
  queries: Queries,
  orgId: number,
  change: SettingsChange,
): Promise<OrganisationSettings> {
  const { name, timeZone, country, currency, requiresTransactionNumber, replaysTillRetries } = change
  const { couponPrefix, couponSuffix, clientSettings } = change
  if (name !== undefined && /^\d+$/.test(name.trim()))
    throw refuse.badRequest('The name must not be a number: that would be taken for an id')
  const set = {
    ...(name !== undefined && { name: checkName(name) }),
    ...(timeZone !== undefined && { time_zone: checkTimeZone(timeZone) }),
    ...(country !== undefined && { country: checkCountry(country) }),
    ...(currency !== undefined && { currency: currency === null ? null : checkCurrency(currency) }),
    ...(requiresTransactionNumber !== undefined && {
      requires_transaction_number: requiresTransactionNumber,
    }),
    ...(replaysTillRetries !== undefined && { replays_till_retries: replaysTillRetries }),
    ...(couponPrefix !== undefined && { coupon_prefix: checkAffix('couponPrefix', couponPrefix) }),
    ...(couponSuffix !== undefined && { coupon_suffix: checkAffix('couponSuffix', couponSuffix) }),
    ...(clientSettings !== undefined && { client_settings: changedClientSettings(clientSettings) }),
  }
  try {
    if (Object.keys(set).length > 0)
      await queries.updateTable('organisations').set(set).where('org_id', '=', orgId).execute()
  } catch (error) {
    if (isConstraint(error, 'organisations__name'))
      throw refuse.badRequest(`There is an organisation ${quote(String(name))} already`)
    throw error
  }
  return readSettings(queries, orgId)
}
