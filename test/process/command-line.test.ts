import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { settings } from '../../src/platform/settings.ts'
import { codeColumns, customerColumns, redemptionColumns } from '../../src/bulk/rows/columns-rules.ts'
import { program } from '../support/process-harness.ts'

interface Outcome {
  args: string[]
  code: number
  stdout: string
  stderr: string
}

const main = pathToFileURL(join(dirname(dirname(program)), 'dist', 'cli', 'main.js')).href

/** Runs command lines one after the other in one process, and returns the output and exit code of each. */
const runner = `
  const results = []
  // Each import listens for errors of its own, as each process does.
  for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0)
  for (const [n, args] of JSON.parse(process.argv[1]).entries()) {
    const result = { args, stdout: '', stderr: '' }
    const restore = ['stdout', 'stderr'].map((name) => {
      const write = process[name].write
      process[name].write = (text) => ((result[name] += text), true)
      return () => { process[name].write = write }
    })
    process.argv = [process.execPath, 'counterfoil', ...args]
    await import(${JSON.stringify(main)} + '?' + n)
    restore.forEach((one) => one())
    results.push({ ...result, code: process.exitCode ?? 0 })
  }
  process.exitCode = 0
  console.log(JSON.stringify(results))
`

function runAll(lines: readonly string[]): Outcome[] {
  const args = JSON.stringify(lines.map((line) => line.split(' ').filter((word) => word !== '')))
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', runner, args],
    // No command may reach the data folder.
    { encoding: 'utf8', env: { PATH: process.env['PATH'], DATA_DIR: '/dev/null/data' } },
  )
  expect(stderr).toBe('')
  return JSON.parse(stdout) as Outcome[]
}

beforeAll(() => {
  const built = spawnSync(process.execPath, [program, '--build-only'], { encoding: 'utf8' })
  if (built.status !== 0) throw new Error(built.stderr)
})

/** Every command, found by following the help texts. */
function everyCommand(): Outcome[] {
  const found: Outcome[] = []
  let lines = ['']
  while (lines.length > 0) {
    const helps = runAll(lines.map((line) => `${line} --help`))
    found.push(...helps)
    lines = helps.flatMap(({ args, stdout }) => {
      const [, list = ''] = /\nCommands:\n([^]*?)(\n\n|$)/.exec(stdout) ?? []
      const names = [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name = '']) => name)
      return names.filter((name) => name !== 'help').map((name) => [...args.slice(0, -1), name].join(' '))
    })
  }
  return found
}

describe('the command line', () => {
  test('explains every command with --help on stdout and ends with 0', () => {
    const helps = everyCommand()
    const names = helps.map(({ args }) => args.slice(0, -1).join(' '))
    for (const name of [
      '',
      'serve',
      'migrate',
      'org create',
      'store create',
      'till create',
      'client create',
    ]) {
      expect(names).toContain(name)
    }
    for (const { args, code, stdout, stderr } of helps) {
      const usage = ['Usage: counterfoil', ...args.slice(0, -1)].join(' ')
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' })
      expect(stdout).toContain(usage)
    }
  })

  test('names the settings of commands and the exit codes in its help, and every setting in the help of serve', () => {
    const [help, ofServe] = runAll(['--help', 'serve --help'])
    for (const name of ['DATABASE_URL', 'DATA_DIR', 'LOG_LEVEL']) expect(help?.stdout).toContain(`  ${name} `)
    expect(help?.stdout).not.toContain('RATE_LIMIT_READS')
    expect(help?.stdout).toContain('counterfoil serve --help')
    expect(help?.stdout).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage.')
    for (const { name } of settings) expect(ofServe?.stdout).toContain(`  ${name} `)
  })

  test('shows the same help of a command for each way to ask for it', () => {
    for (const [asked, ...others] of [
      ['--help', 'help', '-h'],
      ['org --help', 'help org', 'org help', '--help org'],
      ['org create --help', 'help org create', 'org help create', 'org create -h'],
    ]) {
      const [first, ...rest] = runAll([asked as string, ...others])
      expect(first?.code).toBe(0)
      for (const { code, stdout } of rest)
        expect({ code, stdout }).toEqual({ code: 0, stdout: first?.stdout })
    }
  })

  test('shows the columns and an example in the help of each import', () => {
    for (const [kind, columns] of [
      ['codes', codeColumns],
      ['redemptions', redemptionColumns],
      ['customers', customerColumns],
    ] as const) {
      const [help] = runAll([`import ${kind} --help`])
      expect(help?.stdout).toContain(`Columns: ${columns.known.join(', ')}`)
      const [, names = ''] = /Example:\n {2}(\S+)\n {2}\S/.exec(help?.stdout ?? '') ?? []
      expect(names.split(',').filter((name) => !(columns.known as readonly string[]).includes(name))).toEqual(
        [],
      )
      for (const group of columns.required)
        expect(names.split(',').some((name) => (group as readonly string[]).includes(name))).toBe(true)
    }
  })

  test('prints the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(dirname(dirname(program)), 'package.json'), 'utf8')) as {
      version: string
    }
    expect(runAll(['--version'])).toMatchObject([{ code: 0, stdout: `${version}\n`, stderr: '' }])
  })

  test('ends with 2 and a message on stderr for wrong usage, and does nothing', () => {
    const outcomes = runAll([
      '',
      'nonsense',
      'serve now',
      'serve --fast',
      'org',
      'org destroy',
      'org create --name A --time-zone UTC',
      'org create --name',
      'store create --org 1 --code a',
      'till create --org 1 --store a --code b',
      'client revoke --org 1',
      'client rotate --org 1',
      'customer erase --org 1',
      'customer erase --org 1 --id abc',
      'code-form --org 1 --series abc',
      'wal-archive --to /tmp/a --off',
      'restore --from /tmp/a --until 2026-05-01T00:00:00Z',
      'webhook replay --org 1 --webhook 1',
      'webhook replay --org 1 --webhook 1 --parked --event a',
      'nonsense --help',
      '--help nonsense',
      'help nonsense',
      'org destroy --help',
      'org help destroy',
      'help org destroy',
      'figures --org 1 --days 0',
      'figures --org 1 --days 93',
      'figures --org 1 --days 2.5',
      'demo generate --customers 0',
      'demo generate --customers 1000001',
    ])
    for (const { args, code, stdout, stderr } of outcomes) {
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' })
      expect(stderr, args.join(' ')).not.toBe('')
      expect(stderr).not.toContain('/dev/null/data')
    }
  })

  test('ends with these codes as a process, too', () => {
    const env = { PATH: process.env['PATH'], DATA_DIR: '/dev/null/data' }
    const codes = ['--help', 'nonsense', 'migrate'].map(
      (word) => spawnSync(process.execPath, [program, word], { env }).status,
    )
    expect(codes).toEqual([0, 2, 1])
  })
})
