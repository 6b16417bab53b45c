import { setTimeout as sleep } from 'node:timers/promises'
import type { PlatformContext } from './context.ts'

/** Pause before a server without work checks again. */
const pauseMs = 1_000

/**
 * Works for as long as the server runs; a failed step is logged and retried.
 *
 * @param step does the pending work until `isStopped`; true: some work is left for this process.
 * @param failure describes what failed.
 * @returns a function that stops the work after the current step.
 */
export function keepWorking(
  { log }: PlatformContext,
  step: (isStopped: () => boolean) => Promise<boolean>,
  failure: string,
): () => Promise<void> {
  const stopping = new AbortController()
  const isStopped = () => stopping.signal.aborted
  const run = async (): Promise<void> => {
    while (!isStopped()) {
      let isMoreToDo = false
      try {
        isMoreToDo = await step(isStopped)
      } catch (error) {
        log.warn({ reason: (error as Error).message }, `${failure}; trying again later`)
      }
      if (!isMoreToDo) await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const running = run()
  return async () => {
    stopping.abort()
    await running
  }
}
