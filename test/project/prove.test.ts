import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { mutations } from '../../prove/mutations.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const timeoutMs = 240_000

/** Runs a program of the package to its end. */
function run(program: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, program), ...args], {
      cwd: root,
      env: { ...process.env, DATABASE_URL: '' },
      timeout: timeoutMs,
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('close', (code) => resolve({ code, output }))
  })
}

const prove = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
  const built = await run('bin/counterfoil.js', ['--build-only'])
  return built.code === 0 ? run('node_modules/tsx/dist/cli.mjs', ['prove/main.ts', ...args]) : built
}

test(
  'racing clients and kill -9 of servers and database break no promise of the ledger, and every event is delivered',
  async () => {
    // The first round of this seed has budgets, holds and returns.
    const { code, output } = await prove('--minutes', '0.4', '--seed', '44', '--webhooks')
    expect(output).toMatch(/race 1, returns: .*budget=/)
    expect(output).toMatch(/returns +[1-9]/)
    expect(output).toContain('Verdict: nothing was violated.')
    expect(code).toBe(0)
  },
  timeoutMs,
)

test.each(mutations)('the text that a mutation replaces exists: $name', ({ edits }) => {
  for (const { file, from } of edits)
    expect(readFileSync(join(root, file), 'utf8').split(from), `${file}: ${from}`).toHaveLength(2)
})

test(
  'the proof detects a server without one of its guards',
  async () => {
    const { code, output } = await prove(
      '--mutations',
      '--only',
      'one batch do not see each other in the',
      '--seed',
      '7',
    )
    expect(output).toContain('1 of 1 broken guards were noticed')
    expect(code).toBe(0)
  },
  timeoutMs,
)
