// Bundles src/ into dist/cli and console/ to dist/console, or what the arguments name of the two (server, console); with
// --stale, what is older than its sources. Two builds at once would write the same files, so the second waits for the first.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { hasLibraries, requireNode } from './require-node.js'
import { stampOf, staleParts } from './stale.js'

requireNode()

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const lock = join(root, 'dist.lock')
const lockTimeoutMs = 300_000
/** What is smaller fits into a packet or two as it is. */
const minGzipBytes = 1_000

/** True when the process that holds the lock is gone: it was killed while it built. */
function isAbandoned() {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0)
    return false
  } catch (error) {
    // A folder is the lock of an earlier version.
    return error.code === 'ESRCH' || error.code === 'EISDIR'
  }
}

function acquireLock() {
  const giveUpAt = Date.now() + lockTimeoutMs
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (isAbandoned() || Date.now() > giveUpAt) rmSync(lock, { recursive: true, force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
}

function run(...command) {
  const [path, ...args] = command
  return (
    spawnSync(process.execPath, [join(root, 'node_modules', ...path.split('/')), ...args], {
      // Tests build too: what they look at is what is served.
      env: { ...process.env, NODE_ENV: 'production' },
      cwd: root,
      stdio: 'inherit',
    }).status === 0
  )
}

/** Assets are sent as they lie there, so they are compressed once, here. */
function compress(directory) {
  for (const name of readdirSync(directory)) {
    if (!/\.(js|css|svg)$/.test(name)) continue
    const content = readFileSync(join(directory, name))
    if (content.length >= minGzipBytes)
      writeFileSync(join(directory, `${name}.gz`), gzipSync(content, { level: 9 }))
  }
}

const parts = {
  server: async () => (await import('./bundle.js')).bundle(root),
  console: () => {
    const isBuilt = run('vite/bin/vite.js', 'build', 'console', '--logLevel', 'warn')
    if (isBuilt) compress(join(root, 'dist', 'console', 'assets'))
    return isBuilt
  },
}

const args = process.argv.slice(2)
if (args.includes('--stale')) {
  // `npx counterfoil` runs this too, and hides what it prints: the program itself says that libraries are missing. The
  // account that runs it need not be allowed to write here.
  if (!hasLibraries() || staleParts().length === 0) process.exit(0)
}

/** Left out by `npm ci --omit=dev`, which runs this too. */
const hasCompilers = ['rolldown', 'vite'].every((name) => existsSync(join(root, 'node_modules', name)))
if (!hasCompilers) {
  console.error(
    'counterfoil: building needs the compilers that --omit=dev leaves out. Run npm ci first, then npm ci --omit=dev',
  )
  process.exit(1)
}

acquireLock()
try {
  // Asked once nobody else builds: another one may have built it meanwhile.
  const named = args.includes('--stale') ? staleParts() : args.length > 0 ? args : Object.keys(parts)
  for (const [name, build] of Object.entries(parts)) {
    if (!named.includes(name)) continue
    const startedAt = new Date()
    if (!(await build())) {
      process.exitCode = 1
      break
    }
    // The stamp carries the time the build began: a file saved while it ran makes the next start build again.
    const stamp = stampOf(name)
    writeFileSync(stamp, '')
    utimesSync(stamp, startedAt, startedAt)
  }
} finally {
  rmSync(lock, { force: true })
}
