import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const inFolder = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map(({ name }) => join(root, folder, name))

test('every file that a document links to exists', () => {
  const links = ['.', 'docs', 'docs/decisions', 'bench', 'packages/client']
    .flatMap(inFolder)
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !target.includes('://'))
        .map((target) => ({ file, target })),
    )
  expect(links.length).toBeGreaterThan(20)
  expect(links.filter(({ file, target }) => !existsSync(join(dirname(file), target)))).toEqual([])
})
