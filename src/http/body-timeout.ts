import { Socket } from 'node:net'
import type { App } from './app.ts'

/**
 * Gives bodies less time to arrive than the server as a whole allows, which is as long as an upload may take.
 *
 * @param refuse answers on the socket, as when the server's own time is over.
 */
export function registerBodyTimeout(app: App, timeoutMs: number, refuse: (socket: Socket) => void): void {
  app.addHook('onRequest', async ({ raw, headers, routeOptions }) => {
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
    // What is injected has no connection to be slow on.
    if (!hasBody || routeOptions.config.isUpload === true || !(raw.socket instanceof Socket)) return
    const timeout = setTimeout(() => {
      // One that nobody reads may be there all the same.
      if (!raw.complete) refuse(raw.socket)
    }, timeoutMs)
    // The connection of a request that was answered before its body came may be closed without a word.
    timeout.unref()
    const stop = (): void => clearTimeout(timeout)
    raw.once('end', stop)
    raw.once('close', stop)
  })
}
