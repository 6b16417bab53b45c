import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { Refusal } from '../errors.ts'
import type { App } from './app.ts'
import { sendFailure } from './failures.ts'

/** A path with `:names` as an expression that matches what the router would match. */
function pathExpression(url: string): RegExp {
  const escaped = url.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${escaped.replaceAll(/:\w+/g, '[^/]+')}$`)
}

/** Answers a request that no route takes: 405 with `Allow` where the path takes other methods, 404 elsewhere. */
export function registerUnknownRoutes(app: App, context: Context): void {
  const methodsByUrl = new Map<string, Set<string>>()
  const expressions: { expression: RegExp; methods: Set<string> }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    let methods = methodsByUrl.get(url)
    if (methods === undefined) {
      methods = new Set()
      methodsByUrl.set(url, methods)
      expressions.push({ expression: pathExpression(url), methods })
    }
    for (const one of [method].flat()) methods.add(one)
  })
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const known = expressions.find(({ expression }) => expression.test(path))
    if (known === undefined) return sendFailure(context, new Refusal(404), request, reply)
    reply.header('allow', [...known.methods].sort().join(', '))
    return sendFailure(context, new Refusal(405), request, reply)
  })
}
