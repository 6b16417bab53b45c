import { spawn, spawnSync } from 'node:child_process'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import {
  emptyFolder,
  environmentOf,
  ownDatabase,
  program,
  runProgram,
  setUpProcesses,
  until,
} from '../support/process-harness.ts'

setUpProcesses()

const root = dirname(dirname(program))

interface Package {
  readonly scripts: Readonly<Record<string, string>>
}
const brand = 'org create --name Brand --time-zone UTC --country IN'.split(' ')

/** The output and exit code of a program that is made to see this version of Node. */
async function runOnNode(
  version: string,
  ...args: string[]
): Promise<{ status: number | null; stderr: string }> {
  const folder = await emptyFolder()
  const pretend = join(folder, 'pretend.cjs')
  await writeFile(
    pretend,
    `Object.defineProperty(process.versions, 'node', { value: ${JSON.stringify(version)} })`,
  )
  const { status, stderr } = spawnSync(process.execPath, ['--require', pretend, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], DATA_DIR: '/dev/null/data' },
  })
  return { status, stderr }
}

test('every entry reports at once that this Node is too old, and which version it needs', async () => {
  for (const entry of [program, join(root, 'scripts', 'build.js')])
    for (const version of ['18.20.4', '20.18.3', '21.7.0', '22.12.0', '23.5.0'])
      expect(await runOnNode(version, entry, '--version')).toEqual({
        status: 1,
        stderr: `counterfoil: this is Node ${version}; Counterfoil needs Node 20.19 or a later 20, 22.13 or a later 22, 24 or newer\n`,
      })
  for (const version of ['20.19.0', '22.13.1', '24.0.0', '26.1.0'])
    expect(await runOnNode(version, program, '--version')).toEqual({ status: 0, stderr: '' })
})

test('npm ci refuses a version of Node that package.json does not allow', async () => {
  const { status, stdout } = spawnSync('npm', ['config', 'get', 'engine-strict'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'true\n' })
})

test('a checkout without installed libraries reports how to install them', async () => {
  const checkout = await emptyFolder()
  for (const part of ['bin', 'scripts', 'package.json', 'src'])
    await cp(join(root, part), join(checkout, part), { recursive: true })
  const { status, stderr } = spawnSync(process.execPath, [join(checkout, 'bin', 'counterfoil.js'), 'serve'], {
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `counterfoil: its libraries are not installed; run npm ci in ${checkout} first\n`,
  })
})

test('npx builds nothing in a built package, or in a checkout without libraries', async () => {
  const { prepare } = (JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Package).scripts
  expect(prepare).toBe('node scripts/build.js --stale')
  const checkout = await emptyFolder()
  for (const part of ['scripts', 'package.json', 'src'])
    await cp(join(root, part), join(checkout, part), { recursive: true })
  const build = (): unknown =>
    spawnSync(process.execPath, [join(checkout, 'scripts', 'build.js'), '--stale'], { encoding: 'utf8' })
  expect(build()).toMatchObject({ status: 0, stdout: '', stderr: '' })
})

test('a build that cannot be loaded ends with a one-line message without a stack', async () => {
  const checkout = await emptyFolder()
  for (const part of ['bin', 'scripts', 'package.json'])
    await cp(join(root, part), join(checkout, part), { recursive: true })
  await mkdir(join(checkout, 'dist', 'cli'), { recursive: true })
  await writeFile(join(checkout, 'dist', 'cli', 'main.js'), `import 'a-library-that-is-missing'\n`)
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'))
  const { status, stderr } = spawnSync(process.execPath, [join(checkout, 'bin', 'counterfoil.js')], {
    encoding: 'utf8',
  })
  expect(status).toBe(1)
  expect(stderr).toMatch(/^counterfoil: it could not be started: .*a-library-that-is-missing.*\n$/)
})

test('only commands that set something up create a database, and report where beforehand', async () => {
  const dataDir = await emptyFolder()
  const refused = await runProgram(['store', 'list', '--org', '1'], dataDir)
  expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: '' })
  expect(refused.stderr).toContain(`there is no database in DATA_DIR ${dataDir} yet`)
  const { code, stderr } = await runProgram(brand, dataDir)
  expect(code).toBe(0)
  expect(stderr.split('\n')[0]).toBe(
    `Creating a database in ${dataDir} (DATA_DIR), since DATABASE_URL is not set`,
  )
})

test('created records are listed, in columns and as JSON', async () => {
  const dataDir = await ownDatabase()
  const run = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await runProgram(line.split(' '), dataDir)
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' })
    return stdout
  }
  expect(await run('org list')).toBe('There are no organisations yet\n')
  await runProgram(brand, dataDir)
  await run('store create --org Brand --code s1 --name First')
  await runProgram(
    [
      'till',
      'create',
      '--org',
      'Brand',
      '--store',
      's1',
      '--code',
      's1.till',
      '--password',
      'violet amber kettle bridge',
    ],
    dataDir,
  )
  await run('client create --org Brand --till s1.till --name shop')
  await run('user create --org Brand --email maya@example.com --name Maya --role admin --generate')
  expect(await run('org list')).toMatch(
    /^id +name +timeZone +country +currency +sandbox\n1 +Brand +UTC +IN +no\n$/,
  )
  expect(await run('till list --org Brand')).toMatch(
    /^id +code +store +accessGroup +revoked\n\d+ +s1\.till +s1 +\S+ +no\n$/,
  )
  for (const [kind, plural, name] of [
    ['store', 'stores', { code: 's1' }],
    ['till', 'tills', { code: 's1.till' }],
    ['client', 'clients', { name: 'shop' }],
    ['user', 'users', { email: 'maya@example.com' }],
  ] as const)
    expect(JSON.parse(await run(`${kind} list --org Brand --json`))).toMatchObject({ [plural]: [name] })
})

test('an organisation is deleted only when its name is typed and its export was decided on', async () => {
  const dataDir = await ownDatabase()
  const out = join(await emptyFolder(), 'export')
  await runProgram(brand, dataDir)
  for (const [code, args] of [
    [2, []],
    [2, ['--confirm', 'Brand']],
    [1, ['--confirm', 'brand', '--no-export']],
  ] as const) {
    expect((await runProgram(['org', 'delete', '--org', '1', ...args], dataDir)).code).toBe(code)
    expect((await runProgram(['org', 'list', '--json'], dataDir)).stdout).toContain('"Brand"')
  }
  const deleted = await runProgram(
    ['org', 'delete', '--org', '1', '--confirm', 'Brand', '--export', out, '--json'],
    dataDir,
  )
  expect(JSON.parse(deleted.stdout)).toMatchObject({
    id: 1,
    name: 'Brand',
    export: out,
    deleted: { organisations: 1 },
  })
  expect((await runProgram(['export', 'customers', '--org', '1'], dataDir)).stderr).toContain(
    'There is no organisation',
  )
})

test('an interrupted command reports how to continue, closes the database and ends as shells expect', async () => {
  const dataDir = await ownDatabase()
  await runProgram(brand, dataDir)
  const child = spawn(process.execPath, [program, 'import', 'customers', '--org', 'Brand', '-'], {
    env: environmentOf(dataDir),
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  // The command has begun to read when the pipe accepts more than its capacity.
  const row = `+9194004${'0'.repeat(5)}\n`
  child.stdin.on('error', () => {}).write(`mobile\n${row.repeat(100_000)}`)
  await until('the command reads', () => child.stdin.writableLength === 0)
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(stderr).toContain(
    'counterfoil: stopped by SIGINT; what came in is kept, and the same command goes on from there\n',
  )
  expect(stderr).not.toContain('    at ')
})
