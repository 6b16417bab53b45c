import { createInterface } from 'node:readline/promises'

const question = `When a till sends the same sale again (same till, bill number, code and customer), should it get the answer of the first redemption?
  yes: a till that lost an answer is safe without an Idempotency-Key, but a code that is keyed in twice under one bill is not noticed.
  no:  it is refused, as the original does, and a till that lost an answer shows an error although the coupon is used.
Answer y or n (n): `

/** Where is asked: a terminal on both sides, or nobody is there to answer. */
interface Streams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

const note =
  'A repeated sale is refused, which a till without an Idempotency-Key meets after a lost answer; --replay-retries answers it with the first redemption.\n'

interface Choice {
  /** A repeated sale is answered with its first redemption. */
  readonly isOn: boolean
  /** What is told on standard error once the organisation is made; empty: somebody has chosen. */
  readonly note: string
}

/** What a repeated sale comes to. Asked on a terminal where it was not stated; elsewhere it is off, and a line says so. */
export async function askReplaysTillRetries(
  stated: boolean | undefined,
  streams: Streams = process,
): Promise<Choice> {
  if (stated !== undefined) return { isOn: stated, note: '' }
  const { stdin: input, stderr: output } = streams
  if (!input.isTTY || !output.isTTY) return { isOn: false, note }
  const terminal = createInterface({ input, output })
  try {
    return { isOn: /^\s*y(es)?\s*$/i.test(await terminal.question(question)), note: '' }
  } finally {
    terminal.close()
  }
}
