// Receives webhooks: verifies, writes down, answers, and works afterwards.
// Start: WEBHOOK_SECRET=whsec_… node examples/webhooks/receiver.js
import { existsSync, readFileSync, truncateSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'

const secrets = (process.env.WEBHOOK_SECRET ?? '').split(',').filter((one) => one !== '')
if (secrets.length === 0) {
  console.error(
    'Set WEBHOOK_SECRET to the secret of the webhook (whsec_…); while it is rotated, to both, with a comma between',
  )
  process.exit(2)
}
const port = Number(process.env.PORT ?? 3000)
const inboxFile = process.env.INBOX ?? 'webhook-inbox.ndjson'
const maxBytes = 1_048_576

const webhooks = secrets.map((secret) => new Webhook(secret))

/** The message, if a secret has signed it within the last five minutes; otherwise undefined. The signature is over the raw bytes. */
function verified(raw, headers) {
  for (const webhook of webhooks) {
    try {
      return webhook.verify(raw, headers)
    } catch {
      // Perhaps the other secret.
    }
  }
  return undefined
}

// The inbox: in earnest a table with the event id as its key and a column that says what is done. Here it is a file of lines:
// each message, and { done } when it was worked on. A line that a crash left incomplete was not acknowledged: it is cut off,
// and its message comes again.
const before = existsSync(inboxFile) ? readFileSync(inboxFile, 'utf8') : ''
const end = before.lastIndexOf('\n') + 1
if (end < before.length) truncateSync(inboxFile, Buffer.byteLength(before.slice(0, end)))
const lines = before
  .slice(0, end)
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line))
/** Event ids, each with the promise that its message is on disk. */
const seen = new Map(
  lines.filter(({ done }) => done === undefined).map(({ eventId }) => [eventId, Promise.resolve()]),
)
const done = new Set(lines.map((line) => line.done))
/** Messages to be worked on, in the order in which they came: those of one coupon come in the order of its events. */
const waiting = lines.filter(({ eventId }) => eventId !== undefined && !done.has(eventId))

const inbox = await open(inboxFile, 'a', 0o600)
let lastWrite = Promise.resolve()

/** Resolves when the line is on disk. Lines are written one after the other. */
function write(line) {
  const written = lastWrite.then(async () => {
    await inbox.appendFile(`${JSON.stringify(line)}\n`)
    await inbox.datasync()
  })
  lastWrite = written.catch(() => {})
  return written
}

/** Resolves when the message is on disk. The same message again, even at the same moment, waits for the first. */
async function keep(message) {
  const earlier = seen.get(message.eventId)
  if (earlier !== undefined) return earlier
  const kept = write(message)
  seen.set(message.eventId, kept)
  try {
    await kept
  } catch (error) {
    // It is answered with 500, and comes again.
    seen.delete(message.eventId)
    throw error
  }
  waiting.push(message)
  void workOnAll()
}

/**
 * Your work goes here. It may take as long as it takes, since the sender has its answer. A crash between it and the line that says
 * it is done repeats it: in a database, both are one transaction.
 *
 * @param {{ eventName: string, refId: string, data?: { return?: { amount: string }, discountAmount?: string } }} message
 */
async function work({ eventName, refId, data = {} }) {
  const amount = data.return?.amount ?? data.discountAmount
  console.log(`${eventName} ${refId}${amount === undefined ? '' : ` ${amount}`}`)
}

let isWorking = false
async function workOnAll() {
  if (isWorking) return
  isWorking = true
  try {
    for (let message; (message = waiting[0]) !== undefined; waiting.shift()) {
      await work(message)
      await write({ done: message.eventId })
    }
  } catch (error) {
    console.error(`${waiting[0]?.eventId} is tried again in ten seconds:`, error)
    setTimeout(() => void workOnAll(), 10_000)
  } finally {
    isWorking = false
  }
}

async function readBody(request) {
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function receive(request) {
  if (request.method !== 'POST') return 405
  const raw = await readBody(request)
  if (raw === undefined) return 413
  const message = verified(raw, request.headers)
  if (message === undefined) return 401
  await keep(message)
  return 204
}

async function answer(request, response) {
  const status = await receive(request).catch((error) => {
    console.error(error)
    // Not kept: it comes again.
    return 500
  })
  response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end()
}

const server = createServer((request, response) => void answer(request, response))
void workOnAll()
server.listen(port, '127.0.0.1', () => {
  const { port: bound } = /** @type {import('node:net').AddressInfo} */ (server.address())
  console.log(`Receives on http://127.0.0.1:${bound}/hook`)
})
