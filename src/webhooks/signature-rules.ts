import { createHmac, randomBytes } from 'node:crypto'

/**
 * Signatures by the Standard Webhooks specification: HMAC-SHA-256 over `id.timestamp.body`, keyed with the bytes after
 * `whsec_`. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
const prefix = 'whsec_'
const secretBytes = 32

/** A new secret: 256 random bits. */
export function generateWebhookSecret(): string {
  return prefix + randomBytes(secretBytes).toString('base64')
}

export interface SignedHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/** @param secrets each signs: while two are valid, a receiver finds the signature of the one it knows. */
export function sign(
  secrets: readonly string[],
  message: { readonly id: string; readonly sentAtS: number; readonly body: string },
): SignedHeaders {
  const signed = `${message.id}.${message.sentAtS}.${message.body}`
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64')
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
  })
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.sentAtS),
    'webhook-signature': signatures.join(' '),
  }
}
