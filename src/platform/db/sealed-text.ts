import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { OperatorError } from '../../values/errors.ts'

/**
 * Encrypts texts so that only the server can read them, not somebody with access to the database: AES-256-GCM with a
 * key outside the database. Without a key they are stored unencrypted.
 *
 * The stored form is `plain:TEXT` or `sealed:KEY:BASE64`, where KEY names the key and BASE64 is nonce, tag and text.
 */
const nonceBytes = 12
const tagBytes = 16

/** The name of a key in a sealed text. */
export const nameOfKey = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 8)

/**
 * @param key of 32 bytes; undefined: the text is stored unencrypted.
 * @param place where the text belongs. A text copied to another place cannot be unsealed there.
 */
export function seal(key: Buffer | undefined, place: string, text: string): string {
  if (key === undefined) return `plain:${text}`
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `sealed:${nameOfKey(key)}:${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')}`
}

/**
 * @param keys any of which may have sealed it: to replace a key, put a new one before it.
 * @throws OperatorError if the key is not among them.
 */
export function unseal(keys: readonly Buffer[], place: string, kept: string): string {
  if (kept.startsWith('plain:')) return kept.slice('plain:'.length)
  const [, name, base64 = ''] = kept.split(':')
  const key = keys.find((one) => nameOfKey(one) === name)
  if (key === undefined) {
    throw new OperatorError(`SECRET_KEYS lacks the key ${name}, which ${place} is encrypted with`)
  }
  const bytes = Buffer.from(base64, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
}
