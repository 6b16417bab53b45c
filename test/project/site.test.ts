import { readdirSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastify from 'fastify'
import { beforeAll, expect, test } from 'vitest'
import { registerGuide } from '../../src/api/guide.ts'
import type { App } from '../../src/http/app.ts'
import { buildSite } from '../support/build-site.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const base = '/docs/guide/'
const markdownIn = (folder: string): string[] =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'))

/** The paths of all pages. */
const pages = [
  '',
  'architecture',
  'contributing',
  'changelog',
  'security',
  'measurements',
  'client',
  ...markdownIn('docs').map((name) => name.replace('.md', '')),
  ...markdownIn('docs/decisions').map((name) => `decisions/${name.replace('.md', '')}`),
]

interface Page {
  readonly path: string
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

let app: App
let all: Page[]
beforeAll(async () => {
  buildSite()
  app = await createTestServer(await createTestContext())
  all = await Promise.all(
    pages.map(async (path) => {
      const { statusCode: status, headers, body } = await app.inject({ url: base + path })
      return { path, status, headers, body }
    }),
  )
}, 300_000)

/** Every address that a page refers to, as a browser resolves it. */
const addressesIn = ({ path, body }: Page): URL[] =>
  [...body.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(
    ([, address = '']) => new URL(address.replaceAll('&amp;', '&'), `http://server${base}${path}`),
  )

test('every document is a page that a browser asks for again, under a policy that lets nothing in from elsewhere', () => {
  expect(all.length).toBeGreaterThan(50)
  for (const { path, status, headers, body } of all) {
    expect([path, status]).toEqual([path, 200])
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
    const policy = String(headers['content-security-policy']).split('; ')
    expect(policy).toContain("default-src 'none'")
    expect(policy.find((one) => one.startsWith('script-src'))).toMatch(
      /^script-src 'self'( 'sha256-[^']+')+$/,
    )
    const loaded = [...body.matchAll(/<(?:script|link|img)\b[^>]*\s(?:src|href)="([^"]*)"/g)].map(
      ([, address]) => address,
    )
    expect(loaded.length).toBeGreaterThan(3)
    expect(loaded.filter((address) => !address?.startsWith(base))).toEqual([])
  }
})

test('every link and every file of every page is there, down to the heading', async () => {
  const bodies = new Map(all.map(({ path, body }) => [base + path, body]))
  const others = new Set<string>()
  const missing: string[] = []
  for (const page of all) {
    for (const { host, pathname, hash } of addressesIn(page).filter((url) => url.host === 'server')) {
      const body = bodies.get(pathname)
      if (body === undefined) others.add(pathname)
      else if (hash !== '' && !body.includes(`id="${decodeURIComponent(hash.slice(1))}"`))
        missing.push(`${page.path} → ${host}${pathname}${hash}`)
    }
  }
  expect(missing).toEqual([])
  expect(others.size).toBeGreaterThan(50)
  for (const url of others) {
    const { statusCode } = await app.inject({ url })
    expect([url, statusCode]).toEqual([url, 200])
  }
})

test('the menu leads to every document', () => {
  const front = all.find(({ path }) => path === '')
  const linked = new Set(front && addressesIn(front).map(({ pathname }) => pathname))
  expect(pages.filter((path) => !linked.has(base + path))).toEqual([])
})

test('the index of the search has the words of the documents', async () => {
  const chunks = readdirSync(join(root, 'dist/site/assets/chunks'))
  const name = chunks.find((one) => one.startsWith('@localSearchIndex'))?.replace('.gz', '')
  const { statusCode, headers, body } = await app.inject({ url: `${base}assets/chunks/${name}` })
  expect(statusCode).toBe(200)
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
  for (const word of ['budget', 'idempotency', 'webhook', 'pgbouncer', 'transactionnumber'])
    expect(body.toLowerCase()).toContain(word)
})

test('pages are sent compressed, their old spellings are found, and an unknown one is 404', async () => {
  const zipped = await app.inject({ url: `${base}money`, headers: { 'accept-encoding': 'gzip' } })
  expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
  expect((await app.inject({ url: '/docs/guide' })).headers.location).toBe(base)
  expect((await app.inject({ url: `${base}money.html` })).statusCode).toBe(200)
  const unknown = await app.inject({ url: `${base}nothing` })
  expect([unknown.statusCode, unknown.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
  expect((await app.inject({ url: '/docs' })).body).toContain('swagger-ui')
  expect((await app.inject({ url: '/openapi.json' })).json()).toMatchObject({ externalDocs: { url: base } })
})

test('a server whose build has no guide says how to build it', async () => {
  const bare = fastify() as unknown as App
  await registerGuide(bare, await mkdtemp(join(tmpdir(), 'no-guide-')))
  const { statusCode, body } = await bare.inject({ url: '/docs/guide' })
  expect(statusCode).toBe(404)
  expect(body).toContain('<code>npm run build</code>')
})
