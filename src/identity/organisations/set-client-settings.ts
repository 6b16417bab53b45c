import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'
import {
  clientSettings,
  readStatedClientSettings,
  type ClientSettingName,
  type StatedClientSettings,
} from '../../values/client-settings.ts'
import { noSuchLogin } from './revoke-login.ts'

/** Every setting by name; null: not stated, so that the next level decides (organisation, then default). */
export type KnownClientSettings = Readonly<Record<ClientSettingName, string | null>>

/** Values to state; null: no longer stated. Omitted settings are not changed. */
export type ClientSettingsChange = {
  readonly [Name in ClientSettingName]?: StatedClientSettings[Name] | null
}

/** @param stored as the database holds it. */
export function knownClientSettings(stored: unknown): KnownClientSettings {
  const stated: Partial<Record<ClientSettingName, string>> = readStatedClientSettings(stored)
  return Object.fromEntries(
    clientSettings.map(({ name }) => [name, stated[name] ?? null]),
  ) as KnownClientSettings
}

/**
 * The stated settings of an organisation, a till or a client. @throws Refusal 404 or 400 for an unknown till or client.
 */
export async function readClientSettings(
  queries: Queries,
  orgId: number,
  holder: SettingsHolder,
): Promise<KnownClientSettings> {
  const row = await find(queries, orgId, holder)
  if (row === undefined) throw missing(holder)
  return knownClientSettings(row.client_settings)
}

/** The new value of the column, which retains settings of other releases that this release does not know. */
export const changedClientSettings = (change: ClientSettingsChange) =>
  sql<string>`nullif(jsonb_strip_nulls(coalesce(client_settings, '{}') || ${JSON.stringify(change)}::jsonb), '{}')`

/** The owner of settings: the organisation, or a till or client by its id, code or name. */
export type SettingsHolder =
  | { readonly kind: 'organisation' }
  | { readonly kind: 'till' | 'client'; readonly which: number | string }

/**
 * Changes the settings of an organisation, a till or a client. Servers apply them within a second; triggers record the
 * change.
 *
 * @returns the settings that are stated now. @throws Refusal 404 or 400 for an unknown till or client.
 */
export async function setClientSettings(
  queries: Queries,
  orgId: number,
  holder: SettingsHolder,
  change: ClientSettingsChange,
): Promise<KnownClientSettings> {
  const set = { client_settings: changedClientSettings(change) }
  const row = await update(queries, orgId, holder, set)
  if (row === undefined) throw missing(holder)
  return knownClientSettings(row.client_settings)
}

function update(
  queries: Queries,
  orgId: number,
  holder: SettingsHolder,
  set: { client_settings: ReturnType<typeof changedClientSettings> },
) {
  if (holder.kind === 'organisation')
    return queries
      .updateTable('organisations')
      .set(set)
      .where('org_id', '=', orgId)
      .returning('client_settings')
      .executeTakeFirst()
  const { which } = holder
  return holder.kind === 'till'
    ? queries
        .updateTable('tills')
        .set(set)
        .where('org_id', '=', orgId)
        .where((where) => (typeof which === 'number' ? where('id', '=', which) : where('code', '=', which)))
        .returning('client_settings')
        .executeTakeFirst()
    : queries
        .updateTable('clients')
        .set(set)
        .where('org_id', '=', orgId)
        .where((where) => (typeof which === 'number' ? where('id', '=', which) : where('name', '=', which)))
        .returning('client_settings')
        .executeTakeFirst()
}

function find(queries: Queries, orgId: number, holder: SettingsHolder) {
  if (holder.kind === 'organisation')
    return queries
      .selectFrom('organisations')
      .select('client_settings')
      .where('org_id', '=', orgId)
      .executeTakeFirst()
  const { which } = holder
  return holder.kind === 'till'
    ? queries
        .selectFrom('tills')
        .select('client_settings')
        .where('org_id', '=', orgId)
        .where((where) => (typeof which === 'number' ? where('id', '=', which) : where('code', '=', which)))
        .executeTakeFirst()
    : queries
        .selectFrom('clients')
        .select('client_settings')
        .where('org_id', '=', orgId)
        .where((where) => (typeof which === 'number' ? where('id', '=', which) : where('name', '=', which)))
        .executeTakeFirst()
}

function missing(holder: SettingsHolder): Error {
  return holder.kind === 'organisation'
    ? new Error('a known organisation is missing')
    : noSuchLogin(holder.kind, holder.which)
}
