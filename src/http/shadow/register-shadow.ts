import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../../ledger/context.ts'
import type { Caller } from '../../values/caller.ts'
import { Refusal } from '../../values/errors.ts'
import type { App } from '../app.ts'
import { authenticate } from '../authenticate.ts'
import type { HandOn } from '../front-door.ts'
import { pathOf, type KnownPath, type KnownRoutes } from '../known-routes.ts'
import { isAnsweredHere, isOfContract, kindOf, type CallKind } from './calls-rules.ts'
import type { Asked } from './exchange.ts'
import type { Shadow } from './shadow.ts'

interface Parts {
  readonly routes: KnownRoutes
  readonly handOn: HandOn
  readonly shadow: Shadow
}

/** An answer of this server, to be compared after it was sent. */
interface Answered {
  readonly asked: Asked
  payload: string | Buffer | undefined
}

function askedOf(request: FastifyRequest, known: KnownPath, kind: CallKind): Asked {
  const { method, headers, originalUrl: url, address } = request
  return { kind, call: `${method} ${known.pattern}`, method, url, headers, address }
}

/** A program may have a token of the other service, or a password that only that service knows, which then answers. */
async function callerHere(context: Context, request: FastifyRequest): Promise<Caller | undefined> {
  try {
    return await authenticate(context, request, request.address)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** Whether this server answers a request: its caller must be known, and its subjects up to date here. */
async function answersHere(
  context: Context,
  shadow: Shadow,
  request: FastifyRequest,
  { pattern }: KnownPath,
): Promise<boolean> {
  const caller = await callerHere(context, request)
  if (caller === undefined || !(await shadow.isCurrent(caller, request.originalUrl, pattern))) return false
  // Stored for the route, which then need not identify the caller again.
  request.caller = caller
  return true
}

/**
 * Shadow mode: requests of the contract are forwarded before the sign-in, or reads and checks are answered here,
 * depending on `SHADOW`; the answers of both services are compared afterwards. Register it before the hooks that answer
 * requests without a route.
 */
export function registerShadow(app: App, context: Context, { routes, handOn, shadow }: Parts): void {
  const answered = new WeakMap<FastifyRequest, Answered>()
  app.addHook('onRequest', async (request, reply) => {
    const path = pathOf(request.url)
    if (!isOfContract(path)) return undefined
    const known = routes.find(path)
    const kind = kindOf(request.method, request.url, known)
    const mayBeHere = known !== undefined && isAnsweredHere(shadow.mode, request.method, kind)
    if (mayBeHere && (await answersHere(context, shadow, request, known))) {
      answered.set(request, { asked: askedOf(request, known, kind), payload: undefined })
      return undefined
    }
    return handOn(request, reply, known && shadow.watch(askedOf(request, known, kind)))
  })
  app.addHook('onSend', (request, _reply, payload, done) => {
    const own = answered.get(request)
    if (own !== undefined && (typeof payload === 'string' || Buffer.isBuffer(payload))) own.payload = payload
    done(null, payload)
  })
  app.addHook('onResponse', async (request, reply) => compare(shadow, answered.get(request), request, reply))
  app.addHook('onClose', () => shadow.close())
  app.decorate('shadow', shadow)
}

function compare(
  shadow: Shadow,
  own: Answered | undefined,
  { caller, body }: FastifyRequest,
  reply: FastifyReply,
): void {
  if (own?.payload === undefined || caller === null || reply.statusCode >= 500 || reply.statusCode === 429)
    return
  shadow.compareOwn({
    asked: own.asked,
    caller,
    body: body === undefined || body === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body)),
    answer: {
      status: reply.statusCode,
      headers: Object.fromEntries(
        Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]),
      ),
      body: Buffer.from(own.payload),
    },
  })
}
