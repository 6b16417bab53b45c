// The documentation as a site: `npm run build` writes it to dist/site, and the server shows it at /docs/guide.
import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { anchorOf, download, excluded, followPages, rewrite } from './pages.js'

const docs = dirname(dirname(fileURLToPath(import.meta.url)))
const root = dirname(docs)

const page = (text, link) => ({ text, link: `/${link}` })

const decisions = readdirSync(join(docs, 'decisions'))
  .filter((name) => name.endsWith('.md'))
  .toSorted()
  .map((name) => name.replace('.md', ''))
  .map((name) => page(`${name.slice(0, 4)} ${name.slice(5).replaceAll('-', ' ')}`, `decisions/${name}`))

const groups = [
  {
    text: 'Start',
    items: [page('Counterfoil', ''), page('Terms and rules', 'domain'), page('The console', 'console')],
  },
  {
    text: 'At the till',
    items: [
      page('What a coupon is worth', 'money'),
      page('Holds', 'holds'),
      page('Returns', 'returns'),
      page('Clients and collections', 'clients'),
      page('The client for TypeScript', 'client'),
      page('Version 1.1', 'version-1.1'),
      page('Settings for programs', 'client-settings'),
      page('Errors', 'errors'),
      page('Webhooks', 'webhooks'),
      page('Assistants', 'mcp'),
      page('Sandboxes', 'sandbox'),
    ],
  },
  {
    text: 'In the office',
    items: [
      page('Campaigns', 'campaigns'),
      page('Files in and out', 'importing-files'),
      page('People', 'users'),
      page('Keeping abuse out', 'abuse'),
    ],
  },
  {
    text: 'Coming from Capillary',
    items: [
      page('Moving over', 'migrating-from-capillary'),
      page('Importing history', 'importing-history'),
      page('Compatibility', 'compatibility'),
    ],
  },
  {
    text: 'Running it',
    items: [
      page('Operations', 'operations'),
      page('Configuration', 'configuration'),
      page('The proof of the ledger', 'proof'),
      page('Measurements', 'measurements'),
      page('Releases', 'releases'),
      page('Changes', 'changelog'),
      page('Reporting a vulnerability', 'security'),
    ],
  },
  {
    text: 'How it is built',
    collapsed: true,
    items: [page('Architecture', 'architecture'), page('Contributing', 'contributing'), ...decisions],
  },
]

const listed = new Set(groups.flatMap(({ items }) => items.map(({ link }) => link)))
/** A document that nobody has given a place is found under its heading. */
const more = readdirSync(docs)
  .filter((name) => name.endsWith('.md') && !listed.has(`/${name.replace('.md', '')}`))
  .toSorted()
  .map((name) => page(/^# (.+)$/m.exec(readFileSync(join(docs, name), 'utf8'))?.[1] ?? name, name.replace('.md', '')))
const sidebar = more.length === 0 ? groups : [...groups, { text: 'More', items: more }]

export default defineConfig({
  title: 'Counterfoil',
  description: 'A self-hosted coupon ledger that speaks the Capillary v2 coupon API.',
  lang: 'en',
  base: '/docs/guide/',
  srcDir: '..',
  srcExclude: excluded,
  rewrites: rewrite,
  outDir: '../dist/site',
  cacheDir: '../node_modules/.cache/vitepress',
  cleanUrls: true,
  // The list of pages in a file, so that it is not a script in every page.
  metaChunk: true,
  buildEnd: ({ outDir }) => copyFileSync(join(docs, download), join(outDir, download)),
  markdown: {
    // Documents are Markdown: what looks like HTML is text.
    html: false,
    // Braces are those of paths: /v2/customers/{id}.
    attrs: { disable: true },
    anchor: { slugify: anchorOf },
    config: (markdown) => followPages(markdown, root),
  },
  vite: {
    // Only what the documents mention is published.
    publicDir: false,
    build: {
      chunkSizeWarningLimit: 5_000,
      reportCompressedSize: false,
      // Only for the list of the software in a release.
      sourcemap: process.env.GUIDE_SOURCE_MAPS === '1',
    },
  },
  themeConfig: {
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
  },
})
