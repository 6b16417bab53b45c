import type { FastifyContextConfig } from 'fastify'
import type { App } from './app.ts'
import type { FailureFamily } from './envelope.ts'

export interface KnownPath {
  /** The path of the route, with `:names`. */
  readonly pattern: string
  readonly methods: ReadonlyMap<string, FastifyContextConfig>
  /** The family of the first route of the path. */
  readonly family: FailureFamily
}

/** Converts a path with `:names` to an expression that matches like the router. */
function pathExpression(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${escaped.replaceAll(/:\w+/g, '[^/]+')}$`, 'i')
}

/** The path of a request in the form that the router compares, except for the letter case of the values of `:names`. */
export function pathOf(url: string): string {
  const path = url.split('?', 1)[0] ?? ''
  const single = path.includes('//') ? path.replaceAll(/\/{2,}/g, '/') : path
  return single.length > 1 && single.endsWith('/') ? single.slice(0, -1) : single
}

const versioned = /^\/v(?:1|1\.1|2|3)(?:\/|$)/i

/** Whether a path belongs to a version of the contract, where every path requires a sign-in. */
export const isVersioned = (path: string): boolean => versioned.test(path)

const keyOf = (pattern: string): string => pattern.toLowerCase()

/** The shape in which an unknown path is reported. */
export function familyOf(path: string): FailureFamily {
  if (/^\/(admin|till)\//i.test(path)) return 'problem'
  return /^\/v1(\.1)?(\/|$)/i.test(path) ? 'v1.1' : 'entity'
}

/** The routes of a server, for use before the router runs, or if it finds no route. */
export class KnownRoutes {
  readonly #byPattern = new Map<string, KnownPath & { methods: Map<string, FastifyContextConfig> }>()
  readonly #withNames: { readonly expression: RegExp; readonly path: KnownPath }[] = []

  /** Records the routes that are registered from now on. */
  listenTo(app: App): void {
    app.addHook('onRoute', ({ url, method, config = {} }) => {
      let path = this.#byPattern.get(keyOf(url))
      if (path === undefined) {
        path = { pattern: url, methods: new Map(), family: config.failure ?? 'entity' }
        this.#byPattern.set(keyOf(url), path)
        if (url.includes(':')) this.#withNames.push({ expression: pathExpression(url), path })
      }
      for (const one of [method].flat()) path.methods.set(one, config)
    })
  }

  /** The route of exactly this path, not one with a `:name` in its place. */
  literally(path: string): KnownPath | undefined {
    return this.#byPattern.get(keyOf(path))
  }

  find(path: string): KnownPath | undefined {
    return (
      this.#byPattern.get(keyOf(path)) ??
      this.#withNames.find(({ expression }) => expression.test(path))?.path
    )
  }
}
