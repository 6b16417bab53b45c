import { refuse } from '../../values/errors.ts'
import { version } from '../../platform/version.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'

/** `GET /`: redirects browsers to the console, and returns the service and its addresses to programs. */
export function registerFrontPage(app: App): void {
  route(app, 'GET /', {
    access: 'public',
    schema: { hide: true },
    handler: async (_caller, request, reply) => {
      // The router takes the request target `*`, the server as a whole, for the root.
      if (request.url.startsWith('*')) throw refuse.notFound()
      const page =
        ['/console', '/docs'].find((url) => app.hasRoute({ method: 'GET', url })) ?? '/openapi.json'
      reply.header('vary', 'Accept')
      if (request.headers.accept?.includes('text/html')) return reply.redirect(page, 302)
      const guide = app.hasRoute({ method: 'GET', url: '/docs/guide/*' }) && { guide: '/docs/guide/' }
      return {
        service: 'Counterfoil',
        version,
        console: '/console',
        reference: '/docs',
        ...guide,
        openApi: '/openapi.json',
        health: '/health',
        ready: '/ready',
      }
    },
  })
}
