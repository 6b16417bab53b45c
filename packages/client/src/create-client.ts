import * as api from './api.gen.js'
import type { CallOptions, ClientOptions } from './options.js'
import type { RequestOpts } from './runtime.js'
import { Transport } from './transport.js'

type Api = typeof api

type Method<Call> = Call extends (opts?: RequestOpts) => infer Answer
  ? (call?: CallOptions) => Answer
  : Call extends (given: infer Given, opts?: RequestOpts) => infer Answer
    ? object extends Given
      ? (given?: Given, call?: CallOptions) => Answer
      : (given: Given, call?: CallOptions) => Answer
    : never

/**
 * Every call of the server as a method. It takes the arguments in one object, and the options of this call in another.
 */
export type CounterfoilClient = { readonly [Name in keyof Api]: Method<Api[Name]> }

type AnyCall = (...args: unknown[]) => Promise<unknown>

/**
 * Creates a client of one server. It stores nothing but an access token: create one and share it.
 *
 * @throws TypeError if `baseUrl` is not an http or https address.
 */
export function createClient(options: ClientOptions): CounterfoilClient {
  const { protocol } = new URL(options.baseUrl)
  if (!/^https?:$/.test(protocol))
    throw new TypeError(`baseUrl must begin with http:// or https://: ${options.baseUrl}`)
  const transport = new Transport(options)
  const methods = Object.entries(api as unknown as Record<string, AnyCall>).map(([name, call]) => {
    // Generated calls take an object of arguments and their options, or only the options.
    const method: AnyCall =
      call.length < 2
        ? (options) => call({ ...(options as CallOptions), transport })
        : (given, options) => call(given ?? {}, { ...(options as CallOptions), transport })
    return [name, method] as const
  })
  return Object.fromEntries(methods) as unknown as CounterfoilClient
}
