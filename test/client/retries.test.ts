import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { CounterfoilError, createClient, type ClientOptions } from '../../packages/client/src/index.ts'
import { createTestContext, createTestServer, password } from '../support/harness.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const proxy = await startLossyProxy(await app.listen({ port: 0, host: '127.0.0.1' }))
afterAll(() => proxy.close())

const mobile = '919400488269'
const shop = await openShop(context, app)
const customerId = await shop.customer({ mobile })
const seriesId = await shop.series({ is_multiple_use_allowed: false })
const till = { tillCode: shop.tillCode, password }
const webShop = { clientKey: shop.clientKey, clientSecret: shop.clientSecret }

const clientWith = (options: Partial<ClientOptions> = {}) =>
  createClient({ baseUrl: proxy.url, credentials: till, ...options })
const busy = (retryAfter?: string) => ({
  status: 503,
  headers: {
    'content-type': 'application/json',
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
  },
  body: JSON.stringify({ status: false, code: 503, message: 'The server is overloaded; retry later' }),
})
const soon = busy('0')
const bodyFor = (code: string) => ({ redemptionRequestList: [{ code }], user: { mobile }, billAmount: 100 })
const newCode = async (): Promise<string> => (await shop.coupon(seriesId, customerId)).code
const redemptionsOf = async (code: string): Promise<unknown> =>
  (await shop.history(customerId, `coupon_codes=${code}`))[0]?.['redemptionCount']

/** The error of a call that fails. */
const failureOf = (call: Promise<unknown>): Promise<CounterfoilError> =>
  call.then(
    () => expect.fail('The call was answered'),
    (error: unknown) => error as CounterfoilError,
  )

beforeEach(() => proxy.plan())

describe('a write', () => {
  test('whose answer is lost, and whose retry meets a busy server, is executed once and answered', async () => {
    const code = await newCode()
    proxy.plan('lose', busy('1'), 'cut', 'pass')
    const startedAt = Date.now()
    const { redemption, redemptionStatus } = await clientWith().redeemCoupon({ body: bodyFor(code) })
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000)
    expect(redemptionStatus).toMatchObject({ status: true, code: 700 })
    expect(redemption[0]?.redemptionId).toMatch(/^\d+$/)
    expect(proxy.seen.map(({ call }) => call)).toEqual(Array(4).fill('POST /v2/coupon/redeem'))
    const keys = new Set(proxy.seen.map(({ key }) => key))
    expect([...keys]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])
    expect(await redemptionsOf(code)).toBe(1)
    await shop.expectLedgerAdds()
  })

  test('of version 1.1 is executed once, too, and each call has its own key', async () => {
    const code = await newCode()
    const client = clientWith()
    const redeem = () =>
      client.redeemCouponsV11({ body: { root: { coupon: { code, customer: { mobile } } } } })
    proxy.plan('lose', 'pass')
    const { response } = await redeem()
    expect([response.coupons.coupon].flat()[0]?.item_status.code).toBe(700)
    // The second call is another sale, so its answer is that of a used coupon.
    const { response: later } = await redeem()
    expect(later.status).toMatchObject({ success: 'false', code: 500 })
    const keys = proxy.seen.map(({ key }) => key)
    expect(new Set(keys).size).toBe(2)
    expect(keys[0]).toBe(keys[1])
    expect(await redemptionsOf(code)).toBe(1)
  })

  test('that fails without an answer can be finished by another client with its key', async () => {
    const code = await newCode()
    proxy.plan('lose')
    const error = await failureOf(clientWith({ retries: 0 }).redeemCoupon({ body: bodyFor(code) }))
    expect(error).toBeInstanceOf(CounterfoilError)
    expect(error).toMatchObject({ kind: 'network', status: undefined, code: undefined, tries: 1 })
    const { idempotencyKey = '' } = error
    const { redemptionStatus } = await clientWith().redeemCoupon({ idempotencyKey, body: bodyFor(code) })
    expect(redemptionStatus.code).toBe(700)
    expect(await redemptionsOf(code)).toBe(1)
    const reused = await failureOf(
      clientWith().redeemCoupon({ idempotencyKey, body: { ...bodyFor(code), billAmount: 101 } }),
    )
    expect(reused).toMatchObject({ kind: 'refused', status: 422, code: 422, tries: 1 })
  })

  test('that uploads a file is executed once, too', async () => {
    const file = new File(['code\nSPRING-0001\nSPRING-0002\n'], 'spring.csv', { type: 'text/csv' })
    const series = await shop.series({})
    proxy.plan('lose', 'pass')
    const { result } = await clientWith().uploadCoupons({
      couponSeriesId: series,
      body: { file, customerIdentifier: 'NOT_TAGGED' },
    })
    expect(proxy.seen).toHaveLength(2)
    const { result: uploads } = await clientWith().getUploadStatus({ couponSeriesId: series })
    const ids = uploads.uploadJobStatuses.map(({ jobId }) => jobId)
    expect(ids).toEqual(result.uploadJobStatuses.map(({ jobId }) => jobId))
    expect(ids).toHaveLength(1)
  })

  test('without a key is sent once, whether or not it is answered', async () => {
    const client = clientWith()
    for (const fate of ['lose', soon] as const) {
      proxy.plan(fate)
      const error = await failureOf(
        client.createClient(
          { body: { name: `web ${JSON.stringify(fate)}`, till: shop.tillCode } },
          {
            headers: { 'Idempotency-Key': 'no key of this call' },
          },
        ),
      )
      expect(error).toMatchObject({ tries: 1, idempotencyKey: undefined })
      expect(proxy.seen).toHaveLength(1)
    }
  })
})

describe('retrying', () => {
  test('repeats a read, with the settings of the call', async () => {
    proxy.plan('lose', 'cut', soon, 'pass')
    const { entity } = await clientWith({ retries: 0 }).getCustomerCoupons({ mobile }, { retries: 3 })
    expect(entity.customers[0]?.mobile).toBe(mobile)
    expect(proxy.seen).toHaveLength(4)
    expect(proxy.seen.map(({ key }) => key)).not.toContain(expect.anything())
  })

  test('ends with the last refusal when no attempt is left', async () => {
    proxy.plan(soon, soon, 'pass')
    const error = await failureOf(clientWith({ retries: 1 }).getCustomerCoupons({ mobile }))
    expect(error).toMatchObject({ kind: 'refused', status: 503, code: 503, tries: 2, retryAfterMs: 0 })
    expect(error.message).toBe('The server is overloaded; retry later (code 503, HTTP 503) (after 2 tries)')
  })

  test('ends at once when the server asks for a longer pause than the call has time left', async () => {
    proxy.plan(busy('60'), 'pass')
    const error = await failureOf(clientWith().redeemCoupon({ body: bodyFor('ANY') }))
    expect(error).toMatchObject({ status: 503, tries: 1, retryAfterMs: 60_000 })
    expect(error.idempotencyKey).toBe(proxy.seen[0]?.key)
  })

  test('treats an attempt without an answer in time as a timeout, and the next one can succeed', async () => {
    const client = clientWith({ timeoutMs: 1_000 })
    proxy.plan('hang', 'hang')
    const error = await failureOf(client.getCustomerCoupons({ mobile }, { retries: 1, timeoutMs: 50 }))
    expect(error).toMatchObject({ kind: 'timeout', message: 'No answer in time (after 2 tries)' })
    proxy.plan('hang', 'pass')
    expect(await client.getCustomerCoupons({ mobile }, { timeoutMs: undefined as never })).toHaveProperty(
      'entity',
    )
  })

  test('ends on a signal while a call waits for an answer, a pause or a token', async () => {
    const reason = new Error('The customer has left')
    const client = clientWith()
    const aborted = async (using = client): Promise<unknown> => {
      const controller = new AbortController()
      const failure = failureOf(using.getCustomerCoupons({ mobile }, { signal: controller.signal }))
      await expect.poll(() => proxy.seen.length, { timeout: 20_000 }).toBe(1)
      setTimeout(() => controller.abort(reason), 20)
      return failure
    }
    proxy.plan('hang')
    expect(await aborted()).toBe(reason)
    proxy.plan(busy('5'))
    expect(await aborted()).toBe(reason)
    expect(proxy.seen).toHaveLength(1)

    const never = clientWith({ credentials: { token: () => new Promise<string>(() => {}) } })
    const signal = AbortSignal.timeout(20)
    expect(await failureOf(never.getCustomerCoupons({ mobile }, { signal }))).toBe(signal.reason)
  })
})

describe('credentials', () => {
  test('of a client are exchanged once for a token, which is renewed when the server refuses it', async () => {
    const client = clientWith({ credentials: webShop })
    await Promise.all([1, 2, 3].map(() => client.getCustomerCoupons({ mobile })))
    const tokens = () => proxy.seen.filter(({ call }) => call === 'POST /v3/oauth/token/generate').length
    expect([tokens(), proxy.seen.length]).toEqual([1, 4])

    const code = await newCode()
    proxy.plan({ status: 401 }, 'lose', 'pass')
    const { redemptionStatus } = await client.redeemCoupon({ body: bodyFor(code) })
    expect(redemptionStatus.code).toBe(700)
    expect([tokens(), proxy.seen.length]).toEqual([1, 4])
    expect(new Set(proxy.seen.flatMap(({ key }) => key ?? [])).size).toBe(1)

    proxy.plan({ status: 401 }, { status: 401 }, 'pass')
    expect(await failureOf(client.getCustomerCoupons({ mobile }))).toMatchObject({ status: 401 })
  })

  test('that are wrong lead to a refusal, and the next call tries them again', async () => {
    const client = clientWith({ credentials: { ...webShop, clientSecret: 'wrong' } })
    for (const _ of [1, 2]) {
      const error = await failureOf(client.getCustomerCoupons({ mobile }))
      expect(error).toMatchObject({ kind: 'refused', status: 401 })
    }
    expect(proxy.seen.map(({ call }) => call)).toEqual(Array(2).fill('POST /v3/oauth/token/generate'))
    const wrongTill = clientWith({ credentials: { ...till, password: 'wrong' } })
    expect(await failureOf(wrongTill.getCustomerCoupons({ mobile }))).toMatchObject({ status: 401, tries: 1 })
  })
})

describe('a refusal', () => {
  test('of a coupon is returned, and one of the whole request is thrown, whatever its HTTP status', async () => {
    const client = clientWith()
    const used = await newCode()
    await client.redeemCoupon({ body: bodyFor(used) })
    const again = await client.redeemCoupon({ body: bodyFor(used) })
    expect(again.redemptionStatus).toMatchObject({ status: false, code: 711 })
    expect(again.redemption[0]?.code).toBe(used)
    const checked = await client.isRedeemable({ mobile, code: used })
    expect(checked.redemptionStatus.status).toBe(false)

    const user = { mobile: '919400480000' }
    const stranger = await failureOf(client.redeemCoupon({ body: { ...bodyFor(used), user } }))
    expect(stranger).toMatchObject({ kind: 'refused', status: 400, code: 701, tries: 1 })
    expect(stranger.requestId).toMatch(/./)
    // These two refusals are answered with 200.
    const unknown = await failureOf(client.reverseRedemptions({ body: { redemptionIds: [999_999] } }))
    expect(unknown).toMatchObject({ kind: 'refused', status: 200, code: 510 })
    const several = await failureOf(
      client.issueMultipleCoupons({ body: { seriesId: 999_999, count: 2, customer: { mobile } } }),
    )
    expect(several).toMatchObject({ kind: 'refused', status: 200, code: 707 })
  })

  test('has the codes of every family of calls', async () => {
    const client = clientWith()
    const issue = client.issueCoupon({ body: { seriesId: 999_999, customer: { mobile } } })
    expect(await failureOf(issue)).toMatchObject({ status: 400, code: 707 })
    const unknown = client.getCustomerCoupons({ mobile: '919400480000' })
    expect(await failureOf(unknown)).toMatchObject({ status: 404, errors: [{ code: expect.any(Number) }] })
    const problem = await failureOf(client.getWebhook({ id: 999 }))
    expect(problem).toMatchObject({ status: 404, code: 404, body: { name: 'notFound' } })
    const older = client.redeemCouponsV11({ body: { root: { coupon: [] } } })
    expect(await failureOf(older)).toMatchObject({ status: 400, code: 400 })
    proxy.plan({ status: 413, headers: { 'content-type': 'text/html' }, body: '<h1>Too large</h1>' })
    const foreign = await failureOf(client.getCustomerCoupons({ mobile }))
    expect(foreign).toMatchObject({ message: 'HTTP 413', code: undefined, body: '<h1>Too large</h1>' })
  })

  test('is also thrown for the answer of a server other than Counterfoil', async () => {
    const client = clientWith()
    const redeem = () => failureOf(client.redeemCoupon({ body: bodyFor('ANY') }))
    proxy.plan({ status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Welcome</h1>' })
    expect(await redeem()).toMatchObject({ kind: 'refused', status: 200, tries: 1 })
    proxy.plan({ status: 302, headers: { location: `${proxy.url}/v2/customers/coupons` } })
    expect(await redeem()).toMatchObject({ status: 302, message: expect.stringContaining('baseUrl') })
    expect(proxy.seen).toHaveLength(1)
  })
})

test('an invalid address is refused when the client is created', () => {
  expect(() => clientWith({ baseUrl: 'coupons.example.com' })).toThrow(TypeError)
  expect(() => clientWith({ baseUrl: 'ftp://coupons.example.com' })).toThrow('baseUrl')
})
