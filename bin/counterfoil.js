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

async function isStale() {
  if (!existsSync(join(root, 'src'))) return false
  const { staleParts } = await import('../scripts/stale.js')
  return staleParts().length > 0
}

async function run() {
  if (await isStale()) {
    const build = spawnSync(process.execPath, [join(root, 'scripts', 'build.js'), '--stale'], {
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
