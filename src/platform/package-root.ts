import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The nearest folder above this file that has a package.json: from `src/` and from the bundle in `dist/` the same one. */
function findPackageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('no package.json above Counterfoil')
    folder = parent
  }
  return folder
}

/** Where migrations, fixtures and the built console are. */
export const packageRoot = findPackageRoot()
