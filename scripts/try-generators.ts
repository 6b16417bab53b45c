/**
 * Gives the document of the API to generators that others use, one of them for Java, and ends with 1 if one fails, warns, or writes
 * what does not compile. They are fetched from npm when this runs, so that nobody else has to install them.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { readConfig } from '../src/platform/config.ts'
import { openDatabase } from '../src/platform/db/database.ts'
import { nameSchemas } from '../src/http/named-schemas.ts'
import { openApiDocument } from './generated-files.ts'

const run = promisify(execFile)
const compiler = fileURLToPath(new URL('../node_modules/.bin/tsc', import.meta.url))
const java = '@openapi-generator-plus/java-jaxrs-client-generator'
/** A default of a number that may be sent as a text too: the generator leaves the default out, and nothing else. */
const harmless = /Literal is unsupported for schema type object: \d+/
const timeoutMs = 300_000
const packages = [
  'swagger-typescript-api@13.13.0',
  'openapi-generator-plus@2.22.0',
  '@openapi-generator-plus/core@2.31.3',
  `${java}@5.0.0`,
]

/** Runs a program of the installed packages. @throws with what it warned about. */
async function generate(folder: string, name: string, ...args: string[]): Promise<void> {
  const { stdout, stderr } = await run(join(folder, 'node_modules', '.bin', name), args, {
    cwd: folder,
    timeout: timeoutMs,
    maxBuffer: 2 ** 26,
  })
  const warnings = `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => /warn/i.test(line) && !harmless.test(line))
  if (warnings.length > 0) throw new Error(warnings.join('\n'))
}

async function tryTypeScript(folder: string): Promise<string> {
  const args = ['generate', '-p', 'openapi.json', '-o', '.', '-n', 'api.ts']
  await generate(folder, 'swagger-typescript-api', ...args)
  await run(compiler, ['--strict', '--noEmit', '--target', 'ES2022', '--module', 'NodeNext', 'api.ts'], {
    cwd: folder,
  })
  return 'swagger-typescript-api: a client of every call, which compiles'
}

/** The calls whose bodies have one shape: the generator knows no field that is a list or an object. */
async function tryJava(folder: string): Promise<string> {
  const config = {
    inputPath: 'openapi.json',
    outputPath: 'java',
    generator: java,
    package: 'com.example.client',
  }
  await writeFile(join(folder, 'java.json'), JSON.stringify(config))
  const paths = ['/till/**', '/v3/**', '/coupon/**'].flatMap((path) => ['--include-path', path])
  await generate(folder, 'openapi-generator-plus', '-c', 'java.json', ...paths)
  const files = await readdir(join(folder, 'java'), { recursive: true })
  if (!files.some((file) => file.endsWith('TillApi.java'))) throw new Error('There is no TillApi.java')
  return `${java}: ${files.filter((file) => file.endsWith('.java')).length} files`
}

const folder = await mkdtemp(join(tmpdir(), 'counterfoil-generators-'))
const database = await openDatabase(readConfig({ DATA_DIR: join(folder, 'data') }), pino({ level: 'warn' }))
try {
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(nameSchemas(await openApiDocument(database))))
  await writeFile(join(folder, 'package.json'), '{}')
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: folder })
  for (const generator of [tryTypeScript, tryJava]) console.log(await generator(folder))
} finally {
  await database.close()
  await rm(folder, { recursive: true, force: true })
}
