import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Sources } from './compare.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Reads the TypeScript of `src/` and `test/`, tests separately. */
export async function readSources(): Promise<Sources> {
  const sources: { code: Record<string, string>; tests: Record<string, string> } = { code: {}, tests: {} }
  for (const folder of ['src', 'test']) {
    for (const name of await readdir(`${root}${folder}`, { recursive: true })) {
      if (!name.endsWith('.ts')) continue
      const path = `${folder}/${name}`
      const text = await readFile(root + path, 'utf8')
      if (name.endsWith('.test.ts')) sources.tests[path] = text
      else if (folder === 'src') sources.code[path] = text
    }
  }
  return sources
}
