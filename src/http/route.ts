import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  ContextConfigDefault,
  FastifyContextConfig,
  FastifySchema,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteGenericInterface,
  RouteHandlerMethod,
  RouteShorthandOptions,
} from 'fastify'
import { grantedTo, securityOf, type Access, type CallerOf } from './access.ts'
import type { Caller } from '../values/caller.ts'
import type { App } from './app.ts'
import { edit, withIfMatch } from './edited.ts'
import { requireReason, withReason } from './stated-reason.ts'

type Handler<Schema extends FastifySchema> = RouteHandlerMethod<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  RouteGenericInterface,
  ContextConfigDefault,
  Schema,
  TypeBoxTypeProvider
>

/** A request whose body, query and path are typed by the schemas of its route. */
type RequestOf<Schema extends FastifySchema> = Parameters<Handler<Schema>>[0]

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type FastifyOption = 'bodyLimit' | 'exposeHeadRoute' | 'preParsing' | 'onError' | 'validatorCompiler'

/** The declaration of an endpoint. */
interface Endpoint<Schema extends FastifySchema, Declared extends Access>
  extends FastifyContextConfig, Pick<RouteShorthandOptions, FastifyOption> {
  readonly access: Declared
  readonly schema: Schema
  /** A second method with which some clients send the call; the document omits it. */
  readonly alsoWith?: Method
  readonly handler: (
    caller: CallerOf<Declared>,
    request: RequestOf<Schema>,
    reply: Parameters<Handler<Schema>>[1],
  ) => ReturnType<Handler<Schema>>
}

/**
 * Registers an endpoint with its access, its schemas and its handler, which gets the caller that was granted access.
 *
 * @param address the method and the path, such as `GET /v2/coupon`.
 */
export function route<const Schema extends FastifySchema, const Declared extends Access>(
  app: App,
  address: `${Method} ${string}`,
  endpoint: Endpoint<Schema, Declared>,
): void {
  const [method = '', url = ''] = address.split(' ')
  const { access, alsoWith, edits, needsReason, handler } = endpoint
  if (edits === undefined && /^(PUT|PATCH) \/admin\//.test(address))
    throw new Error(`${address} does not declare the record that it edits`)
  const edited = edits === 'no record' ? undefined : edits
  const ownHeaders = edited ? withIfMatch(endpoint.schema.headers) : endpoint.schema.headers
  const headers = needsReason === undefined ? ownHeaders : withReason(ownHeaders, needsReason)
  const schema = {
    ...endpoint.schema,
    ...(headers !== undefined && { headers }),
    security: securityOf(access),
  }
  const handle: Handler<Schema> = (request, reply) => {
    const granted = grantedTo<Declared>(request)
    if (needsReason !== undefined) requireReason(needsReason, (granted as Caller).origin, request)
    const carryOut = () => handler(granted, request, reply)
    return edited === undefined
      ? carryOut()
      : (edit(edited, granted as Caller, request, carryOut) as ReturnType<Handler<Schema>>)
  }
  app.route<RouteGenericInterface, ContextConfigDefault, Schema>({
    ...endpoint,
    method,
    url,
    config: endpoint,
    schema,
    handler: handle,
  })
  if (alsoWith !== undefined)
    app.route({
      ...endpoint,
      method: alsoWith,
      url,
      config: endpoint,
      schema: { ...schema, hide: true },
      handler: handle,
    })
}
