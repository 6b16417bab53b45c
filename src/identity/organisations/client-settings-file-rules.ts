import { badParameter, quote, refuse } from '../../values/errors.ts'
import { clientSettings, type StatedClientSettings } from '../../values/client-settings.ts'

/**
 * The document that is exported and imported: the stated settings of an organisation, its tills (by code) and OAuth
 * clients (by name).
 */
export interface ClientSettingsFile {
  readonly organisation?: StatedClientSettings
  readonly tills?: Readonly<Record<string, StatedClientSettings>>
  readonly clients?: Readonly<Record<string, StatedClientSettings>>
}

type Json = Readonly<Record<string, unknown>>

function objectOf(name: string, value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badParameter(name, JSON.stringify(value) ?? '', 'an object')
  return value as Json
}

function valueOf(place: string, name: string, stated: unknown): string {
  const setting = clientSettings.find((one) => one.name === name)
  if (setting === undefined)
    throw badParameter(place, name, `one of ${clientSettings.map((one) => one.name).join(', ')}`)
  const value = setting.values.find(
    (one) => one === stated || (typeof stated === 'number' && one === `${stated}`),
  )
  if (value === undefined)
    throw badParameter(`${place}.${name}`, JSON.stringify(stated), `one of ${setting.values.join(', ')}`)
  return value
}

/** Null means not stated, as in the answers of `/admin/v1`; a value of digits may be a number. */
const settingsOf = (place: string, value: unknown): StatedClientSettings =>
  Object.fromEntries(
    Object.entries(objectOf(place, value))
      .filter(([, stated]) => stated !== null)
      .map(([name, stated]) => [name, valueOf(place, name, stated)]),
  )

const byName = (place: string, value: unknown): Readonly<Record<string, StatedClientSettings>> =>
  Object.fromEntries(
    Object.entries(objectOf(place, value)).map(([name, settings]) => [
      name,
      settingsOf(`${place}.${name}`, settings),
    ]),
  )

/** @throws Refusal 400 for text that is not a file of settings. */
export function parseClientSettingsFile(text: string): ClientSettingsFile {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refuse.badRequest('The file of settings is not valid JSON')
  }
  return readClientSettingsFile(value)
}

/** @throws Refusal 400 for a document with unknown names, so that a misspelt one is not ignored. */
export function readClientSettingsFile(value: unknown): ClientSettingsFile {
  const { organisation, tills, clients, ...others } = objectOf('the document', value)
  const [other] = Object.keys(others)
  if (other !== undefined)
    throw refuse.badRequest(`Unknown part ${quote(other)}: organisation, tills and clients are allowed`)
  return {
    ...(organisation !== undefined && { organisation: settingsOf('organisation', organisation) }),
    ...(tills !== undefined && { tills: byName('tills', tills) }),
    ...(clients !== undefined && { clients: byName('clients', clients) }),
  }
}
