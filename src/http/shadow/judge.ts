import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from '../../values/caller.ts'
import { refuse } from '../../values/errors.ts'
import type { Authenticate } from '../access.ts'
import type { App } from '../app.ts'
import type { Asked, KeptAnswer } from './exchange.ts'

/** Headers that an answer depends on. Credentials are not among them: the caller is known. */
const passed = [
  'accept',
  'content-type',
  'x-cap-client-countrycode',
  'language',
  'user-context-entity-type',
] as const

/**
 * Asks the calls of this server in the process itself, on a context that can change nothing, on behalf of a caller who is
 * known already.
 */
export class Judge {
  readonly #callers = new Map<string, Caller>()
  #app: App | undefined

  /** Who sends a request to the app: the caller on whose behalf it is asked. */
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
