import { BlockList, isIP } from 'node:net'
import { OperatorError } from '../values/errors.ts'
import { readDatabaseUrl } from './db/database-url-rules.ts'
import { readSecretKeys } from './db/secret-keys.ts'

/** An environment variable: its explanation and its parser. */
export interface Setting<Value> {
  readonly name: string
  /** The text used for an absent or empty variable. */
  readonly default: string
  /** The allowed values, in words; empty if `meaning` describes the format. */
  readonly allowed: string
  readonly meaning: string
  /** @throws OperatorError that names the variable and states the allowed values. */
  readonly read: (text: string) => Value
}

interface Range {
  readonly min: number
  readonly max: number
  readonly default: number
  /** Factor that converts the given number to the unit of the configuration. */
  readonly unit?: number
}

const refused = (name: string, text: string, allowed: string): OperatorError =>
  new OperatorError(`${name} is ${JSON.stringify(text)}; it must be ${allowed}`)

export function integer(
  name: string,
  { min, max, default: usual, unit = 1 }: Range,
  meaning: string,
): Setting<number> {
  const read = (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw refused(name, text, `a whole number from ${min} to ${max}`)
    return value * unit
  }
  return { name, default: String(usual), allowed: `${min} to ${max}`, meaning, read }
}

export function flag(name: string, meaning: string, usual: '0' | '1' = '0'): Setting<boolean> {
  const read = (text: string): boolean => {
    if (text !== '0' && text !== '1') throw refused(name, text, '0 or 1')
    return text === '1'
  }
  return { name, default: usual, allowed: '0 or 1', meaning, read }
}

export function choice<Value extends string>(
  name: string,
  values: readonly Value[],
  usual: Value,
  meaning: string,
): Setting<Value> {
  const allowed = `one of ${values.join(', ')}`
  const read = (text: string): Value => {
    const found = values.find((value) => value === text.toLowerCase())
    if (found === undefined) throw refused(name, text, allowed)
    return found
  }
  return { name, default: usual, allowed, meaning, read }
}

export const text = <Value>(
  name: string,
  usual: string,
  meaning: string,
  read: (text: string) => Value,
): Setting<Value> => ({ name, default: usual, allowed: '', meaning, read })

/** The same setting, but undefined if it is empty. */
export function optional<Value>(setting: Setting<Value>): Setting<Value | undefined> {
  return { ...setting, read: (given) => (given === '' ? undefined : setting.read(given)) }
}

/** Keys of 32 bytes; the first encrypts, all of them decrypt. */
export const secretKeys = (name: string, meaning: string): Setting<readonly Buffer[]> =>
  text(name, '', meaning, (given) => readSecretKeys(name, given))

/** Addresses and networks, separated by commas. */
export function networks(name: string, meaning: string): Setting<BlockList> {
  return text(name, '', meaning, (given) => {
    const list = new BlockList()
    for (const one of given.split(',').map((part) => part.trim())) if (one !== '') addNetwork(list, name, one)
    return list
  })
}

function addNetwork(list: BlockList, name: string, one: string): void {
  const [address = '', length, ...more] = one.split('/')
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  const bits = length === undefined ? undefined : Number(length)
  const isLength =
    bits === undefined || (/^\d{1,3}$/.test(length ?? '') && bits <= (family === 'ipv6' ? 128 : 32))
  if (isIP(address) === 0 || !isLength || more.length > 0) {
    throw new OperatorError(
      `${name} contains ${JSON.stringify(one)}; it must be an address or a network such as 10.0.0.0/8`,
    )
  }
  if (bits === undefined) list.addAddress(address, family)
  else list.addSubnet(address, bits, family)
}

/** A parser whose error message omits the value, since a URL may contain a password. */
export function databaseUrl(name: string, meaning: string): Setting<string> {
  return text(name, '', meaning, (given) => {
    // A password that contains one of these unencoded would be parsed as another host, and an error message would
    // reveal it.
    if (readDatabaseUrl(given) === undefined || given.includes('#') || given.split('@').length > 2) {
      if (/[?&]target_session_attrs=(?!any|read-write|primary)/.test(given))
        throw new OperatorError(
          `${name} may require target_session_attrs=read-write, primary or any: Counterfoil does not read from standbys`,
        )
      throw new OperatorError(
        `${name} must look like postgresql://user:password@host:5432/database, with @ : / ? # % in the password encoded as %40 %3A %2F %3F %23 %25`,
      )
    }
    return given
  })
}

/** Scheme, host and port of another service. */
export function origin(name: string, meaning: string): Setting<string> {
  return text(name, '', meaning, (given) => {
    const url = URL.canParse(given) ? new URL(given) : undefined
    const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
    // The error message omits the value, which may contain a password.
    if (url === undefined || !isHttp || `${url.origin}/` !== url.href)
      throw new OperatorError(
        `${name} must be http:// or https:// and a host, with the port if it is not the default one, and nothing after it`,
      )
    return url.origin
  })
}

const shortestToken = 16

export function token(name: string, meaning: string): Setting<string> {
  return text(name, '', meaning, (given) => {
    if (!/^[\w.~+/=-]+$/.test(given) || given.length < shortestToken)
      throw new OperatorError(
        `${name} must have ${shortestToken} or more letters, digits and . _ ~ + / = - (openssl rand -hex 24 makes one)`,
      )
    return given
  })
}
