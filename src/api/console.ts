import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyReply } from 'fastify'
import { refuse } from '../values/errors.ts'
import type { App } from '../http/app.ts'
import { keepForAYear, readBuiltFiles, sendBuiltFile } from '../http/built-files.ts'
import { packageRoot } from '../platform/package-root.ts'

/** The folder that the build of `console/` writes. */
const built = join(packageRoot, 'dist/console/')
/** The placeholder for the nonce in the page; see `console/index.html`. */
const nonceMark = '__NONCE__'

/**
 * Scripts are loaded only from files. Mantine writes style elements for the theme and the width of the window, which
 * carry the nonce of the page.
 */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

/**
 * `/console`: the web console, from the files of the build. Every path below it that is not a file returns the page,
 * which has its own routes.
 */
export async function registerConsole(app: App): Promise<void> {
  // A checkout without a built console serves everything else.
  if (!existsSync(`${built}index.html`)) return
  const page = await readFile(`${built}index.html`, 'utf8')
  const assets = await readBuiltFiles(join(built, 'assets'))
  app.get<{ Params: { name: string } }>(
    '/console/assets/:name',
    { schema: { hide: true } },
    (request, reply) => {
      const asset = assets.get(request.params.name)
      if (asset === undefined) throw refuse.notFound()
      return sendBuiltFile(request, keepForAYear(reply), asset)
    },
  )
  const sendPage = (reply: FastifyReply): FastifyReply => {
    const nonce = randomBytes(16).toString('base64')
    reply.headers({
      'content-security-policy': policy(nonce),
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    return reply.type('text/html; charset=utf-8').send(page.replaceAll(nonceMark, nonce))
  }
  for (const url of ['/console', '/console/*'])
    app.get(url, { schema: { hide: true } }, (_request, reply) => sendPage(reply))
}
