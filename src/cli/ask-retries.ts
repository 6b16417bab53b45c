import { ask, canAsk, type Streams } from './ask.ts'

const question = `When a till sends the same sale again (same till, bill number, code and customer), should it get the answer of the first redemption?
  yes: a till that lost an answer is safe without an Idempotency-Key, but a code that is keyed in twice under one bill is not noticed.
  no:  it is refused, as the original does, and a till that lost an answer shows an error although the coupon is used.
Answer y or n (n): `

const note =
  'The organisation refuses repeated sales, also when a till without an Idempotency-Key repeats one because the answer was lost. With --replay-retries such a till gets the answer of the first redemption.\n'

interface Choice {
  /** A repeated sale is answered with its first redemption. */
  readonly isOn: boolean
  /** Printed on standard error once the organisation is created; empty: the user has chosen. */
  readonly note: string
}

/** Asks on a terminal how to answer a repeated sale, if not stated; elsewhere it is off, and a line says so. */
export async function askReplaysTillRetries(
  stated: boolean | undefined,
  streams: Streams = process,
): Promise<Choice> {
  if (stated !== undefined) return { isOn: stated, note: '' }
  if (!canAsk(streams)) return { isOn: false, note }
  return { isOn: /^\s*y(es)?\s*$/i.test(await ask(question, streams)), note: '' }
}
