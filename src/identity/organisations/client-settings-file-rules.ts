import { badParameter, quote, refuse } from '../../values/errors.ts'
import { clientSettings, type StatedClientSettings } from '../../values/client-settings.ts'

/** The stated settings of an organisation and of its tills (by code) and OAuth clients (by name). */
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

function settingsOf(place: string, value: unknown): StatedClientSettings {
  const given = objectOf(place, value)
  for (const [name, stated] of Object.entries(given)) {
    const setting = clientSettings.find((one) => one.name === name)
    if (setting === undefined)
      throw badParameter(place, name, `one of ${clientSettings.map((one) => one.name).join(', ')}`)
    if (!(setting.values as readonly unknown[]).includes(stated))
      throw badParameter(`${place}.${name}`, String(stated), `one of ${setting.values.join(', ')}`)
  }
  return given
}

const byName = (place: string, value: unknown): Readonly<Record<string, StatedClientSettings>> =>
  Object.fromEntries(
    Object.entries(objectOf(place, value)).map(([name, settings]) => [
      name,
      settingsOf(`${place}.${name}`, settings),
    ]),
  )

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw refuse.badRequest('The file of settings is not valid JSON')
  }
}

/** @throws Refusal 400 for text that is no file of settings: a misspelt name must not be lost. */
export function readClientSettingsFile(text: string): ClientSettingsFile {
  const { organisation, tills, clients, ...others } = objectOf('the file', parsed(text))
  const [other] = Object.keys(others)
  if (other !== undefined)
    throw refuse.badRequest(`Unknown part ${quote(other)}: organisation, tills and clients are allowed`)
  return {
    ...(organisation !== undefined && { organisation: settingsOf('organisation', organisation) }),
    ...(tills !== undefined && { tills: byName('tills', tills) }),
    ...(clients !== undefined && { clients: byName('clients', clients) }),
  }
}
