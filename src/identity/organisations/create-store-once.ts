import type { Caller } from '../../values/caller.ts'
import type { IdentityContext } from '../context.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { writeIdempotently } from '../../platform/idempotency/idempotent-write.ts'
import { createStore, type NewStore } from './create-store.ts'

/** Creates a store, once per idempotency key. @throws Refusal as `createStore`, 422. */
export function createStoreOnce(
  context: IdentityContext,
  caller: Caller,
  store: NewStore & IdempotentCommand,
): Promise<Done<{ readonly storeId: number }>> {
  return writeIdempotently(context, caller, store, async (transaction) => ({
    outcome: { storeId: await createStore(transaction, store) },
  }))
}
