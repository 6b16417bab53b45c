// Bundles src/ into dist/cli and console/ into dist/console, or the parts that the arguments name (server, console);
// with --stale, only parts that are older than their sources. Two concurrent builds would write the same files, so the
// second waits for the first.
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
/** Smaller files fit into a packet or two uncompressed. */
const minGzipBytes = 1_000

/** True if the process that holds the lock no longer exists: it was killed during a build. */
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
      // Tests build too: they must see what is served.
      env: { ...process.env, NODE_ENV: 'production' },
      cwd: root,
      stdio: 'inherit',
    }).status === 0
  )
}

/** Assets are served as files, so they are compressed once, here. */
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
  // `npx counterfoil` runs this too and hides its output; the program itself reports missing libraries. The account
  // that runs it may not be allowed to write here.
  if (!hasLibraries() || staleParts().length === 0) process.exit(0)
}

/** `npm ci --omit=dev`, which runs this too, does not install them. */
const hasCompilers = ['rolldown', 'vite'].every((name) => existsSync(join(root, 'node_modules', name)))
if (!hasCompilers) {
  console.error(
    'counterfoil: building needs the compilers that --omit=dev leaves out. Run npm ci first, then npm ci --omit=dev',
  )
  process.exit(1)
}

acquireLock()
try {
  // Checked after other builds have ended: one of them may have built it meanwhile.
  const named = args.includes('--stale') ? staleParts() : args.length > 0 ? args : Object.keys(parts)
  for (const [name, build] of Object.entries(parts)) {
    if (!named.includes(name)) continue
    const startedAt = new Date()
    if (!(await build())) {
      process.exitCode = 1
      break
    }
    // The stamp has the time at which the build began: if a file is saved during the build, the next start builds
    // again.
    const stamp = stampOf(name)
    writeFileSync(stamp, '')
    utimesSync(stamp, startedAt, startedAt)
  }
} finally {
  rmSync(lock, { force: true })
}
