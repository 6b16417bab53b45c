import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { connect, openAssistants, type Assistant } from '../support/mcp-cases.ts'
import { pick } from '../support/write-cases.ts'

const now = '2030-01-01T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)
const { database } = context
/** Another process on the same database, some seconds later. */
const serverAt = async (at: string) => createTestServer(await createTestContext({ database, now: at }))

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part = ''): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
const signed = (head: object, body: object, secret: string): string => {
  const text = `${encode(head)}.${encode(body)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

/** A coupon, and an assistant that has been shown what revoking it would do. */
async function openPreview() {
  const shop = await openAssistants(context, app)
  const seriesId = await shop.series()
  const customerId = await shop.customer()
  const { code } = await shop.coupon(seriesId, customerId)
  const headers = await shop.signIn('administrator', 'allowed')
  const assistant = await connect(app, headers)
  const args = { code, reason: 'asked by phone' }
  const token = String((await assistant.use('revoke_coupon', args)).at('confirmationToken'))
  return {
    ...shop,
    seriesId,
    customerId,
    code,
    headers,
    assistant,
    args,
    token,
    /** The refusal of a token, if the coupon still works. */
    refusalOf: async (confirmationToken: unknown, by: Assistant = assistant, given: object = args) => {
      const answer = await by.use('revoke_coupon', { ...given, confirmationToken })
      expect(await shop.history(customerId, 'status=UNREDEEMED')).toHaveLength(1)
      expect(answer.isError).toBe(true)
      return answer.text
    },
  }
}

describe('a confirmation token', () => {
  test('that is forged is refused', async () => {
    const { token, refusalOf, headers } = await openPreview()
    const [head, body] = token.split('.')
    const access = headers.authorization.replace('Bearer ', '')
    const forged = [
      '',
      'yes',
      'a.b.c',
      `${encode({ alg: 'none', typ: 'JWT' })}.${body}.`,
      `${encode({ ...decode(head), alg: 'none' })}.${body}.`,
      `${encode({ ...decode(head), kid: "' or true --" })}.${body}.${token.split('.')[2]}`,
      `${encode({ ...decode(head), kid: 'unknown' })}.${body}.${token.split('.')[2]}`,
      signed(decode(head), decode(body), ''),
      signed(decode(head), decode(body), 'guessed'),
      `${head}.${encode({ ...decode(body), exp: 9_999_999_999 })}.${token.split('.')[2]}`,
      // An access token is signed with the same key.
      access,
      'x'.repeat(10_000),
    ]
    for (const one of forged) expect(await refusalOf(one), one).toContain('not valid')
  })

  test('that is cut short or has a changed character is refused', async () => {
    const { token, refusalOf } = await openPreview()
    for (const length of [token.length - 1, token.length - 20, token.indexOf('.') + 5, 10])
      expect(await refusalOf(token.slice(0, length))).toContain('not valid')
    const [head, body, mark = ''] = token.split('.')
    const changed = `${mark.startsWith('A') ? 'B' : 'A'}${mark.slice(1)}`
    expect(await refusalOf(`${head}.${body}.${changed}`)).toContain('not valid')
    expect(await refusalOf(`${token}.`)).toContain('not valid')
  })

  test('of another caller is refused, also of the same organisation', async () => {
    const { token, refusalOf, writer, headers, storeCode } = await openPreview()
    expect(await refusalOf(token, await writer())).toContain('another caller')
    const elsewhere = await (await openAssistants(context, app)).writer()
    expect(await refusalOf(token, elsewhere)).toContain('another caller')
    const forStore = {
      'x-cap-api-attribution-entity-type': 'STORE_CODE',
      'x-cap-api-attribution-entity-code': storeCode,
    }
    expect(await refusalOf(token, await connect(app, { ...headers, ...forStore }))).toContain(
      'another caller',
    )
  })

  test('is refused with other arguments, another reason or another tool', async () => {
    const { token, refusalOf, assistant, seriesId, args, code } = await openPreview()
    const other = await openPreview()
    expect(await refusalOf(token, assistant, { ...args, code: other.code })).toContain('other arguments')
    expect(await refusalOf(token, assistant, { ...args, reason: 'because' })).toContain('other arguments')
    expect(await refusalOf(token, assistant, { ...args, code: code.toLowerCase() })).toContain(
      'other arguments',
    )
    const stop = await assistant.use('stop_series', {
      seriesId,
      reason: args.reason,
      confirmationToken: token,
    })
    expect(stop.text).toContain('other arguments')
  })

  test('expires after two minutes, in every process', async () => {
    const { token, headers, refusalOf, args } = await openPreview()
    const late = await connect(await serverAt('2030-01-01T10:02:01Z'), headers)
    expect(await refusalOf(token, late)).toContain('has expired after 120 seconds')
    const inTime = await connect(await serverAt('2030-01-01T10:01:59Z'), headers)
    const done = await inTime.use('revoke_coupon', { ...args, confirmationToken: token })
    expect(done.at('status')).toBe('done')
  })

  test('that is replayed gets the first answer and acts once, however many send it at once', async () => {
    const { assistant, seriesId, customer, history, headers, expectLedgerAdds } = await openPreview()
    const customerId = await customer()
    const args = { seriesId, customerId, reason: 'make it good' }
    const token = (await assistant.use('issue_coupon', args)).at('confirmationToken')
    const confirmed = { ...args, confirmationToken: token }
    const other = await connect(await serverAt('2030-01-01T10:00:10Z'), headers)
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) => (at % 2 ? other : assistant).use('issue_coupon', confirmed)),
    )
    expect(new Set(answers.map((one) => one.at('data.code'))).size).toBe(1)
    expect(answers.filter((one) => one.at('status') === 'done')).toHaveLength(1)
    expect(await history(customerId)).toHaveLength(1)
    await expectLedgerAdds()
  })

  test('is worth nothing once writes are no longer allowed, and is no access token', async () => {
    const { token, refusalOf, browser, headers } = await openPreview()
    const asAccess = { authorization: `Bearer ${token}` }
    expect((await app.inject({ url: '/v2/coupon/series', headers: asAccess })).statusCode).toBe(401)
    const { call } = await browser('admin')
    const clients = pick((await call('GET', '/admin/v1/clients?limit=1000')).json, 'clients') as {
      id: number
      name: string
    }[]
    const own = clients.find(({ name }) => name.startsWith('assistant'))
    await call('PATCH', `/admin/v1/clients/${own?.id}/client-settings`, { mcpWrites: 'off' })
    // Another process has not remembered the settings of the client.
    const fresh = await connect(await serverAt(now), headers)
    expect(await refusalOf(token, fresh)).toContain('not found')
  })
})
