import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { emptyFolder, program, setUpProcesses } from '../support/process-harness.ts'

setUpProcesses()

const run = promisify(execFile)
const root = join(program, '..', '..')

interface Bill {
  readonly bomFormat: string
  readonly components: readonly {
    readonly name: string
    readonly version: string
    readonly licenses?: unknown[]
  }[]
}

test('a release has both packages, correct checksums, and a list of all software inside and of no tool', async () => {
  const folder = await emptyFolder()
  const { stdout } = await run('node', ['scripts/release.js', folder, '--trial'], { cwd: root })
  const [server = '', client, bill = '', sums = ''] = stdout.trim().split('\n')
  expect([server, client]).toEqual([
    expect.stringMatching(/counterfoil-\d+\.\d+\.\d+\.tgz$/),
    expect.stringMatching(/counterfoil-client-\d+\.\d+\.\d+\.tgz$/),
  ])
  const lines = (await readFile(sums, 'utf8')).trim().split('\n')
  expect(lines).toHaveLength(3)
  for (const line of lines) {
    const [sum, name = ''] = line.split('  ')
    expect(
      createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex'),
      name,
    ).toBe(sum)
  }

  const { bomFormat, components } = JSON.parse(await readFile(bill, 'utf8')) as Bill
  expect(bomFormat).toBe('CycloneDX')
  const names = components.map(({ name }) => name)
  // Bundled into the server, the console and the guide, beside them, and of one platform only.
  expect(names).toEqual(
    expect.arrayContaining([
      'fastify',
      'pg',
      'react',
      '@mantine/core',
      'minisearch',
      '@fastify/swagger-ui',
      '@node-rs/argon2',
    ]),
  )
  expect(names.filter((name) => /vitest|typescript|oxlint|rolldown|^vite$|@types\//.test(name))).toEqual([])
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string }>
  }
  expect(components.find(({ name }) => name === 'pg')?.version).toBe(packages['node_modules/pg']?.version)
  expect(components.filter(({ licenses = [] }) => licenses.length === 0).map(({ name }) => name)).toEqual([])
})
