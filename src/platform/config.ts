import { inspect } from 'node:util'
import { OperatorError } from '../values/errors.ts'
import { readValues, settingTable, type Values } from './settings.ts'

type Stated = Values<typeof settingTable>

/** Settings that must never be printed. */
interface Secrets {
  /** Connection URL of an external PostgreSQL, including the password; undefined: the embedded one. */
  readonly databaseUrl: string | undefined
  /** Keys that encrypt secrets in the database; the first encrypts new ones. Empty: secrets are not encrypted. */
  readonly keys: readonly Buffer[]
  readonly metricsToken: string | undefined
}

/**
 * All settings, in the units of their names; `settings.ts` explains each value. The object may be logged, since its
 * secrets print as a placeholder.
 */
export interface Config extends Omit<Stated, 'secrets'> {
  readonly secrets: Secrets
  /** The database is the embedded one in `dataDir`. */
  readonly isEmbedded: boolean
}

function hidden(secrets: Secrets): Secrets {
  const placeholder = { value: () => '[secrets]' }
  const printed = { toJSON: placeholder, [inspect.custom]: placeholder }
  return Object.freeze(Object.defineProperties({ ...secrets }, printed))
}

/** Adds the loaded keys to a configuration: those from the settings and the one in the data folder. */
export function withSecretKeys(config: Config, keys: readonly Buffer[]): Config {
  return Object.freeze({ ...config, secrets: hidden({ ...config.secrets, keys }) })
}

/** True for an address that is reachable only from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** Trims values: blanks and line ends come from files and copying, and are never intended. */
function trimmed(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, text?.trim()]))
}

/** @throws OperatorError for settings of shadow mode that have no effect. */
function requireUpstream({ shadow, upstream }: Pick<Stated, 'shadow' | 'upstream'>): void {
  if (shadow.mode !== 'off' && upstream.url === undefined)
    throw new OperatorError(`SHADOW=${shadow.mode} compares with the service at UPSTREAM_URL, which is empty`)
  if (shadow.mode === 'off' && (shadow.learn || shadow.till !== undefined))
    throw new OperatorError(
      `${shadow.learn ? 'SHADOW_LEARN' : 'SHADOW_TILL'} has an effect only in shadow mode: set SHADOW to upstream or counterfoil as well`,
    )
}

/**
 * Reads the configuration from the environment.
 *
 * @throws OperatorError that names the variable, for an invalid value.
 */
export function readConfig(given: NodeJS.ProcessEnv): Config {
  const env = trimmed(given)
  const { secrets, ...stated } = readValues(settingTable, env)
  const { databaseUrl, keys, furtherKeys, metricsToken } = secrets
  if (stated.demo && !isLoopback(stated.host)) {
    throw new OperatorError(
      `COUNTERFOIL_DEMO=1 has published passwords and is served on a loopback address only; HOST is ${stated.host}`,
    )
  }
  requireUpstream(stated)
  return Object.freeze({
    ...stated,
    // The demo's credentials are public, and visitors are invited to stress it.
    abuseLimits: stated.abuseLimits && !(stated.demo && !env[settingTable.abuseLimits.name]),
    isEmbedded: databaseUrl === undefined,
    secrets: hidden({ databaseUrl, keys: [...keys, ...furtherKeys], metricsToken }),
  })
}
