import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../http/app.ts'
import {
  contentOf,
  keepForAYear,
  readBuiltFiles,
  sendBuiltFile,
  type BuiltFile,
} from '../http/built-files.ts'
import { packageRoot } from '../platform/package-root.ts'
import { refuse } from '../values/errors.ts'

/** The folder to which the build writes the documents of `docs/`. */
const built = join(packageRoot, 'dist/site')
/** Where the site is served; `docs/.vitepress/config.js` builds it for this address. */
const base = '/docs/guide'

/** The scripts in pages, as a policy names them: two short ones that choose the colours before the page is drawn. */
function hashesOfScripts(files: ReadonlyMap<string, BuiltFile>): ReadonlySet<string> {
  const pages = [...files].filter(([name]) => name.endsWith('.html'))
  const scripts = pages.flatMap(([, page]) => [
    ...contentOf(page)
      .toString()
      .matchAll(/<script(?![^>]*\bsrc=)[^>]*>([^]*?)<\/script>/g),
  ])
  return new Set(
    scripts.map(([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`),
  )
}

/** Everything comes from this server. Blocks of code have their colours in style attributes. */
const policyFor = (files: ReadonlyMap<string, BuiltFile>): string =>
  [
    "default-src 'none'",
    ["script-src 'self'", ...hashesOfScripts(files)].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const notBuilt = `<!doctype html>
<html lang="en">
<title>Counterfoil</title>
<p>The guide has not been built. Run <code>npm run build</code> in the folder of Counterfoil and start the server again, or read
the files in <code>docs/</code>. The <a href="/docs">reference of the API</a> is here.</p>
</html>
`

/**
 * `/docs/guide`: the documents of `docs/` as a site with a search, beside the reference of the API at `/docs`.
 *
 * @param folder where the build wrote the site; tests pass one without it.
 */
export async function registerGuide(app: App, folder = built): Promise<void> {
  const schema = { hide: true }
  if (!existsSync(join(folder, 'index.html.gz'))) {
    app.get(base, { schema }, (_request, reply) =>
      reply.code(404).type('text/html; charset=utf-8').send(notBuilt),
    )
    return
  }
  const files = await readBuiltFiles(folder)
  const policy = policyFor(files)
  const sendPage = (request: FastifyRequest, reply: FastifyReply, name: string): FastifyReply => {
    const page = files.get(`${name}.html`)
    if (page === undefined && name === '404') throw refuse.notFound()
    if (page === undefined) return sendPage(request, reply.code(404), '404')
    reply.headers({ 'content-security-policy': policy, 'cache-control': 'no-cache' })
    return sendBuiltFile(request, reply, page)
  }
  // The router takes both spellings for one, but relative addresses and the scripts of the page need the slash.
  app.get(base, { schema }, (request, reply) =>
    /^[^?]*\/(?:\?|$)/.test(request.url)
      ? sendPage(request, reply, 'index')
      : reply.redirect(`${base}/`, 301),
  )
  app.get<{ Params: { '*': string } }>(`${base}/*`, { schema }, (request, reply) => {
    const path = request.params['*']
    const file = files.get(path)
    if (file === undefined || path.endsWith('.html'))
      return sendPage(request, reply, path.replace(/\.html$/, '').replace(/\/$/, '') || 'index')
    return sendBuiltFile(request, path.startsWith('assets/') ? keepForAYear(reply) : reply, file)
  })
}
