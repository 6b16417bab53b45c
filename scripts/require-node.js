// What every entry checks first. Only syntax that Node 12 knows, here and in the files that import this one before anything
// else: an older Node is to get a sentence, not a syntax error.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** `^20.19.0 || >=24.0.0`, as package.json states it. */
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

/** True for a version, such as 22.14.0, that Counterfoil runs on. */
export function isSuitable(version) {
  const [major, minor] = version.split('.').map(Number)
  return readRanges().some((least) =>
    major === least.major ? minor >= least.minor : least.isOpen && major > least.major,
  )
}

/** Ends the process when this Node cannot run Counterfoil, and says which can. */
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

/** Whether `npm ci` has been run. Installed as a package, the libraries lie beside it rather than below it. */
export const hasLibraries = () =>
  !existsSync(join(root, 'src')) || existsSync(join(root, 'node_modules', '@fastify', 'swagger-ui'))

/** Ends the process when `npm ci` has not been run here, and says so. */
export function requireInstalled() {
  if (hasLibraries()) return
  console.error(`counterfoil: its libraries are not installed; run npm ci in ${root} first`)
  process.exit(1)
}
