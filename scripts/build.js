// Compiles src/ to dist/. Two builds at once would write the same files, so the second waits for the first.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, rmdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const lock = join(root, 'dist.lock')
const lockTimeoutMs = 60_000

function acquireLock() {
  const giveUpAt = Date.now() + lockTimeoutMs
  for (;;) {
    try {
      mkdirSync(lock)
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const abandoned = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) > lockTimeoutMs
      if (abandoned || Date.now() > giveUpAt) rmSync(lock, { recursive: true, force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
}

acquireLock()
try {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const startedAt = new Date()
  const result = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
    stdio: 'inherit',
  })
  if (result.status !== 0) process.exitCode = 1
  else {
    // The stamp carries the time the build began: a file saved while it ran makes the next start build again.
    const stamp = join(root, 'dist', '.built')
    writeFileSync(stamp, '')
    utimesSync(stamp, startedAt, startedAt)
  }
} finally {
  rmdirSync(lock)
}
