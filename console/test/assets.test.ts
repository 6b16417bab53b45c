import { readFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import type { App } from '../../src/http/app.ts'
import { createTestContext, createTestServer } from '../../test/support/harness.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const firstLoadBytes = 300_000

let app: App
beforeAll(async () => {
  spawnSync(process.execPath, ['bin/counterfoil.js', '--build-only'], { cwd: root, stdio: 'inherit' })
  app = await createTestServer(await createTestContext())
}, 90_000)

test('every path of the console is the page, which nothing caches, under a policy without inline scripts', async () => {
  const nonces = new Set<string>()
  for (const url of ['/console', '/console/', '/console/customers/12?status=REDEEMABLE']) {
    const { statusCode, headers, body } = await app.inject({ url })
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    const policy = String(headers['content-security-policy'])
    const directives = new Map(
      policy.split('; ').map((one) => [one.split(' ', 1)[0], one.split(' ').slice(1)]),
    )
    expect(directives.get('default-src')).toEqual(["'none'"])
    expect(directives.get('script-src')).toEqual(["'self'"])
    expect(directives.get('frame-ancestors')).toEqual(["'none'"])
    const [self, nonce = ''] = directives.get('style-src') ?? []
    expect(self).toBe("'self'")
    expect(body).toContain(`content="${nonce.replace(/^'nonce-|'$/g, '')}"`)
    nonces.add(nonce)
    // Nothing comes from elsewhere, and no script stands in the page.
    expect(body).not.toMatch(/(src|href)="(https?:)?\/\//)
    expect(body).not.toMatch(/<script(?![^>]*\bsrc=)/)
  }
  expect(nonces.size).toBe(3)
})

test('assets are kept for a year, compressed; one that is not there is 404', async () => {
  const { body } = await app.inject({ url: '/console' })
  const [, script = ''] = /src="([^"]+\.js)"/.exec(body) ?? []
  const answer = await app.inject({ url: script, headers: { 'accept-encoding': 'gzip' } })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers).toMatchObject({
    'content-encoding': 'gzip',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  })
  expect(String(answer.headers['content-type'])).toMatch(/^(text|application)\/javascript/)
  expect((await app.inject({ url: '/console/assets/gone.js' })).statusCode).toBe(404)
})

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
}

test('no page loads more than 300 KB of compressed script at first', async () => {
  const manifest = JSON.parse(await readFile(`${root}/dist/console/.vite/manifest.json`, 'utf8')) as Record<
    string,
    Chunk
  >
  const filesOf = (name: string, seen: Set<string>): Set<string> => {
    const chunk = manifest[name]
    if (chunk === undefined || seen.has(chunk.file)) return seen
    seen.add(chunk.file)
    for (const one of chunk.imports ?? []) filesOf(one, seen)
    return seen
  }
  const pages = Object.keys(manifest).filter((name) => name.startsWith('src/pages/'))
  expect(pages.length).toBeGreaterThan(10)
  const sizes: Record<string, number> = {}
  for (const page of pages) {
    let bytes = 0
    for (const file of filesOf(page, filesOf('index.html', new Set())))
      if (file.endsWith('.js')) bytes += gzipSync(await readFile(`${root}/dist/console/${file}`)).length
    sizes[page] = bytes
  }
  expect(Object.entries(sizes).filter(([, bytes]) => bytes > firstLoadBytes)).toEqual([])
})
