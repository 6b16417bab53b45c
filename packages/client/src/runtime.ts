/**
 * The runtime of the generated calls: each describes its request with these functions and passes it to the transport of
 * the client.
 */
import type { CallOptions } from './options.js'
import type { Transport } from './transport.js'

/** The parts that the client adds to the arguments of a call. */
export interface RequestOpts extends CallOptions {
  readonly transport: Transport
}

type Headers = Readonly<Record<string, string>>
type Parameters = Readonly<Record<string, unknown>>

/** Headers of a call that has its own. */
interface MergedHeaders {
  readonly merged: Headers
  /** Undefined: the call takes none. */
  readonly idempotencyKey: string | undefined
}

interface Described extends Omit<Partial<RequestOpts>, 'headers'> {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Headers | MergedHeaders
}

const keyHeader = 'idempotency-key'

const isGiven = ([, value]: [string, unknown]): boolean => value !== undefined && value !== null

/** The server treats an empty key as absent. */
const keyOf = (given: unknown): string =>
  typeof given === 'string' && given !== '' ? given : crypto.randomUUID()

const isMerged = (headers: Headers | MergedHeaders): headers is MergedHeaders =>
  typeof headers['merged'] === 'object'

async function send(path: string, described: Described, isText = false): Promise<unknown> {
  const { transport, method = 'GET', body, headers = {}, ...call } = described
  if (transport === undefined) throw new TypeError('Calls are methods of a client: use createClient')
  const { merged, idempotencyKey } = isMerged(headers)
    ? headers
    : { merged: headers, idempotencyKey: undefined }
  return transport.send({
    ...call,
    method,
    path,
    headers: merged,
    body: body as string | FormData | undefined,
    idempotencyKey,
    isText,
  })
}

export const oazapfts = {
  fetchJson: <Answer extends { readonly data: unknown }>(path: string, described: Described) =>
    send(path, described) as Promise<Answer['data']>,
  fetchText: (path: string, described: Described) => send(path, described, true) as Promise<string>,
  ok: <Answer>(answer: Promise<Answer>): Promise<Answer> => answer,

  json: ({ body, ...described }: Described): Described =>
    body === undefined ? described : { ...described, body: JSON.stringify(body) },

  multipart({ body, ...described }: Described): Described {
    const form = new FormData()
    // The file follows the fields that describe it.
    const entries = Object.entries(body as Parameters).filter(isGiven)
    for (const [name, value] of entries) if (!(value instanceof Blob)) form.append(name, String(value))
    for (const [name, value] of entries) if (value instanceof Blob) form.append(name, value)
    return { ...described, body: form }
  },

  /**
   * A call that takes an idempotency key declares its header, even if the caller states no key. The key is generated
   * here, once per call.
   */
  mergeHeaders(given: Headers = {}, own: Parameters): MergedHeaders {
    const { [keyHeader]: key, ...others } = own
    const stated = Object.entries(others).filter(isGiven)
    return {
      merged: { ...given, ...Object.fromEntries(stated.map(([name, value]) => [name, String(value)])) },
      idempotencyKey: keyHeader in own ? keyOf(key) : undefined,
    }
  },
}

export const query = {
  explode: (parameters: Parameters): string =>
    Object.entries(parameters)
      .filter(isGiven)
      .flatMap(([name, value]) =>
        [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`),
      )
      .join('&'),
  query: (...parts: string[]): string => {
    const text = parts.filter((part) => part !== '').join('&')
    return text && `?${text}`
  },
}
