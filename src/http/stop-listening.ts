import type { Server } from 'node:http'
import { setImmediate } from 'node:timers/promises'

/** Callers may come faster than they are taken in. */
const mostTurns = 1_000

/**
 * Takes no further connections, but all that callers have made by now: one that the process has not accepted yet, since it
 * was busy, would be reset with the request that it brings. A turn of the event loop accepts one.
 *
 * @returns when all connections are closed.
 */
export async function stopListening(server: Server): Promise<void> {
  let hasCome = true
  const noteConnection = (): void => void (hasCome = true)
  server.on('connection', noteConnection)
  for (let turns = 0; hasCome && turns < mostTurns; turns++) {
    hasCome = false
    await setImmediate()
  }
  server.off('connection', noteConnection)
  await new Promise((resolve) => server.close(resolve))
}
