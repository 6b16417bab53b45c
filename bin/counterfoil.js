#!/usr/bin/env node
// Checks what the program stands on, builds what is older than its sources, then runs the command line.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { requireInstalled, requireNode } from '../scripts/require-node.js'

requireNode()
requireInstalled()

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const built = join(root, 'dist', 'cli', 'main.js')

/** Names of the parts that the program runs from and that must be built anew. */
async function findStale() {
  if (!existsSync(join(root, 'src'))) return []
  const { neededParts, staleParts } = await import('../scripts/stale.js')
  return staleParts(neededParts)
}

async function run() {
  const stale = await findStale()
  if (stale.length > 0) {
    const build = spawnSync(process.execPath, [join(root, 'scripts', 'build.js'), '--stale', ...stale], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    })
    if (build.status !== 0) {
      console.error('counterfoil: the build failed; see above')
      process.exit(1)
    }
  }
  if (!process.argv.includes('--build-only')) await import(built)
}

run().catch((error) => {
  console.error(`counterfoil: it could not be started: ${error.message}`)
  process.exit(1)
})
