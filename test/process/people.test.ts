import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import {
  environmentOf,
  ownDatabase,
  program,
  runProgram,
  setUpProcesses,
  startServer,
  until,
  type RunningServer,
} from '../support/process-harness.ts'

setUpProcesses()

const create = 'user create --org Brand --name Maya --role admin --email'.split(' ')

/** Runs a command with piped input. */
function pipeInto(
  args: readonly string[],
  dataDir: string,
  input: string,
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    env: environmentOf(dataDir),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  child.stdin.end(input)
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })))
}

const signIn = ({ url }: RunningServer, email: string, password: string) =>
  fetch(`${url}/admin/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })

const session = ({ url }: RunningServer, cookie: string, method = 'GET') =>
  fetch(`${url}/admin/v1/session`, { method, headers: { cookie, 'x-counterfoil-console': '1' } })

test('a user created on the command line signs in at one process, is known to another, and signs out of both', async () => {
  const dataDir = await ownDatabase()
  const first = await startServer(dataDir)
  const org = 'org create --name Brand --time-zone UTC --country IN'.split(' ')
  expect((await runProgram(org, dataDir)).code).toBe(0)

  const typed = await pipeInto([...create, 'maya@example.com', '--json'], dataDir, 'a fine password\n')
  expect(typed.code, typed.text).toBe(0)
  expect(JSON.parse(typed.text)).toEqual({ id: 1, email: 'maya@example.com', role: 'admin' })
  const generated = await runProgram([...create, 'ravi@example.com', '--generate', '--json'], dataDir)
  const { password } = JSON.parse(generated.stdout) as { password: string }
  expect(password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/)
  for (const [email, input] of [
    ['maya@example.com', 'a fine password'],
    ['short@example.com', 'short'],
    ['no address', 'a fine password'],
  ] as const) {
    const refused = await pipeInto([...create, email], dataDir, input)
    expect(refused.code, refused.text).toBe(1)
  }

  expect((await signIn(first, 'ravi@example.com', password)).status).toBe(200)
  const answer = await signIn(first, 'Maya@example.com', 'a fine password')
  expect(answer.status).toBe(200)
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
  const second = await startServer(dataDir)
  expect((await session(second, cookie)).status).toBe(200)
  expect((await session(first, cookie, 'DELETE')).status).toBe(200)
  expect((await session(first, cookie)).status).toBe(401)
  await until('the other process follows', async () => (await session(second, cookie)).status === 401, 5_000)

  const lost = 'user set-password --org Brand --email ravi@example.com --json --generate'.split(' ')
  const reset = await runProgram(lost, dataDir)
  const again = JSON.parse(reset.stdout) as { password: string }
  expect((await signIn(second, 'ravi@example.com', password)).status).toBe(401)
  expect((await signIn(second, 'ravi@example.com', again.password)).status).toBe(200)
})

test('the demo prints one person per role, and each signs in', async () => {
  const server = await startServer(await ownDatabase(), { env: { COUNTERFOIL_DEMO: '1' } })
  for (const role of ['care', 'campaign', 'admin', 'auditor']) {
    expect(server.output().stdout).toContain(`${role}@example.com / demo`)
    const answer = await signIn(server, `${role}@example.com`, 'demo')
    expect(await answer.json()).toMatchObject({ user: { role }, organisation: { id: 1, name: 'Demo' } })
  }
})
