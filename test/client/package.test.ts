import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientOptions } from '../../packages/client/src/index.ts'
import { createTestContext, createTestServer, password, signInAsClient } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

interface Shown {
  readonly code: string
  readonly bills: readonly string[]
}

/** `programs/till-day.ts`, which compiles only where the package is installed. */
interface Program {
  readonly playTillDay: (
    options: ClientOptions,
    mobile: string,
  ) => Promise<{
    readonly afterIssue: readonly Shown[]
    readonly afterSale: readonly Shown[]
    readonly afterBill: readonly Shown[]
    readonly afterCancel: readonly Shown[]
    readonly afterOlderSale: readonly Shown[]
    readonly atTheEnd: readonly Shown[]
    readonly codes: readonly number[]
  }>
  readonly readTills: (options: ClientOptions) => Promise<readonly string[]>
}

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const tsc = join(root, 'node_modules', '.bin', 'tsc')

const context = await createTestContext()
const app = await createTestServer(context)
const baseUrl = await app.listen({ port: 0, host: '127.0.0.1' })

/** The folder of a user who has only the package. */
const folder = await mkdtemp(join(tmpdir(), 'counterfoil-client-'))
const installed = join(folder, 'node_modules', '@counterfoil', 'client')
afterAll(() => rm(folder, { recursive: true, force: true }))

const npm = (...args: readonly string[]) =>
  run('npm', args, { env: { ...process.env, npm_config_cache: join(folder, 'cache') } })

/** The programs of the README, in order. */
async function examples(): Promise<string[]> {
  const readme = await readFile(join(root, 'packages', 'client', 'README.md'), 'utf8')
  return [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, program = '']) => program)
}

/** The output of the compiler for the programs. */
const compile = (...args: readonly string[]): Promise<string> =>
  run(tsc, ['-p', folder, ...args]).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  )

beforeAll(async () => {
  await npm('pack', join(root, 'packages', 'client'), '--pack-destination', folder)
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? ''
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await npm('install', join(folder, tarball), '--prefix', folder, '--offline', '--ignore-scripts')

  await mkdir(join(folder, 'src'))
  await cp(fileURLToPath(new URL('programs', import.meta.url)), join(folder, 'src'), { recursive: true })
  for (const [index, program] of (await examples()).entries())
    await writeFile(join(folder, 'src', `example-${index}.ts`), program)
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
    module: 'NodeNext',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
    rootDir: 'src',
    outDir: 'out',
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }))
})

describe('the packed client', () => {
  test('contains only what a program needs: compiled files, types and the licence, without dependencies', async () => {
    const files = await readdir(installed, { recursive: true })
    expect(files.toSorted().filter((name) => !name.startsWith('dist/'))).toEqual([
      'LICENSE',
      'README.md',
      'dist',
      'package.json',
    ])
    expect(files).toContain('dist/index.d.ts')
    expect(files.filter((name) => /\.test\.|\.ts$/.test(name) && !name.endsWith('.d.ts'))).toEqual([])
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as object
    expect(manifest).not.toHaveProperty('dependencies')
    const server = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    expect(manifest).toMatchObject({ license: 'Apache-2.0', version: server.version })
  })

  test('compiles in programs under strict settings, for Node and for bundlers', async () => {
    expect(await compile()).toBe('')
    expect(await compile('--noEmit', '--module', 'ESNext', '--moduleResolution', 'bundler')).toBe('')
  })

  test('plays a day at a till, in version 2 and 1.1, and reads what an administrator reads', async () => {
    const shop = await openShop(context, app)
    const path = pathToFileURL(join(folder, 'out', 'till-day.js')).href
    const { playTillDay, readTills } = (await import(path)) as Program
    const credentials = { tillCode: shop.tillCode, password }
    const day = await playTillDay({ baseUrl, credentials }, '919400488267')
    const bills = (shown: readonly Shown[]) => shown.map((one) => one.bills)
    expect(new Set(day.afterIssue.map(({ code }) => code)).size).toBe(3)
    expect(bills(day.afterIssue)).toEqual([[], [], []])
    expect(bills(day.afterSale).flat()).toEqual(['bill-110', 'bill-110'])
    expect(bills(day.afterBill).flat().toSorted()).toEqual(['bill-110', 'printed-7'])
    expect(bills(day.afterCancel)).toEqual([[], [], []])
    expect(bills(day.afterOlderSale).flat()).toEqual(['bill-112'])
    expect(bills(day.atTheEnd).flat()).toEqual(['bill-112'])
    expect(day.codes).toEqual([700, 711, 702, 700, 660])
    await shop.expectLedgerAdds()

    const { headers } = await signInAsClient(context, app, shop, 'administrator')
    const token = headers.authorization.replace('Bearer ', '')
    const read = await readTills({ baseUrl, credentials: { token: async () => token } })
    expect(read).toContain(shop.tillCode)
  })

  test('works as its README shows', async () => {
    const shop = await openShop(context, app)
    const customer = await shop.customer({ mobile: '919400488268' })
    const seriesId = await shop.series({})
    const [first, second] = [await shop.coupon(seriesId, customer), await shop.coupon(seriesId, customer)]
    const env = {
      ...process.env,
      COUNTERFOIL_URL: baseUrl,
      TILL_CODE: shop.tillCode,
      TILL_PASSWORD: password,
      CLIENT_KEY: shop.clientKey,
      CLIENT_SECRET: shop.clientSecret,
      CUSTOMER_MOBILE: '919400488268',
      COUPON_CODE: second.code,
    }
    const outputs = []
    for (const index of (await examples()).keys()) {
      const program = join(folder, 'out', `example-${index}.js`)
      outputs.push((await run(process.execPath, [program], { env })).stdout.trim())
    }
    expect(outputs).toEqual([
      expect.stringMatching(/^Redeemed: \d+$/),
      expect.stringMatching(/^refused 701: .+ \(code 701, HTTP 400\); request .+$/),
      '700 700',
      expect.stringMatching(/^Redeemed 1 for (\d+\.\d\d), quoted \1\nGiven back \1$/),
    ])
    const history = await shop.history(customer)
    const counts = new Map(history.map(({ code, redemptionCount }) => [code, redemptionCount]))
    expect([counts.get(first.code), counts.get(second.code)]).toEqual([0, 1])
    await shop.expectLedgerAdds()
  })

  test('can be bundled for browsers, because it imports nothing from Node', async () => {
    const input = join(folder, 'page.js')
    await writeFile(
      input,
      `import { createClient } from '@counterfoil/client'\nglobalThis.make = createClient\n`,
    )
    const bundle = await rolldown({ input, cwd: folder, platform: 'browser', logLevel: 'silent' })
    const { output } = await bundle.generate({ format: 'esm', minify: true })
    await bundle.close()
    expect(output).toHaveLength(1)
    expect(output[0].imports).toEqual([])
    expect(output[0].code).not.toMatch(/\b(process|Buffer|require)\b/)
    expect(output[0].code.length).toBeLessThan(42_000)
  })
})
