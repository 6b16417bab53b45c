import { expect, test } from 'vitest'
import { readRows, startExample } from '../support/examples.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { emptyFolder, ownDatabase, setUpProcesses, startServer, until } from '../support/process-harness.ts'

setUpProcesses()

const code = 'RXYEDPREM3BRTF7U'
const basket = {
  mobile: '919400488244',
  codes: [code],
  items: [
    { sku: 'SHIRT', quantity: 1 },
    { sku: 'SOCKS', quantity: 2 },
  ],
}
const ready = /shop serves on (\S+)/

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

async function call(url: string, method: string, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(url + path, {
    method,
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

async function openShop() {
  const dataDir = await ownDatabase()
  const server = await startServer(dataDir, { env: { COUNTERFOIL_DEMO: '1' } })
  const proxy = await startLossyProxy(server.url)
  const env = { COUNTERFOIL_URL: proxy.url, SHOP_DATA: `${await emptyFolder()}/orders`, PORT: '0' }
  const start = () => startExample('checkout/server.js', dataDir, { env, ready })
  const standing = () =>
    readRows<{ kept: string; reversed: boolean }>(
      dataDir,
      `select r.discount_amount::text as kept, v.redemption_id is not null as reversed
       from redemptions r left join reversals v on v.org_id = r.org_id and v.redemption_id = r.id
       where r.transaction_number like 'order-%' order by r.id`,
    )
  return { proxy, start, standing }
}

test('the shop quotes, holds, takes the payment, redeems, and refunds items less their part of the discount', async () => {
  const { start, standing, proxy } = await openShop()
  const { url } = await start()
  const quote = await call(url, 'POST', '/quotes', { ...basket, codes: [code, 'NO-SUCH'] })
  expect(quote.body).toMatchObject({
    total: '100.00',
    discount: '12.00',
    toPay: '88.00',
    codes: [{ works: true }, { works: false, refusal: { code: 702 } }],
  })
  const refused = await call(url, 'POST', '/orders', { ...basket, codes: [code, 'NO-SUCH'] })
  expect(refused).toMatchObject({ status: 409, body: { refusals: [{ code: 'NO-SUCH' }] } })

  const order = await call(url, 'POST', '/orders', basket)
  expect(order).toMatchObject({ status: 201, body: { state: 'open', toPay: '88.00' } })
  const path = `/orders/${String(order.body['id'])}`
  const second = await call(url, 'POST', '/orders', basket)
  expect(second.status).toBe(409)
  expect((await call(url, 'POST', `${path}/pay`, { card: 'declined' })).status).toBe(402)
  expect(await standing()).toEqual([])
  expect((await call(url, 'POST', `${path}/pay`, { card: 'good' })).body).toMatchObject({ state: 'paid' })
  expect((await call(url, 'POST', `${path}/pay`, { card: 'good' })).body).toMatchObject({ state: 'paid' })
  expect(await standing()).toEqual([{ kept: '12.000', reversed: false }])

  const socks = { id: 'r1', items: [{ id: '2', quantity: 1 }], reason: 'Wrong size' }
  const refund = { refund: '17.60', discountReturned: '2.40' }
  expect((await call(url, 'POST', `${path}/returns`, socks)).body).toMatchObject(refund)
  expect((await call(url, 'POST', `${path}/returns`, socks)).body).toMatchObject(refund)
  const tooMany = await call(url, 'POST', `${path}/returns`, { id: 'r2', items: [{ id: '2', quantity: 2 }] })
  expect(tooMany.status).toBe(409)
  const rest = {
    id: 'r3',
    items: [
      { id: '1', quantity: 1 },
      { id: '2', quantity: 1 },
    ],
  }
  expect((await call(url, 'POST', `${path}/returns`, rest)).body).toMatchObject({
    refund: '70.40',
    discountReturned: '9.60',
  })
  expect(await standing()).toEqual([{ kept: '0.000', reversed: true }])
  proxy.close()
})

test('a payment whose answer is lost, or during which the shop is killed, redeems once', async () => {
  const { start, standing, proxy } = await openShop()
  const first = await start()
  const order = await call(first.url, 'POST', '/orders', basket)
  const path = `/orders/${String(order.body['id'])}`
  proxy.plan('hang')
  const interrupted = call(first.url, 'POST', `${path}/pay`, { card: 'good' }).catch(() => 'no answer')
  await until('the redemption is under way', () => proxy.seen.length > 0)
  first.child.kill('SIGKILL')
  expect(await interrupted).toBe('no answer')
  expect(await standing()).toEqual([])

  proxy.plan('lose', 'cut', { status: 503, headers: { 'retry-after': '0' } })
  const { url } = await start()
  await until('the order is paid', async () => {
    const { body } = await call(url, 'GET', path)
    return body['state'] === 'paid'
  })
  expect(new Set(proxy.seen.map(({ key }) => key)).size).toBe(1)
  // More on a machine that is so busy that an answer takes longer than the shop waits.
  expect(proxy.seen.length).toBeGreaterThanOrEqual(4)
  expect(await standing()).toEqual([{ kept: '12.000', reversed: false }])
  proxy.close()
})
