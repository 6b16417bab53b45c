#!/usr/bin/env node
// Builds the TypeScript when it is newer than what was built last, then runs the command line.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const built = join(root, 'dist', 'cli', 'main.js')

function newestMs(directory) {
  let newest = 0
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs)
  }
  return newest
}

function isStale() {
  if (!existsSync(join(root, 'src'))) return false
  const stamp = join(root, 'dist', '.built')
  return !existsSync(built) || !existsSync(stamp) || statSync(stamp).mtimeMs < newestMs(join(root, 'src'))
}

if (isStale()) {
  const build = spawnSync(process.execPath, [join(root, 'scripts', 'build.js')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (build.status !== 0) {
    console.error('counterfoil: the build failed; see above')
    process.exit(1)
  }
}
if (!process.argv.includes('--build-only')) await import(built)
