import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { OperatorError } from '../../values/errors.ts'
import { readSecretFile, writeSecretOnce } from './secret-file.ts'

/** The path of an embedded database's key: outside the database, so that no backup contains it. */
export const secretKeyFile = (dataDir: string): string => join(dataDir, 'secret.key')

const keyBytes = 32

/**
 * @param name of the setting or file, for the error. @throws OperatorError for a value that is not a key of 32 bytes in
 * base64.
 */
export function readSecretKeys(name: string, text: string): Buffer[] {
  const given = text.trim()
  if (given === '') return []
  return given.split(/\s*,\s*/).map((one) => {
    const key = Buffer.from(one, 'base64')
    if (key.length !== keyBytes || !/^[\w+/-]+=?$/.test(one))
      throw new OperatorError(
        `${name} must contain keys of ${keyBytes} bytes in base64, separated by commas: openssl rand -base64 32`,
      )
    return key
  })
}

/**
 * Loads the keys that encrypt secrets in the database: the configured ones, and the key file of an embedded database,
 * which is created if no key is configured. The first key encrypts, all of them decrypt.
 *
 * @param makesKey false: no key file is created.
 * @throws OperatorError for a file that cannot be read or holds no key.
 */
export async function loadSecretKeys(
  { isEmbedded, dataDir, secrets: { keys } }: Config,
  makesKey: boolean,
): Promise<readonly Buffer[]> {
  if (!isEmbedded) return keys
  const path = secretKeyFile(dataDir)
  if (makesKey && keys.length === 0)
    await writeSecretOnce(dataDir, path, `${randomBytes(keyBytes).toString('base64')}\n`)
  const text = await readSecretFile(path)
  if (text === undefined) return keys
  const ofFile = readSecretKeys(path, text)
  return [...keys, ...ofFile.filter((key) => !keys.some((one) => one.equals(key)))]
}
