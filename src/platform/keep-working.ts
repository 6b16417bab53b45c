import { setTimeout as sleep } from 'node:timers/promises'
import type { PlatformContext } from './context.ts'

/** Pause of a server that has found nothing to do, before it looks again. */
const pauseMs = 1_000

/**
 * Works for as long as the server runs; a step that fails is told and tried again.
 *
 * @param step does what there is to do, until `isStopped`; true: something is left to be done by us.
 * @param failure says what could not be done.
 * @returns what ends it, after the step under way.
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
