import type { FastifyRequest, preParsingHookHandler } from 'fastify'
import type { App } from './app.ts'

/** Their bodies are not read. */
const bodiless = new Set(['GET', 'HEAD'])

/** What the document says of a route: an empty list means that it needs no credentials. */
function needsCaller({ method, routeOptions }: FastifyRequest): boolean {
  if (bodiless.has(method)) return false
  const { security } = (routeOptions.schema ?? {}) as { security?: readonly unknown[] }
  return security === undefined || security.length > 0
}

/**
 * Finds out who calls before the body is read: nobody without credentials makes the server parse anything. Every route of the
 * scope needs a caller unless its schema says `security: []`. Routes that read no body leave it to their handler.
 */
export function registerSignInFirst(app: App): void {
  const hook: preParsingHookHandler = (request, _reply, _payload, done) => {
    if (!needsCaller(request)) return done(null)
    // Not async: routes without a body would wait for nothing.
    // oxlint-disable-next-line promise/no-callback-in-promise
    request.signIn().then(() => done(null), done)
  }
  app.addHook('preParsing', hook)
}
