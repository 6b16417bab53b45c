import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { OperatorError } from '../values/errors.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Time for interrupted work to clean up, and for the database to close. */
const graceMs = 3_000
const showCursor = '\u001B[?25h'

/** A command was stopped by a signal. */
export class Interrupted extends OperatorError {
  /** As shells report it: 130 for Ctrl-C. */
  readonly exitCode: number

  constructor(signal: NodeJS.Signals, goOn: string) {
    super(`stopped by ${signal}; ${goOn}`)
    this.exitCode = 128 + (constants.signals[signal] ?? 0)
  }
}

/**
 * Runs work that a signal can interrupt: the terminal's cursor and line are restored, and the work is notified by
 * `signal` and has a few seconds to clean up; after that it is abandoned. A second signal ends the process at once.
 *
 * @param goOn what was kept and what to do next, in half a sentence; a function is asked when the signal comes.
 * @throws Interrupted after a signal.
 */
export async function interruptible<Result>(
  goOn: string | (() => string),
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stopped = new AbortController()
  const working = work(stopped.signal)
  let giveUp: (reason: Error) => void = () => {}
  const givenUp = new Promise<never>((_resolve, reject) => {
    giveUp = reject
  })
  const onSignal = (signal: NodeJS.Signals): void => {
    const error = new Interrupted(signal, typeof goOn === 'string' ? goOn : goOn())
    if (process.stderr.isTTY) process.stderr.write(`${showCursor}\n`)
    if (stopped.signal.aborted) process.exit(error.exitCode)
    stopped.abort(error)
    void Promise.race([working.catch(() => {}), sleep(graceMs)]).then(() => giveUp(error))
  }
  for (const signal of signals) process.on(signal, onSignal)
  try {
    return await Promise.race([working, givenUp])
  } catch (error) {
    // Work that ended because of the signal has no failure of its own to report.
    throw stopped.signal.aborted ? stopped.signal.reason : error
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

/** Waits at most a few seconds for something to end. */
export const atMostAWhile = (ending: Promise<unknown>): Promise<unknown> =>
  Promise.race([ending, sleep(graceMs)])
