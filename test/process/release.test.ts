import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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

const stating = [
  'package.json',
  'package-lock.json',
  'packages/client/package.json',
  'deploy/helm/Chart.yaml',
  'CHANGELOG.md',
]

test.each([
  ['packages/client/package.json', 'packages/client/package.json has version 9.9.9'],
  ['package-lock.json', 'package-lock.json has version 9.9.9'],
  ['deploy/helm/Chart.yaml', 'version of deploy/helm/Chart.yaml has version 9.9.9'],
  ['CHANGELOG.md', 'CHANGELOG.md has no section'],
])('a release is refused if %s states another version', async (changed, expected) => {
  const folder = await emptyFolder()
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  for (const path of [...stating, 'scripts/release.js']) {
    await mkdir(join(folder, dirname(path)), { recursive: true })
    await cp(join(root, path), join(folder, path))
  }
  const text = await readFile(join(root, changed), 'utf8')
  expect(text).toContain(version)
  await writeFile(join(folder, changed), text.replaceAll(version, '9.9.9'))
  await expect(run('node', ['scripts/release.js', 'out'], { cwd: folder })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(expected),
  })
})
