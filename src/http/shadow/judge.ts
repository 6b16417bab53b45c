import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from '../../values/caller.ts'
import { refuse } from '../../values/errors.ts'
import type { Authenticate } from '../access.ts'
import type { App } from '../app.ts'
import type { Asked, KeptAnswer } from './exchange.ts'

/** Headers that affect an answer, except credentials, since the caller is known. */
const passed = [
  'accept',
  'content-type',
  'x-cap-client-countrycode',
  'language',
  'user-context-entity-type',
] as const

/**
 * Executes calls of this server within the process, on a context that cannot change anything, on behalf of a known
 * caller.
 */
export class Judge {
  readonly #callers = new Map<string, Caller>()
  #app: App | undefined

  /** Identifies the caller on whose behalf a request is sent to the app. */
  readonly findCaller: Authenticate = async (_context, { id }) => {
    const caller = this.#callers.get(id)
    if (caller === undefined) throw refuse.notSignedIn('Nobody is asked for')
    return caller
  }

  /** @param app on a context of `createJudgingContext`, with `findCaller`. */
  use(app: App): void {
    this.#app = app
  }

  async close(): Promise<void> {
    await this.#app?.close()
  }

  async ask(caller: Caller, { method, url, headers, address }: Asked, body: Buffer): Promise<KeptAnswer> {
    if (this.#app === undefined) throw new Error('the judge has no app')
    const id = randomUUID()
    this.#callers.set(id, caller)
    try {
      const sent = Object.fromEntries(passed.map((name) => [name, headers[name]]).filter(([, one]) => one))
      const answer = await this.#app.inject({
        method: method as 'GET',
        url,
        headers: { ...sent, 'x-request-id': id },
        remoteAddress: address,
        ...(body.length > 0 && { payload: body }),
      })
      return {
        status: answer.statusCode,
        headers: answer.headers as IncomingHttpHeaders,
        body: answer.rawPayload,
      }
    } finally {
      this.#callers.delete(id)
    }
  }
}
