// The checks that every entry point runs first. This file, and the files that import it before anything else, use only
// syntax of Node 12, so that an older Node prints a clear message instead of a syntax error.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Reads version ranges such as `^20.19.0 || >=24.0.0` from package.json. */
function readRanges() {
  const { node } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines
  return node.split('||').map((range) => {
    const [major, minor] = range
      .replace(/[^\d.]/g, '')
      .split('.')
      .map(Number)
    return { major, minor, isOpen: range.includes('>=') }
  })
}

/** True if Counterfoil runs on a version, such as 22.14.0. */
export function isSuitable(version) {
  const [major, minor] = version.split('.').map(Number)
  return readRanges().some((least) =>
    major === least.major ? minor >= least.minor : least.isOpen && major > least.major,
  )
}

/** Ends the process if this Node cannot run Counterfoil, and prints the versions that can. */
export function requireNode() {
  if (isSuitable(process.versions.node)) return
  const allowed = readRanges().map(({ major, minor, isOpen }) =>
    isOpen ? `${major} or newer` : `${major}.${minor} or a later ${major}`,
  )
  console.error(
    `counterfoil: this is Node ${process.versions.node}; Counterfoil needs Node ${allowed.join(', ')}`,
  )
  process.exit(1)
}

/**
 * Whether `npm ci` has been run. If Counterfoil is installed as a package, its libraries are beside it rather than
 * inside it.
 */
export const hasLibraries = () =>
  !existsSync(join(root, 'src')) || existsSync(join(root, 'node_modules', '@fastify', 'swagger-ui'))

/** Ends the process with a message if `npm ci` has not been run here. */
export function requireInstalled() {
  if (hasLibraries()) return
  console.error(`counterfoil: its libraries are not installed; run npm ci in ${root} first`)
  process.exit(1)
}
