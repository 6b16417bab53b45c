import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import type { App } from './app.ts'

/** What the build makes of `console/`. From `src/` and from `dist/` the same way. */
const built = fileURLToPath(new URL('../../dist/console/', import.meta.url))
/** The page holds it where a nonce belongs; see `console/index.html`. */
const nonceMark = '__NONCE__'
const yearMs = 365 * 86_400_000

/**
 * Scripts come from files only. Mantine writes the theme and what follows the width of the window into style elements;
 * they carry the nonce of the page.
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

/** `/console`: the web console, files of the build. Every path below it that is no file is the page, which knows the rest. */
export async function registerConsole(app: App): Promise<void> {
  // A checkout whose console was never built serves everything else.
  if (!existsSync(`${built}index.html`)) return
  await app.register(fastifyStatic, {
    root: `${built}assets`,
    prefix: '/console/assets/',
    decorateReply: false,
    preCompressed: true,
    // Their names carry a hash of what is in them.
    maxAge: yearMs,
    immutable: true,
  })
  const sendPage = async (reply: FastifyReply): Promise<FastifyReply> => {
    // Read each time: a build under a running server gives its assets other names.
    const page = await readFile(`${built}index.html`, 'utf8')
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
