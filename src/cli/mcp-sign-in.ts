import { OperatorError } from '../values/errors.ts'

/** An OAuth client, or a person. */
export type McpCredentials =
  | { readonly key: string; readonly secret: string }
  | { readonly email: string; readonly password: string }

type Headers = Readonly<Record<string, string>>

const console1 = { 'x-counterfoil-console': '1' }
const timeoutMs = 30_000

/** Signs in at a server, and again when a token or session has ended. */
export class McpSignIn {
  readonly #url: URL
  readonly #credentials: McpCredentials
  #headers: Promise<Headers> | undefined

  constructor(url: URL, credentials: McpCredentials) {
    this.#url = url
    this.#credentials = credentials
  }

  /** @throws OperatorError if the server cannot be reached or refuses the credentials. */
  async begin(): Promise<void> {
    await (this.#headers ??= this.#signIn())
  }

  /** Sends a request as the caller. Secrets are for this server only, so redirects are not followed. */
  async fetch(address: string | URL, init: RequestInit = {}): Promise<Response> {
    const used = (this.#headers ??= this.#signIn())
    const answer = await this.#send(address, init)
    if (answer.status !== 401) return answer
    await answer.body?.cancel()
    // Another request may have signed in again already.
    if (this.#headers === used) this.#headers = undefined
    return this.#send(address, init)
  }

  /** Ends the session of a person; a token of a client ends by itself. */
  async end(): Promise<void> {
    if ('key' in this.#credentials || this.#headers === undefined) return
    const address = new URL('/admin/v1/session', this.#url)
    await this.#send(address, { method: 'DELETE' }).catch(() => undefined)
  }

  async #send(address: string | URL, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    const own = await (this.#headers ??= this.#signIn()).catch((error: unknown) => {
      // The next request tries again.
      this.#headers = undefined
      throw error
    })
    for (const [name, value] of Object.entries(own)) headers.set(name, value)
    return fetch(address, { ...init, headers, redirect: 'error' })
  }

  async #signIn(): Promise<Headers> {
    const credentials = this.#credentials
    if ('email' in credentials) {
      const answer = await this.#post('/admin/v1/session', credentials)
      const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
      return { cookie, ...console1 }
    }
    const answer = await this.#post('/v3/oauth/token/generate', credentials)
    const { data } = (await answer.json()) as { data: { accessToken: string } }
    return { authorization: `Bearer ${data.accessToken}` }
  }

  async #post(path: string, body: object): Promise<Response> {
    const { origin } = this.#url
    const answer = await fetch(new URL(path, origin), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw new OperatorError(`the server at ${origin} cannot be reached: ${reasonOf(error)}`)
    })
    if (answer.ok) return answer
    throw new OperatorError(
      `the server at ${origin} refuses the sign-in (${answer.status}): ${await answer.text()}`,
    )
  }
}

/** `fetch` says only that it failed, and its cause says why. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause, message } = error
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message
}
