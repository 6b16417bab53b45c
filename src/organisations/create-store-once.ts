import type { Context } from '../context.ts'
import type { GivenAnswer, Retryable } from '../retries/stored-answers.ts'
import { writeOnce } from '../retries/write-once.ts'
import { createStore, type NewStore } from './create-store.ts'

/** Creates a store for a request that may be sent again. `present` gets its id. @throws Refusal as `createStore`, 422. */
export function createStoreOnce(context: Context, store: NewStore & Retryable<number>): Promise<GivenAnswer> {
  return writeOnce(context, store.orgId, store, (transaction) => createStore(transaction, store))
}
