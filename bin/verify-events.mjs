#!/usr/bin/env node
// Verifies exported events against signed checkpoints, without the database and without any other file: it may be copied.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const usage = `Usage: counterfoil-verify-events --key <file> --checkpoint <file> [--from <file>] <events file>

Verifies that a file of counterfoil export events holds what a checkpoint has signed, unchanged and complete.

  --key <file>         the public key of the organisation (counterfoil checkpoint key), kept since it was made
  --checkpoint <file>  a checkpoint at the end of the events, or within them (counterfoil checkpoint export)
  --from <file>        an earlier checkpoint, if the events begin after it (counterfoil export events --after)

Exit codes: 0 everything agrees, 1 something was changed, 2 wrong usage or a file that cannot be read.`

const format = 'counterfoil-checkpoint-1'
const signedFields = ['format', 'organisation', 'chain', 'position', 'eventId', 'hash', 'signedAt']

/** Something was changed. */
class Violation extends Error {}
/** The verification is not possible. */
class Unusable extends Error {}

const sha256 = (text) => createHash('sha256').update(text).digest('hex')

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Unusable(`cannot read ${file}: ${error.message}`)
  }
}

function readKey(file) {
  const text = read(file)
  try {
    const key = createPublicKey(text)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // Reported below.
  }
  throw new Unusable(`${file} is not a public key of Ed25519 in PEM`)
}

/** The signature covers the values of `signedFields`, each followed by a line feed. */
function readCheckpoint(file, key) {
  let checkpoint
  try {
    checkpoint = JSON.parse(read(file))
  } catch (error) {
    if (error instanceof Unusable) throw error
  }
  if (checkpoint?.format !== format)
    throw new Unusable(`${file} is not a checkpoint: its format should be ${format}`)
  const signed = signedFields.map((field) => `${checkpoint[field]}\n`).join('')
  const signature = Buffer.from(String(checkpoint.signature), 'base64')
  if (!Number.isSafeInteger(checkpoint.position) || !verify(null, Buffer.from(signed), key, signature))
    throw new Violation(`${file} is forged or altered: the key has not signed it`)
  return checkpoint
}

function parse(line, number) {
  try {
    const event = JSON.parse(line.toString())
    if (event !== null && typeof event === 'object') return event
  } catch {
    // Reported below.
  }
  throw new Violation(`line ${number} is not an event: the file was changed`)
}

const range = (first, last) => (first === last ? `position ${first}` : `positions ${first} to ${last}`)

/** Lines of a file, which end in a line feed and nothing else: a text may hold other characters that end lines. */
async function* linesOf(file) {
  let rest = Buffer.alloc(0)
  for await (const chunk of createReadStream(file)) {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      yield Buffer.concat([rest, chunk.subarray(from, at)])
      rest = Buffer.alloc(0)
      from = at + 1
    }
    rest = Buffer.concat([rest, chunk.subarray(from)])
  }
  if (rest.length > 0) yield rest
}

/** Compares an event with the line before it. */
function checkOrder(event, before, number) {
  const expected = before.position + 1
  if (event.position > expected)
    throw new Violation(
      `${range(expected, event.position - 1)} of the chain is missing before line ${number}: events were removed or reordered`,
    )
  if (event.position < expected)
    throw new Violation(
      `line ${number} has position ${event.position} where position ${expected} should be: events were reordered or inserted`,
    )
  if (event.id <= before.id)
    throw new Violation(
      `event ${event.id} at position ${event.position} follows event ${before.id}: events were reordered`,
    )
  if (event.previous === before.hash) return
  throw new Violation(
    before.line === undefined
      ? `the event at position ${event.position} does not continue the ${before.what}: it was changed, or the file is of another chain`
      : `the event at position ${before.position} (event ${before.id}) was changed, or the hash at position ${event.position} that names it`,
  )
}

async function main() {
  const { values, positionals } = parseArgs({
    options: {
      key: { type: 'string' },
      checkpoint: { type: 'string' },
      from: { type: 'string' },
      help: { type: 'boolean' },
    },
    allowPositionals: true,
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const [events] = positionals
  if (values.key === undefined || values.checkpoint === undefined || positionals.length !== 1)
    throw new Unusable(`--key, --checkpoint and one file of events are needed\n\n${usage}`)
  const key = readKey(values.key)
  const end = readCheckpoint(values.checkpoint, key)
  const start = values.from === undefined ? undefined : readCheckpoint(values.from, key)
  if (start !== undefined && (start.chain !== end.chain || start.organisation !== end.organisation))
    throw new Violation('the checkpoints are of different chains: the chain was begun anew between them')
  if (start !== undefined && start.position > end.position)
    throw new Unusable(
      `--from is of position ${start.position}, after position ${end.position} of --checkpoint`,
    )

  let before =
    start === undefined
      ? {
          position: 0,
          id: 0,
          hash: sha256(`counterfoil-chain-1 ${end.organisation} ${end.chain}`),
          what: 'beginning of the chain',
        }
      : { position: start.position, id: start.eventId, hash: start.hash, what: 'earlier checkpoint' }
  const first = before.position + 1
  let number = 0
  let isReached = before.position === end.position
  if (isReached && before.hash !== end.hash)
    throw new Violation('the two checkpoints of one position differ: the chain was rewritten')
  try {
    for await (const line of linesOf(events)) {
      number += 1
      const event = parse(line, number)
      checkOrder(event, before, number)
      if (event.organisation !== end.organisation)
        throw new Violation(
          `line ${number} is an event of organisation ${event.organisation}, not ${end.organisation}`,
        )
      before = { position: event.position, id: event.id, hash: sha256(line), line }
      if (before.position !== end.position) continue
      if (before.hash !== end.hash || before.id !== end.eventId)
        throw new Violation(
          `the chain does not lead to the checkpoint at position ${end.position}: this event was changed, or the chain was rewritten`,
        )
      isReached = true
    }
  } catch (error) {
    if (error.code === undefined) throw error
    throw new Unusable(`cannot read ${events}: ${error.message}`)
  }
  if (!isReached)
    throw new Violation(
      `the file ends at position ${before.position}, the checkpoint is of position ${end.position}: the events were cut short`,
    )
  const verified = end.position - first + 1
  console.log(
    `Verified: ${verified === 0 ? 'no events' : `${range(first, end.position)} of the chain of organisation ${end.organisation}`}, as signed at ${end.signedAt}`,
  )
  if (before.position > end.position)
    console.log(`Not signed by this checkpoint: ${range(end.position + 1, before.position)}`)
}

try {
  await main()
} catch (error) {
  const isViolation = error instanceof Violation
  console.error(
    isViolation ? `NOT VERIFIED: ${error.message}` : `counterfoil-verify-events: ${error.message}`,
  )
  process.exitCode = isViolation ? 1 : 2
}
