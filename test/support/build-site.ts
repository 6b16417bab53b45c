import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const build = fileURLToPath(new URL('../../scripts/build.js', import.meta.url))

/** Builds the site of the documents if it is older than they are. @throws with what the build printed. */
export function buildSite(): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [build, '--stale', 'site'], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stdout + stderr)
}
