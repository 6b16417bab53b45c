import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/**
 * The password that a till sends: the lower-case hexadecimal MD5 of the actual one. The contract requires it; it does
 * not protect the password.
 */
export function md5Hex(password: string): string {
  return createHash('md5').update(password).digest('hex')
}

/** The slow hash stored for a till's password. */
export function hashTillPassword(password: string): Promise<string> {
  return hash(md5Hex(password))
}

/** The MD5 that was sent, which some tills write in capitals; undefined if the text is not an MD5. */
export const sentMd5 = (sent: string): string | undefined =>
  /^[0-9a-f]{32}$/i.test(sent) ? sent.toLowerCase() : undefined

/** True if `sent` is the password of the hash, as its MD5 (as the contract requires) or as plain text. */
export async function isTillPassword(sent: string, passwordHash: string): Promise<boolean> {
  const md5 = sentMd5(sent)
  const candidates = md5 === undefined ? [md5Hex(sent)] : [md5, md5Hex(sent)]
  for (const candidate of candidates) if (await verify(passwordHash, candidate)) return true
  return false
}

/** The slow hash stored for a person's password. */
export function hashPassword(password: string): Promise<string> {
  return hash(password)
}

export function isPassword(sent: string, passwordHash: string): Promise<boolean> {
  return verify(passwordHash, sent)
}

/** A generated secret: 256 random bits, URL-safe. It cannot be guessed, so it needs no slow hash. */
export function generateSecret(): string {
  return randomBytes(32).toString('base64url')
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export function isSecret(sent: string, secretHash: Buffer): boolean {
  return timingSafeEqual(sha256(sent), secretHash)
}
