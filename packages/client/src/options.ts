import type { Credentials } from './credentials.js'

/** How long and how often a call is attempted. */
export interface Patience {
  /** For one attempt, until its answer has been read, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number
  /** Further attempts after the first. Default 4; 0 for none. */
  readonly retries?: number
  /** For all attempts of a call and the pauses between them, in milliseconds. Default 30 000. */
  readonly totalTimeoutMs?: number
}

export interface ClientOptions extends Patience {
  /** Address of the server, such as `https://coupons.example.com`; if it has a path, every call begins with it. */
  readonly baseUrl: string
  readonly credentials: Credentials
  /** Replaces the `fetch` of the runtime, for example with one that uses a proxy. */
  readonly fetch?: typeof globalThis.fetch
}

/** The options of a single call. */
export interface CallOptions extends Patience {
  /** Ends the call, which then rejects with the reason of the signal. */
  readonly signal?: AbortSignal
  /** Sent with every attempt; an `Authorization` header here replaces the client's. */
  readonly headers?: Readonly<Record<string, string>>
}

export const defaultPatience: Required<Patience> = { timeoutMs: 10_000, retries: 4, totalTimeoutMs: 30_000 }

/** Omits undefined values, which would hide a default. */
export function given<Options extends object>(options: Options | undefined): Partial<Options> {
  const entries = Object.entries(options ?? {}).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Partial<Options>
}
