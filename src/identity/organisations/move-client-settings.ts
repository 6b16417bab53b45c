import type { Queries } from '../../platform/db/queries.ts'
import { quote, refuse } from '../../values/errors.ts'
import {
  clientSettings,
  readStatedClientSettings,
  type StatedClientSettings,
} from '../../values/client-settings.ts'
import type { ClientSettingsFile } from './client-settings-file-rules.ts'
import { setClientSettings, type ClientSettingsChange, type SettingsHolder } from './set-client-settings.ts'

interface Holder {
  readonly holder: SettingsHolder
  readonly name: string
  readonly stated: StatedClientSettings
}

async function readHolders(queries: Queries, orgId: number): Promise<readonly Holder[]> {
  const { client_settings: ofOrganisation } = await queries
    .selectFrom('organisations')
    .select('client_settings')
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow()
  const tills = await queries
    .selectFrom('tills')
    .select(['id', 'code as name', 'client_settings'])
    .where('org_id', '=', orgId)
    .where('revoked_at', 'is', null)
    .orderBy('code')
    .execute()
  const clients = await queries
    .selectFrom('clients')
    .select(['id', 'name', 'client_settings'])
    .where('org_id', '=', orgId)
    .where('revoked_at', 'is', null)
    .orderBy('name')
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

/** What an organisation, its tills and its OAuth clients state. Revoked ones are left out, and there are no secrets in it. */
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

/** Every setting as the file states it; null takes back one that it leaves out. Undefined: nothing differs. */
function changeTo(
  wanted: StatedClientSettings,
  stated: StatedClientSettings,
): ClientSettingsChange | undefined {
  const different = clientSettings.filter(({ name }) => wanted[name] !== stated[name])
  if (different.length === 0) return undefined
  return Object.fromEntries(different.map(({ name }) => [name, wanted[name] ?? null]))
}

/**
 * States the settings of a file. A till or client that the file does not name keeps its own; one that it names has exactly the
 * file's settings afterwards. Triggers record every change.
 *
 * @returns what differed, as `till "till-7": v1Types typed`. @throws Refusal 400 with every till and client that does not exist;
 * nothing is changed then.
 */
export async function importClientSettings(
  transaction: Queries,
  orgId: number,
  { organisation, tills = {}, clients = {} }: ClientSettingsFile,
  isDryRun: boolean,
): Promise<readonly string[]> {
  const holders = await readHolders(transaction, orgId)
  const wanted = [
    ...(organisation === undefined ? [] : [['organisation', '', organisation] as const]),
    ...Object.entries(tills).map(([name, settings]) => ['till', name, settings] as const),
    ...Object.entries(clients).map(([name, settings]) => ['client', name, settings] as const),
  ]
  const matched = wanted.map(([kind, name, settings]) => {
    const label = kind === 'organisation' ? kind : `${kind} ${quote(name)}`
    return {
      label,
      settings,
      found: holders.find((one) => one.holder.kind === kind && one.name === name),
    }
  })
  const unknown = matched.filter(({ found }) => found === undefined).map(({ label }) => label)
  if (unknown.length > 0)
    throw refuse.badRequest(`Nothing was changed, since there is no ${unknown.join(', no ')}`)
  const changed: string[] = []
  for (const { label, settings, found } of matched) {
    const change = found && changeTo(settings, found.stated)
    if (found === undefined || change === undefined) continue
    if (!isDryRun) await setClientSettings(transaction, orgId, found.holder, change)
    const values = Object.entries(change).map(([name, value]) => `${name} ${value ?? 'unset'}`)
    changed.push(`${label}: ${values.join(', ')}`)
  }
  return changed
}
