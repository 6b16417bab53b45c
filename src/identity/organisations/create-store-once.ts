import type { Caller } from '../../values/caller.ts'
import type { IdentityContext } from '../context.ts'
import type { GivenAnswer, Retryable } from '../../platform/idempotency/stored-answers.ts'
import { writeOnce } from '../../platform/idempotency/write-once.ts'
import { createStore, type NewStore } from './create-store.ts'

/** Creates a store for a request that may be sent again. `present` gets its id. @throws Refusal as `createStore`, 422. */
export function createStoreOnce(
  context: IdentityContext,
  caller: Caller,
  store: NewStore & Retryable<number>,
): Promise<GivenAnswer> {
  return writeOnce(context, caller, store, (transaction) => createStore(transaction, store))
}
