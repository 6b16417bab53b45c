import { refuse } from '../../values/errors.ts'
import { version } from '../../platform/version.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'

/** `GET /`: a browser is led to the console, a program is told what answers here and where the rest is. */
export function registerFrontPage(app: App): void {
  route(app, 'GET /', {
    access: 'public',
    schema: { hide: true },
    handler: async (_caller, request, reply) => {
      // The router takes the address * of a server as a whole for its root.
      if (request.url.startsWith('*')) throw refuse.notFound()
      const page =
        ['/console', '/docs'].find((url) => app.hasRoute({ method: 'GET', url })) ?? '/openapi.json'
      reply.header('vary', 'Accept')
      if (request.headers.accept?.includes('text/html')) return reply.redirect(page, 302)
      return {
        service: 'Counterfoil',
        version,
        console: '/console',
        reference: '/docs',
        openApi: '/openapi.json',
        health: '/health',
        ready: '/ready',
      }
    },
  })
}
