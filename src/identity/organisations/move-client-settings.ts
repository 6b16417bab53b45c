import type { Queries } from '../../platform/db/queries.ts'
import { quote, refuse } from '../../values/errors.ts'
import {
  clientSettings,
  readStatedClientSettings,
  type ClientSettingName,
  type StatedClientSettings,
} from '../../values/client-settings.ts'
import type { ClientSettingsFile } from './client-settings-file-rules.ts'
import { setClientSettings, type SettingsHolder } from './set-client-settings.ts'

interface Holder {
  readonly holder: SettingsHolder
  readonly name: string
  readonly stated: StatedClientSettings
}

/** @param isLocked locks the rows until the end of the transaction. */
async function readHolders(queries: Queries, orgId: number, isLocked = false): Promise<readonly Holder[]> {
  const { client_settings: ofOrganisation } = await queries
    .selectFrom('organisations')
    .select('client_settings')
    .where('org_id', '=', orgId)
    .$if(isLocked, (rows) => rows.forNoKeyUpdate())
    .executeTakeFirstOrThrow()
  const tills = await queries
    .selectFrom('tills')
    .select(['id', 'code as name', 'client_settings'])
    .where('org_id', '=', orgId)
    .where('revoked_at', 'is', null)
    .orderBy('code')
    .$if(isLocked, (rows) => rows.forNoKeyUpdate())
    .execute()
  const clients = await queries
    .selectFrom('clients')
    .select(['id', 'name', 'client_settings'])
    .where('org_id', '=', orgId)
    .where('revoked_at', 'is', null)
    .orderBy('name')
    .$if(isLocked, (rows) => rows.forNoKeyUpdate())
    .execute()
  const holdersOf = (kind: 'till' | 'client', rows: typeof tills): Holder[] =>
    rows.map(({ id, name, client_settings: stored }) => ({
      holder: { kind, which: id },
      name,
      stated: readStatedClientSettings(stored),
    }))
  return [
    { holder: { kind: 'organisation' }, name: '', stated: readStatedClientSettings(ofOrganisation) },
    ...holdersOf('till', tills),
    ...holdersOf('client', clients),
  ]
}

/**
 * The stated settings of an organisation, its tills and its OAuth clients, without revoked ones. It contains no
 * secrets.
 */
export async function exportClientSettings(queries: Queries, orgId: number): Promise<ClientSettingsFile> {
  const holders = await readHolders(queries, orgId)
  const of = (kind: SettingsHolder['kind']) =>
    Object.fromEntries(
      holders.filter(({ holder }) => holder.kind === kind).map(({ name, stated }) => [name, stated]),
    )
  return {
    organisation: holders.find(({ holder }) => holder.kind === 'organisation')?.stated ?? {},
    tills: of('till'),
    clients: of('client'),
  }
}

/** The changes of an import to an organisation, a till or a client. */
export interface ChangedSettings {
  readonly kind: SettingsHolder['kind']
  /** Code of the till or name of the client; null: the organisation. */
  readonly name: string | null
  /** Null: not stated. */
  readonly settings: readonly {
    readonly name: ClientSettingName
    readonly before: string | null
    readonly after: string | null
  }[]
}

const differing = (before: StatedClientSettings, after: StatedClientSettings): ChangedSettings['settings'] =>
  clientSettings
    .map(({ name }) => ({ name, before: before[name] ?? null, after: after[name] ?? null }))
    .filter((one) => one.before !== one.after)

/** The subjects that a document names, in its order. */
function namedIn({ organisation, tills = {}, clients = {} }: ClientSettingsFile) {
  const all = (kind: 'till' | 'client', byName: Readonly<Record<string, StatedClientSettings>>) =>
    Object.entries(byName).map(([name, wanted]) => ({ kind, name, wanted }))
  return [
    ...(organisation === undefined
      ? []
      : [{ kind: 'organisation' as const, name: '', wanted: organisation }]),
    ...all('till', tills),
    ...all('client', clients),
  ]
}

/**
 * Imports the settings of a document. A till or client in the document has exactly its settings afterwards; all others
 * keep theirs. Triggers record every change.
 *
 * @returns the differences. @throws Refusal 400 with all unknown tills and clients; nothing is then changed.
 */
export async function importClientSettings(
  transaction: Queries,
  orgId: number,
  document: ClientSettingsFile,
  isDryRun: boolean,
): Promise<readonly ChangedSettings[]> {
  const holders = await readHolders(transaction, orgId, !isDryRun)
  const named = namedIn(document).map((one) => ({
    ...one,
    found: holders.find(({ holder, name }) => holder.kind === one.kind && name === one.name),
  }))
  const unknown = named.flatMap(({ kind, name, found }) => (found ? [] : [`${kind} ${quote(name)}`]))
  if (unknown.length > 0)
    throw refuse.badRequest(`Nothing was changed, since there is no ${unknown.join(', no ')}`)
  const changed: ChangedSettings[] = []
  for (const { kind, name, wanted, found } of named) {
    const settings = differing(found?.stated ?? {}, wanted)
    if (found === undefined || settings.length === 0) continue
    changed.push({ kind, name: kind === 'organisation' ? null : name, settings })
    const change = Object.fromEntries(settings.map((one) => [one.name, one.after]))
    if (!isDryRun) await setClientSettings(transaction, orgId, found.holder, change)
  }
  return changed
}
