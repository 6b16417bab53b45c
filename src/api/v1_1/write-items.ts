import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../values/caller.ts'
import { Refusal } from '../../values/errors.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { orRefusal, readItems, type Item } from '../../http/v1_1-envelope.ts'

export type IdempotencyKey = ReturnType<typeof readIdempotencyKey>

interface Written {
  readonly items: readonly Item[]
  /** Every item was written by an earlier request with the same key. */
  readonly isReplay: boolean
}

/**
 * Writes the customers of a request one after the other. Each succeeds or fails separately, sees the changes of the
 * previous ones, and is a command with its own idempotency key.
 */
export async function writeItems<Sent, Done extends { readonly isReplay: boolean }>(
  caller: Caller,
  request: FastifyRequest,
  sent: Sent | readonly Sent[],
  write: (sent: Sent, idempotencyKey: IdempotencyKey) => Promise<Done>,
  toWire: (sent: Sent, written: Done | Refusal) => Item,
): Promise<Written> {
  const key = readIdempotencyKey(request, caller)
  const items: Item[] = []
  let replays = 0
  for (const [at, one] of readItems('customer', sent).entries()) {
    const itemKey = key && { ...key, route: `${key.route} item ${at}` }
    const written = await orRefusal(() => write(one, itemKey))
    if (!(written instanceof Refusal) && written.isReplay) replays += 1
    items.push(toWire(one, written))
  }
  return { items, isReplay: replays === items.length }
}
