import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { OperatorError } from '../../values/errors.ts'
import { readSecretFile, writeSecretOnce } from './secret-file.ts'

/** Where the key of an embedded database lies: beside the database and not in it, so that it is in no backup. */
export const secretKeyFile = (dataDir: string): string => join(dataDir, 'secret.key')

const keyBytes = 32

/** @param name of the setting or file, for the refusal. @throws OperatorError for what is no key of 32 bytes in base64. */
export function readSecretKeys(name: string, text: string): Buffer[] {
  const given = text.trim()
  if (given === '') return []
  return given.split(/\s*,\s*/).map((one) => {
    const key = Buffer.from(one, 'base64')
    if (key.length !== keyBytes || !/^[\w+/-]+=?$/.test(one))
      throw new OperatorError(
        `${name} must hold keys of ${keyBytes} bytes in base64, separated by commas: openssl rand -base64 32`,
      )
    return key
  })
}

/**
 * The keys that secrets in the database are encrypted with: those that are stated, and beside an embedded database the one of
 * its file, which is made when none is stated. The first encrypts, all of them decrypt.
 *
 * @param makesKey false: none is made.
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
