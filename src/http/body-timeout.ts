import { Socket } from 'node:net'
import type { App } from './app.ts'

/**
 * Gives bodies less time to arrive than the server allows for whole requests, which is the time of an upload.
 *
 * @param refuse answers on the socket, as after a time-out of the server itself.
 */
export function registerBodyTimeout(app: App, timeoutMs: number, refuse: (socket: Socket) => void): void {
  app.addHook('onRequest', async ({ raw, headers, routeOptions }) => {
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
    // An injected request has no connection that could be slow.
    if (!hasBody || routeOptions.config.isUpload === true || !(raw.socket instanceof Socket)) return
    const timeout = setTimeout(() => {
      // A body may have arrived completely without being read.
      if (!raw.complete) refuse(raw.socket)
    }, timeoutMs)
    // If a request was answered before its body arrived, the connection may be closed silently.
    timeout.unref()
    const stop = (): void => clearTimeout(timeout)
    raw.once('end', stop)
    raw.once('close', stop)
  })
}
