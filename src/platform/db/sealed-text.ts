import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { OperatorError } from '../../values/errors.ts'

/**
 * Texts that must be kept readable for us and for nobody who sees the database: AES-256-GCM under a key that is not in
 * it. Without a key they are kept as they are.
 *
 * Kept as `plain:TEXT` or `sealed:KEY:BASE64`, where KEY names the key and BASE64 is nonce, tag and text.
 */
const nonceBytes = 12
const tagBytes = 16

/** How a sealed text names its key. */
export const nameOfKey = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 8)

/**
 * @param key of 32 bytes; undefined: the text is kept readable.
 * @param place where the text belongs. What is copied to another place does not open there.
 */
export function seal(key: Buffer | undefined, place: string, text: string): string {
  if (key === undefined) return `plain:${text}`
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `sealed:${nameOfKey(key)}:${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')}`
}

/**
 * @param keys any of which may have sealed it: so a key is replaced by putting another before it.
 * @throws OperatorError when the key is not among those given.
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
