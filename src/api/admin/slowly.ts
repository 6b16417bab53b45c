import type { Context } from '../../ledger/context.ts'

/** Runs what takes a core for milliseconds in the queue of slow hashes. @throws Refusal 503 when it is full. */
export const slowly =
  ({ slowHashes }: Context) =>
  async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const made: Result[] = []
    await slowHashes.submit(async () => {
      made.push(await work())
      return true
    })
    return made[0] as Result
  }
