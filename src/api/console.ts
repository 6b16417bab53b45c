import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { refuse } from '../values/errors.ts'
import type { App } from '../http/app.ts'
import { packageRoot } from '../platform/package-root.ts'

/** The folder that the build of `console/` writes. */
const built = join(packageRoot, 'dist/console/')
/** The placeholder for the nonce in the page; see `console/index.html`. */
const nonceMark = '__NONCE__'
const yearS = 365 * 86_400

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

interface Asset {
  readonly type: string
  readonly content: Buffer
  /** The content compressed by the build; undefined if compression gains nothing. */
  readonly gzip: Buffer | undefined
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Reads all files of a folder, some megabytes, by name. */
async function readAssets(folder: string): Promise<ReadonlyMap<string, Asset>> {
  const names = await readdir(folder)
  const content = new Map<string, Buffer>()
  for (const name of names) content.set(name, await readFile(join(folder, name)))
  return new Map(
    names
      .filter((name) => !name.endsWith('.gz'))
      .map((name) => [
        name,
        {
          type: types[extname(name)] ?? 'application/octet-stream',
          content: content.get(name) ?? Buffer.alloc(0),
          gzip: content.get(`${name}.gz`),
        },
      ]),
  )
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset | undefined): FastifyReply {
  if (asset === undefined) throw refuse.notFound()
  // The names of these files contain a hash of the content.
  reply.header('cache-control', `public, max-age=${yearS}, immutable`).header('vary', 'accept-encoding')
  const isZipped =
    asset.gzip !== undefined &&
    /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(request.headers['accept-encoding'] ?? '')
  if (isZipped) reply.header('content-encoding', 'gzip')
  return reply.type(asset.type).send(isZipped ? asset.gzip : asset.content)
}

/**
 * `/console`: the web console, from the files of the build. Every path below it that is not a file returns the page,
 * which has its own routes. The files are read once, so a running server keeps its version when a new one replaces the
 * files.
 */
export async function registerConsole(app: App): Promise<void> {
  // A checkout without a built console serves everything else.
  if (!existsSync(`${built}index.html`)) return
  const page = await readFile(`${built}index.html`, 'utf8')
  const assets = await readAssets(`${built}assets`)
  app.get<{ Params: { name: string } }>(
    '/console/assets/:name',
    { schema: { hide: true } },
    (request, reply) => sendAsset(request, reply, assets.get(request.params.name)),
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
