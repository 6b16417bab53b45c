// Bundles src/ into dist/cli, console/ into dist/console and docs/ into dist/site, or what the arguments name of the three
// (server, console, site); with --stale, only what is older than its sources. Two builds at once would write the same files, so
// the second waits for the first.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
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

/** Runs a program of a library. @returns whether it succeeded; it prints what was wrong. */
function run(...command) {
  const [path, ...args] = command
  const child = spawn(process.execPath, [join(root, 'node_modules', ...path.split('/')), ...args], {
    // Tests build too: what they look at is what is served.
    env: { ...process.env, NODE_ENV: 'production' },
    cwd: root,
    stdio: 'inherit',
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code === 0))
  })
}

/** Files are sent as they lie there, so they are compressed once, here. @returns the paths of those that were. */
function compress(directory) {
  const compressed = readdirSync(directory, { recursive: true })
    .filter((name) => /\.(js|css|svg|html)$/.test(name))
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).size >= minGzipBytes)
  for (const path of compressed) writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
  return compressed
}

const parts = {
  server: async () => (await import('./bundle.js')).bundle(root),
  console: async () => {
    const isBuilt = await run('vite/bin/vite.js', 'build', 'console', '--logLevel', 'warn')
    if (isBuilt) compress(join(root, 'dist', 'console', 'assets'))
    return isBuilt
  },
  site: async () => {
    const isBuilt = await run('vitepress/bin/vitepress.js', 'build', 'docs', '--logLevel', 'warn')
    // The package would be a fifth larger with both forms, and hardly a browser asks for the other one.
    if (isBuilt) compress(join(root, 'dist', 'site')).forEach((path) => rmSync(path))
    return isBuilt
  },
}

/** The stamp carries the time the build began: a file saved while it ran makes the next start build again. */
async function buildPart(name) {
  const startedAt = new Date()
  if (!(await parts[name]())) {
    process.exitCode = 1
    return
  }
  const stamp = stampOf(name)
  writeFileSync(stamp, '')
  utimesSync(stamp, startedAt, startedAt)
}

const args = process.argv.slice(2)
const onlyStale = args.includes('--stale')
const asked = args.filter((arg) => arg !== '--stale')
const names = asked.length > 0 ? asked : Object.keys(parts)
if (onlyStale) {
  // `npx counterfoil` runs this too, and hides what it prints: the program itself says that libraries are missing. The
  // account that runs it need not be allowed to write here.
  if (!hasLibraries() || staleParts(names).length === 0) process.exit(0)
}

/** Left out by `npm ci --omit=dev`, which runs this too. */
const hasCompilers = ['rolldown', 'vite', 'vitepress'].every((name) =>
  existsSync(join(root, 'node_modules', name)),
)
if (!hasCompilers) {
  console.error(
    'counterfoil: building needs the compilers that --omit=dev leaves out. Run npm ci first, then npm ci --omit=dev',
  )
  process.exit(1)
}

acquireLock()
try {
  // Asked once nobody else builds: another one may have built it meanwhile.
  const named = onlyStale ? staleParts(names) : names
  // The site does not depend on the program and takes longest, so it is built beside the others.
  const besides = named.filter((name) => name === 'site').map(buildPart)
  for (const name of ['server', 'console'])
    if (named.includes(name) && !process.exitCode) await buildPart(name)
  await Promise.all(besides)
} finally {
  rmSync(lock, { force: true })
}
