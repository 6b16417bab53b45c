import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { generateWebhookSecret, sign } from './signature-rules.ts'

const nowS = () => Math.floor(Date.now() / 1000)
const verify = (secret: string, body: string, headers: object) =>
  new Webhook(secret).verify(body, headers as Record<string, string>)

describe('a signature', () => {
  test('is verified by the standard library for any body', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.uuid(), (value, id) => {
        const secret = generateWebhookSecret()
        const body = JSON.stringify({ value })
        expect(verify(secret, body, sign([secret], { id, sentAtS: nowS(), body }))).toEqual(JSON.parse(body))
      }),
    )
  })

  test('is valid only for this id, this instant, this body and this secret', () => {
    const secret = generateWebhookSecret()
    const headers = sign([secret], { id: 'one', sentAtS: nowS(), body: '{}' })
    expect(() => verify(secret, '{} ', headers)).toThrow(/signature/)
    expect(() => verify(secret, '{}', { ...headers, 'webhook-id': 'two' })).toThrow(/signature/)
    expect(() => verify(secret, '{}', { ...headers, 'webhook-timestamp': String(nowS() - 1) })).toThrow(
      /signature/,
    )
    expect(() => verify(generateWebhookSecret(), '{}', headers)).toThrow(/signature/)
    expect(() =>
      verify(secret, '{}', sign([secret], { id: 'one', sentAtS: nowS() - 600, body: '{}' })),
    ).toThrow(/old/)
  })

  test('exists for each valid secret', () => {
    const secrets = [generateWebhookSecret(), generateWebhookSecret()]
    const headers = sign(secrets, { id: 'one', sentAtS: nowS(), body: '{}' })
    for (const secret of secrets) expect(verify(secret, '{}', headers)).toEqual({})
  })

  test('matches the published example', () => {
    const signed = sign(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      sentAtS: 1_614_265_330,
      body: '{"test": 2432232314}',
    })
    expect(signed['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })
})

test('secrets are 256 random bits', () => {
  const secrets = Array.from({ length: 100 }, generateWebhookSecret)
  expect(new Set(secrets).size).toBe(100)
  for (const secret of secrets) expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32)
})
