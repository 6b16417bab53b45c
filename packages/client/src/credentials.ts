/** How a program signs in: as a till, as an OAuth client, or with an access token that it has or fetches itself. */
export type Credentials =
  | { readonly tillCode: string; readonly password: string }
  | { readonly clientKey: string; readonly clientSecret: string }
  | { readonly token: string | (() => string | Promise<string>) }

export interface Token {
  readonly accessToken: string
  readonly ttlSeconds: number
}

/** Supplies the value of the `Authorization` header for each attempt. */
export interface Authorization {
  header(): Promise<string>
  /**
   * Called if the server rejects a header: a cached token is discarded. @returns true if another header is available.
   */
  refused(header: string): boolean
}

const renewalMs = 60_000

/** As UTF-8, which the server expects for names beyond ASCII. */
function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}

/** A token that is fetched when needed, once for all calls that wait for it, and renewed before it expires. */
class ClientToken implements Authorization {
  readonly #fetchToken: () => Promise<Token>
  #fetching: Promise<string> | undefined
  #header: string | undefined
  #renewAt = 0

  constructor(fetchToken: () => Promise<Token>) {
    this.#fetchToken = fetchToken
  }

  async header(): Promise<string> {
    if (this.#header !== undefined && Date.now() < this.#renewAt) return this.#header
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined
    })
    return this.#fetching
  }

  async #fetch(): Promise<string> {
    const { accessToken, ttlSeconds } = await this.#fetchToken()
    const ttlMs = ttlSeconds * 1_000
    this.#renewAt = Date.now() + Math.max(ttlMs - renewalMs, ttlMs / 2)
    this.#header = `Bearer ${accessToken}`
    return this.#header
  }

  refused(header: string): boolean {
    // Another call may have fetched a new one meanwhile.
    if (this.#header === header) this.#header = undefined
    return true
  }
}

/** @param fetchToken exchanges the key and secret of a client for a token. */
export function authorizationOf(
  credentials: Credentials,
  fetchToken: (key: string, secret: string) => Promise<Token>,
): Authorization {
  if ('tillCode' in credentials) {
    const header = `Basic ${base64(`${credentials.tillCode}:${credentials.password}`)}`
    return { header: async () => header, refused: () => false }
  }
  if ('clientKey' in credentials) {
    const { clientKey, clientSecret } = credentials
    return new ClientToken(() => fetchToken(clientKey, clientSecret))
  }
  const { token } = credentials
  return {
    header: async () => `Bearer ${typeof token === 'string' ? token : await token()}`,
    refused: () => typeof token !== 'string',
  }
}
