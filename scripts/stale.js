// Lists the parts of the build that are older than their sources. A packed package has no sources and is already built.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Parts of the build: the sources of each, and a file that exists once it is built. */
const parts = {
  // The lock file determines which libraries are in a part.
  server: { sources: ['src', 'package-lock.json'], built: 'cli/main.js' },
  console: {
    sources: ['console/src', 'console/index.html', 'console/vite.config.ts', 'package-lock.json'],
    built: 'console/index.html',
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

/** Names of the parts that must be rebuilt. */
export const staleParts = () =>
  Object.entries(parts)
    .filter(isStale)
    .map(([part]) => part)
