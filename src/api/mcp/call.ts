import type { FastifyRequest } from 'fastify'
import type { App } from '../../http/app.ts'

/** The answer of a call of the API. */
export interface Answer {
  readonly status: number
  /** Parsed JSON. */
  readonly body: unknown
  /** Whether it is the stored answer of an earlier request with the same idempotency key. */
  readonly isReplay: boolean
}

interface Asked {
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

type Method = 'GET' | 'POST' | 'PUT'

/** Sends a call to the API of this server. */
export type Call = (method: Method, path: string, asked?: Asked) => Promise<Answer>

/** The headers by which a caller signs in and names the till that it acts for. */
const passedOn =
  /^(authorization|cookie|host|user-agent|x-cap-api-oauth-token|cap-api-access-token|x-counterfoil-console|x-cap-api-attribution-[a-z-]+)$/

/**
 * Calls as the caller of a request: each call passes the sign-in, permissions, quotas, validation and audit log of its
 * route, as if the caller had sent it.
 */
export function callAs(app: App, request: FastifyRequest): Call {
  const credentials = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => passedOn.test(name)),
  )
  return async (method, path, { query = {}, body, headers = {} } = {}) => {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
    const answer = await app.inject({
      method,
      url: path,
      query: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
      headers: {
        ...credentials,
        'x-request-id': request.id,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: body }),
      remoteAddress: request.address,
    })
    return {
      status: answer.statusCode,
      body: answer.body === '' ? null : (JSON.parse(answer.body) as unknown),
      isReplay: answer.headers['idempotency-replayed'] === 'true',
    }
  }
}

/** Thrown where a tool needs an answer and the API refuses. */
export class Refused extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    super('refused by the API')
    this.answer = answer
  }
}

/** The body of a successful answer. @throws Refused for any other. */
export function bodyOf(answer: Answer): unknown {
  if (answer.status !== 200) throw new Refused(answer)
  return answer.body
}
