import type { Caller } from '../access/caller.ts'
import type { Context } from '../context.ts'
import type { GivenAnswer, Retryable } from '../retries/stored-answers.ts'
import { writeOnce } from '../retries/write-once.ts'
import { createStore, type NewStore } from './create-store.ts'

/** Creates a store for a request that may be sent again. `present` gets its id. @throws Refusal as `createStore`, 422. */
export function createStoreOnce(
  context: Context,
  caller: Caller,
  store: NewStore & Retryable<number>,
): Promise<GivenAnswer> {
  return writeOnce(context, caller, store, (transaction) => createStore(transaction, store))
}
