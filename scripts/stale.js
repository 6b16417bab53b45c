// What of the build is older than its sources. A package that was packed has none of this, and is built.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Parts of the build: the sources of each, and a file that is there when it was built. */
const parts = {
  // The lock file says which libraries are in a part.
  server: { sources: ['src', 'package-lock.json'], built: 'cli/main.js' },
  console: {
    sources: ['console/src', 'console/index.html', 'console/vite.config.ts', 'package-lock.json'],
    built: 'console/index.html',
  },
  site: {
    sources: [
      'docs',
      'README.md',
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'SECURITY.md',
      'bench/results.md',
      'packages/client/README.md',
      'package-lock.json',
    ],
    built: 'site/index.html.gz',
  },
}

export const stampOf = (part) => join(root, 'dist', `.built-${part}`)

function newestMs(path) {
  const found = statSync(path)
  if (found.isFile()) return found.mtimeMs
  let newest = 0
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs)
  }
  return newest
}

function isStale([part, { sources, built }]) {
  const stampMs = statSync(stampOf(part), { throwIfNoEntry: false })?.mtimeMs
  if (stampMs === undefined || !existsSync(join(root, 'dist', built))) return true
  return sources.some((path) => stampMs < newestMs(join(root, path)))
}

/** What a server cannot start without. It starts without the site of the documents, which takes longest to build. */
export const neededParts = ['server', 'console']

/** @returns those of the named parts that must be built anew. */
export const staleParts = (names = Object.keys(parts)) =>
  Object.entries(parts)
    .filter(([name]) => names.includes(name))
    .filter(isStale)
    .map(([name]) => name)
