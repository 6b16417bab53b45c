// A small shop: quote → hold → pay → redeem → return. Start: node examples/checkout/server.js (README.md has the calls).
//
//   POST /quotes              what codes are worth on a basket
//   POST /orders              holds the codes for this order, and says what is to be paid
//   POST /orders/ID/pay       authorises the payment, redeems, captures
//   POST /orders/ID/returns   refunds items, less the part of the discount that fell to them
//   GET  /orders/ID
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { connect, fromEnvironment, NoAnswer } from '../counterfoil.js'
import { toPaise, toText } from './money.js'
import { openOrders } from './orders.js'
import { payments } from './payments.js'

const products = new Map([
  ['SHIRT', 60_00],
  ['SOCKS', 20_00],
  ['SCARF', 35_50],
])
const holdSeconds = 900
const port = Number(process.env.PORT ?? 3100)
const call = connect(fromEnvironment)
const orders = openOrders(process.env.SHOP_DATA ?? 'shop-data')

/** What the shop answers instead of going on. */
class Problem extends Error {
  constructor(status, message, more = {}) {
    super(message)
    this.answer = { status, body: { message, ...more } }
  }
}

/**
 * A basket as the customer sent it, as a bill for Counterfoil. Prices are the shop's own.
 *
 * @param {{ items?: unknown, codes?: unknown, mobile?: string }} basket
 */
function readBasket({ items, codes = [], mobile } = {}) {
  if (!Array.isArray(items) || items.length === 0)
    throw new Problem(400, 'items: a list of { sku, quantity }')
  if (!Array.isArray(codes)) throw new Problem(400, 'codes: a list of texts')
  const lines = items.map(({ sku, quantity }, at) => {
    const price = products.get(sku)
    if (price === undefined) throw new Problem(400, `There is no product ${sku}`)
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > 100)
      throw new Problem(400, 'quantity: a whole number from 1 to 100')
    return { id: String(at + 1), sku, quantity, price }
  })
  return { lines, codes, mobile, total: lines.reduce((sum, one) => sum + one.price * one.quantity, 0) }
}

const requestOf = ({ lines, codes, mobile, total }, transactionNumber) => ({
  codes,
  ...(mobile !== undefined && { customer: { mobile } }),
  bill: {
    amount: toText(total),
    ...(transactionNumber !== undefined && { transactionNumber }),
    items: lines.map((one) => ({ ...one, price: toText(one.price) })),
  },
})

/** An answer that is not 2xx. 409: coupons are refused, each with its reason. Anything else is a fault to look into. */
function failure({ status, body }) {
  if (status === 409) return new Problem(409, body.detail, { refusals: body.refusals })
  if (status === 404 || status === 400) return new Problem(status, body.detail)
  // 401 and 403: credentials; 422: one key for two requests; 500: see the log of Counterfoil under the request id.
  console.error(
    `Counterfoil answers ${status}: ${body.detail ?? ''} (request ${body.requestId ?? 'unknown'})`,
  )
  return new Problem(502, 'Coupons cannot be used at the moment')
}
const isDone = ({ status }) => status >= 200 && status < 300

async function quote(body) {
  const basket = readBasket(body)
  if (basket.codes.length === 0)
    return { total: toText(basket.total), codes: [], toPay: toText(basket.total) }
  const answer = await call('POST', '/till/v1/quotes', { body: requestOf(basket), isRead: true })
  if (!isDone(answer)) throw failure(answer)
  const { codes, total: discount } = answer.body
  return { total: toText(basket.total), codes, discount, toPay: toText(basket.total - toPaise(discount)) }
}

/** From here on nobody else can use the coupons, until the order is paid or the hold expires. */
async function order(body) {
  const basket = readBasket(body)
  const made = {
    id: `order-${randomUUID()}`,
    state: 'open',
    ...basket,
    holdId: undefined,
    discount: 0,
    returns: [],
  }
  if (basket.codes.length > 0) {
    const held = await call('POST', '/till/v1/holds', {
      body: { reference: made.id, ttlSeconds: holdSeconds, ...requestOf(basket, made.id) },
      key: randomUUID(),
    })
    if (!isDone(held)) throw failure(held)
    made.holdId = held.body.id
    made.discount = toPaise(held.body.total)
  }
  await orders.save(made)
  return made
}

/**
 * Payment is authorised before coupons are redeemed, and captured after: neither is taken without the other.
 *
 * @param {any} made an order
 * @param {{ card?: string }} [payment]
 */
async function pay(made, { card } = {}) {
  if (made.state === 'paid') return made
  if (made.state === 'refused') throw new Problem(409, 'The coupons were refused; make a new order')
  if (made.state === 'open') {
    made.payKey ??= randomUUID()
    await orders.save(made)
    const paymentId = await payments.authorise(made.payKey, made.total - made.discount, card)
    if (paymentId === undefined) {
      // The next card is another attempt.
      delete made.payKey
      await orders.save(made)
      throw new Problem(402, 'The payment was declined')
    }
    // The key is on disk before the request is sent: a shop that is killed now repeats the same request.
    Object.assign(made, { state: 'redeeming', paymentId, redeemKey: randomUUID() })
    await orders.save(made)
  }
  return redeem(made)
}

async function redeem(made) {
  if (made.holdId !== undefined) {
    const answer = await call('POST', '/till/v1/redemptions', {
      body: { holdId: made.holdId },
      key: made.redeemKey,
    })
    if ([400, 404, 409].includes(answer.status)) {
      // Above all 409: the hold had expired, and somebody else took the last use. The customer agreed to another price, so
      // nothing is taken.
      await payments.cancel(made.paymentId)
      made.state = 'refused'
      await orders.save(made)
      throw failure(answer)
    }
    if (!isDone(answer)) throw failure(answer)
    // A hold reserves the uses. If a manager changed the series meanwhile, the ledger may have another amount: the customer
    // pays what was agreed, and accounting gets to know.
    if (toPaise(answer.body.total) !== made.discount)
      console.error(`${made.id}: ${toText(made.discount)} was given, and ${answer.body.total} recorded`)
    made.redemptions = answer.body.redemptions
  }
  await payments.capture(made.paymentId)
  made.state = 'paid'
  await orders.save(made)
  return made
}

/**
 * The customer gets back what the items cost, less what Counterfoil says of the discount fell to them. `id` is the caller's name
 * of this return: sent again, it is the same one.
 *
 * @param {any} made an order
 * @param {{ id?: string, items?: unknown, reason?: string }} [asked]
 */
async function giveBack(made, { id, items, reason } = {}) {
  if (made.state !== 'paid') throw new Problem(409, 'Only a paid order can be returned')
  if (typeof id !== 'string' || id === '') throw new Problem(400, 'id: a text, new for each return')
  let back = made.returns.find((one) => one.id === id)
  if (back === undefined) {
    back = { id, key: randomUUID(), items: readReturn(made, items), reason, refund: null, discount: 0 }
    made.returns.push(back)
    await orders.save(made)
  }
  if (back.refund === null) await finishReturn(made, back)
  return { id, refund: toText(back.refund), discountReturned: toText(back.discount) }
}

async function finishReturn(made, back) {
  if (made.holdId !== undefined) {
    const answer = await call('POST', '/till/v1/returns', {
      body: {
        transactionNumber: made.id,
        items: back.items.map((one) => ({ id: one.id, quantity: one.quantity })),
        ...(back.reason !== undefined && { reason: back.reason }),
      },
      key: back.key,
    })
    if (!isDone(answer)) {
      // Refused as a whole: there is nothing to finish later.
      made.returns = made.returns.filter((one) => one !== back)
      await orders.save(made)
      throw failure(answer)
    }
    back.discount = toPaise(answer.body.total)
  }
  const refund = back.items.reduce((sum, one) => sum + one.price * one.quantity, 0) - back.discount
  await payments.refund(back.key, made.paymentId, refund)
  back.refund = refund
  await orders.save(made)
}

function readReturn(made, items) {
  if (!Array.isArray(items) || items.length === 0) throw new Problem(400, 'items: a list of { id, quantity }')
  return items.map(({ id, quantity }) => {
    const line = made.lines.find((one) => one.id === String(id))
    if (line === undefined) throw new Problem(400, `The order has no line ${id}`)
    const gone = [...made.returns.flatMap((one) => one.items), ...items]
      .filter((one) => String(one.id) === line.id)
      .reduce((sum, one) => sum + one.quantity, 0)
    if (!Number.isInteger(quantity) || quantity < 1 || gone > line.quantity)
      throw new Problem(409, `Of line ${id}, fewer are left to return`)
    return { id: line.id, quantity, price: line.price }
  })
}

const shown = ({ id, state, total, discount, codes }) => ({
  id,
  state,
  codes,
  total: toText(total),
  discount: toText(discount),
  toPay: toText(total - discount),
})

async function handle(request) {
  const [, what, id, action] = new URL(request.url, 'http://shop').pathname.split('/')
  const given = await text(request)
  let body
  try {
    body = given === '' ? {} : JSON.parse(given)
  } catch {
    throw new Problem(400, 'The body is no JSON')
  }
  const called = `${request.method} /${what}${id ? '/ID' : ''}${action ? `/${action}` : ''}`
  if (called === 'POST /quotes') return { status: 200, body: await quote(body) }
  if (called === 'POST /orders') return { status: 201, body: shown(await order(body)) }
  const made = orders.get(id)
  if (what !== 'orders' || made === undefined) throw new Problem(404, 'There is no such page or order')
  if (called === 'GET /orders/ID') return { status: 200, body: shown(made) }
  const work = {
    'POST /orders/ID/pay': async () => shown(await pay(made, body)),
    'POST /orders/ID/returns': () => giveBack(made, body),
  }[called]
  if (work === undefined) throw new Problem(404, 'There is no such page')
  const result = await orders.alone(id, work)
  if (result === undefined) throw new Problem(409, 'The order is being worked on; try again')
  return { status: 200, body: result }
}

/** Nobody knows yet whether the coupons were redeemed. The order stays as it is, and is finished when the line is back. */
const unknown = {
  status: 202,
  body: { message: 'This takes longer than usual. Nothing is lost, and nothing happens twice.' },
}
const unavailable = { status: 503, body: { message: 'Coupons cannot be used at the moment; try again' } }

function answerTo(error, request) {
  if (error instanceof Problem) return error.answer
  if (error instanceof NoAnswer) return /\/(pay|returns)$/.test(request.url) ? unknown : unavailable
  console.error(error)
  return { status: 500, body: { message: 'The shop failed' } }
}

async function serve(request, response) {
  const { status, body } = await handle(request).catch((error) => answerTo(error, request))
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
const server = createServer((request, response) => void serve(request, response))

/** Finishes what a lost answer, or the end of an earlier process, has left. */
async function finishOrders() {
  for (const made of orders.all()) {
    const back = made.returns.find(({ refund }) => refund === null)
    const work = made.state === 'redeeming' ? () => redeem(made) : back && (() => finishReturn(made, back))
    if (work === undefined) continue
    await orders.alone(made.id, work).catch((error) => console.error(`${made.id}: ${error.message}`))
  }
  setTimeout(() => void finishOrders(), 5_000).unref()
}

server.listen(port, '127.0.0.1', () => {
  const { port: bound } = /** @type {import('node:net').AddressInfo} */ (server.address())
  console.log(`The shop serves on http://127.0.0.1:${bound}`)
  void finishOrders()
})
