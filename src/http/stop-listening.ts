import type { Server } from 'node:http'
import { setImmediate } from 'node:timers/promises'

/** Connections may arrive faster than they are accepted. */
const mostTurns = 1_000

/**
 * Stops listening, but first accepts all connections that are already established: one that a busy process has not
 * accepted yet would be reset together with its request. Each turn of the event loop accepts one.
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
