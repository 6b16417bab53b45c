import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The nearest folder above this file that has a package.json; it is the same from `src/` and from the bundle in
 * `dist/`.
 */
function findPackageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('no package.json above Counterfoil')
    folder = parent
  }
  return folder
}

/** The folder of the migrations, fixtures and built console. */
export const packageRoot = findPackageRoot()
