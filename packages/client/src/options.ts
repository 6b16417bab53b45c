import type { Credentials } from './credentials.js'

/** How long and how often a call is tried. */
export interface Patience {
  /** For one try, until its answer has been read, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number
  /** Further tries after the first. Default 4; 0 for none. */
  readonly retries?: number
  /** For all tries of a call and the pauses between them, in milliseconds. Default 30 000. */
  readonly totalTimeoutMs?: number
}

export interface ClientOptions extends Patience {
  /** Address of the server, such as `https://coupons.example.com`; a path in it stays in front of every call. */
  readonly baseUrl: string
  readonly credentials: Credentials
  /** In the place of the `fetch` of the runtime: one that goes through a proxy, say. */
  readonly fetch?: typeof globalThis.fetch
}

/** What a single call sets for itself. */
export interface CallOptions extends Patience {
  /** Ends the call, which then rejects with the reason of the signal. */
  readonly signal?: AbortSignal
  /** Sent with every try; an `Authorization` here takes the place of the client's. */
  readonly headers?: Readonly<Record<string, string>>
}

export const defaultPatience: Required<Patience> = { timeoutMs: 10_000, retries: 4, totalTimeoutMs: 30_000 }

/** Without what is undefined, which would hide a default. */
export function given<Options extends object>(options: Options | undefined): Partial<Options> {
  const entries = Object.entries(options ?? {}).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Partial<Options>
}
