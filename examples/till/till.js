// A till that goes on selling while the line is dead. Start: node examples/till/till.js
//
// It reads sales from standard input, one JSON object a line:
//   {"number":"S1-000017","code":"RXYEDPREM3BRTF7U","mobile":"919400488244","amount":"100.00"}
// and prints one line when a sale is on disk ("queued"), and one when Counterfoil has decided on it.
//
// The order of steps is what makes each sale happen exactly once, whatever is killed when:
//   1. the sale is written to the queue with an Idempotency-Key of its own, and is on disk;
//   2. it is sent, with that key, as often as it takes to get an answer;
//   3. the answer is written down, and is on disk. Until then the same request is sent again after a restart.
import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, fromEnvironment, NoAnswer } from '../counterfoil.js'

const call = connect({ ...fromEnvironment, timeoutMs: Number(process.env.TIMEOUT_MS ?? 5_000) })
const queueFile = process.env.QUEUE ?? 'till-queue.ndjson'
/** Counterfoil remembers a key for seven days (IDEMPOTENCY_KEPT_DAYS). An older sale is for a person to look at. */
const keyLivesMs = 6 * 86_400_000

/** A file of JSON lines that only grows. A line that a power cut left incomplete was never acknowledged, and is cut off. */
function openJournal(file) {
  const whole = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const end = whole.lastIndexOf('\n') + 1
  if (end < whole.length) truncateSync(file, Buffer.byteLength(whole.slice(0, end)))
  const records = whole
    .slice(0, end)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const fd = openSync(file, 'a', 0o600)
  return {
    records,
    /** Returns when the record is on disk. */
    append(record) {
      writeSync(fd, `${JSON.stringify(record)}\n`)
      fsyncSync(fd)
    },
    close: () => closeSync(fd),
  }
}

const journal = openJournal(queueFile)
const known = new Set()
/** Sales without an answer, oldest first. */
const open = new Map()
for (const record of journal.records) {
  if (record.kind === 'sale') {
    known.add(record.number)
    open.set(record.number, record)
  } else open.delete(record.number)
}
let wake = () => {}
let isInputOver = false

function queue(line) {
  let sale
  try {
    sale = JSON.parse(line)
  } catch {
    sale = undefined
  }
  const { number, code, mobile, amount } = sale ?? {}
  if ([number, code, amount].some((one) => typeof one !== 'string' || one === '')) {
    console.log(`not a sale: ${line}`)
    return
  }
  // Whoever feeds the till may not have seen that it was queued, and hand it over again.
  if (!known.has(number)) {
    const record = { kind: 'sale', number, code, mobile, amount, key: randomUUID(), queuedAt: Date.now() }
    journal.append(record)
    known.add(number)
    open.set(number, record)
  }
  console.log(`queued ${number}`)
  wake()
}

/** @returns what became of the sale, or undefined: it stays in the queue. */
async function send({ number, code, mobile, amount, key, queuedAt }) {
  if (Date.now() - queuedAt > keyLivesMs) return { outcome: 'stale', detail: 'queued more than six days ago' }
  const { status, body } = await call('POST', '/till/v1/redemptions', {
    key,
    body: {
      codes: [code],
      ...(mobile !== undefined && { customer: { mobile } }),
      bill: { amount, transactionNumber: number },
    },
  })
  if (status >= 200 && status < 300) return { outcome: 'redeemed', discount: body.total }
  // The coupon does not work: used elsewhere while the line was dead, for example. If the discount was given already, the
  // list of refused sales says what it cost.
  if (status === 409) return { outcome: 'refused', detail: body.detail }
  // Wrong credentials, or a fault of the server, are no property of the sale. It waits until somebody has put them right.
  if (status === 401 || status === 403 || status >= 500)
    throw new NoAnswer(
      `Counterfoil answers ${status}: ${body.detail ?? ''} (request ${body.requestId ?? 'unknown'})`,
    )
  // 400, 404, 422: this request will never be accepted as it is, and must not block those behind it.
  return { outcome: 'invalid', detail: `${status} ${body.detail}` }
}

/** Sends the open sales, one at a time, until the input is over and all of them have an answer. */
async function sendAll() {
  for (let failures = 0; ;) {
    const [sale] = open.values()
    if (sale === undefined) {
      if (isInputOver) return
      await /** @type {Promise<void>} */ (new Promise((resolve) => (wake = resolve)))
      continue
    }
    try {
      const answer = await send(sale)
      journal.append({ kind: 'answer', number: sale.number, at: Date.now(), ...answer })
      open.delete(sale.number)
      failures = 0
      console.log(`${answer.outcome} ${sale.number} ${answer.discount ?? answer.detail}`)
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      failures += 1
      // To the end of the queue, so that a sale that the server fails on does not block the others.
      open.delete(sale.number)
      open.set(sale.number, sale)
      if (failures === 1) console.error(`${error.message}; ${open.size} sales wait`)
      await sleep(Math.random() * Math.min(30_000, 500 * 2 ** failures))
    }
  }
}

if (open.size > 0) console.error(`${open.size} sales of an earlier run wait`)
createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line.trim() !== '') queue(line)
  })
  .on('close', () => {
    isInputOver = true
    wake()
  })
await sendAll()
journal.close()
