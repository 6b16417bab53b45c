import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { basic } from '../support/harness.ts'
import {
  environmentOf,
  ownDatabase,
  program,
  runProgram,
  setUpProcesses,
  startServer,
  stop,
} from '../support/process-harness.ts'

setUpProcesses()

/** Runs a command with piped input. */
function pipeInto(args: readonly string[], dataDir: string, input: string) {
  const child = spawn(process.execPath, [program, ...args], {
    env: environmentOf(dataDir),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk))
  child.stdin.end(input)
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, ...text })),
  )
}

test('a database with the demo is served only on loopback addresses, whatever COUNTERFOIL_DEMO says, until the demo is closed', async () => {
  const dataDir = await ownDatabase()
  const demo = await startServer(dataDir, { env: { COUNTERFOIL_DEMO: '1' } })
  await stop(demo)
  for (const env of [{ HOST: '0.0.0.0' }, { HOST: '::' }, { HOST: '0.0.0.0', COUNTERFOIL_DEMO: '0' }]) {
    const { code, stdout, stderr } = await runProgram(['serve'], dataDir, { env })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(
      'the database holds the demo organisation, whose credentials are published (demo.till',
    )
    expect(stderr).toContain(`HOST is ${env.HOST}`)
    expect(stderr).toContain('npx counterfoil demo close')
  }
  const doctor = await runProgram(['doctor', '--no-ledger'], dataDir, { env: { HOST: '0.0.0.0' } })
  expect(doctor.stdout).toContain(
    'FAULT The published credentials of the demo work: demo.till, demo.reader, demo.typed, demo-key',
  )
  expect((await runProgram(['doctor', '--no-ledger'], dataDir)).stdout).toContain(
    'on a loopback address only',
  )

  const closed = await runProgram(['demo', 'close', '--json'], dataDir)
  expect(JSON.parse(closed.stdout)).toMatchObject({
    closed: [
      { kind: 'till', login: 'demo.till' },
      { kind: 'till', login: 'demo.reader' },
      { kind: 'till', login: 'demo.typed' },
      { kind: 'client', login: 'demo-key' },
      ...['care', 'campaign', 'admin', 'auditor'].map((role) => ({
        kind: 'user',
        login: `${role}@example.com`,
      })),
    ],
  })
  const open = await startServer(dataDir, { env: { HOST: '0.0.0.0' } })
  const url = open.url.replace('0.0.0.0', '127.0.0.1')
  const headers = { authorization: basic('demo.till', 'demo') }
  expect((await fetch(`${url}/v2/customers/coupons?id=1`, { headers })).status).toBe(401)
  expect((await runProgram(['demo', 'close'], dataDir)).stdout).toBe(
    'No published credentials of the demo work in this database\n',
  )
  await stop(open)
})

test('if another server loads the demo later, a publicly reachable server rejects the published credentials', async () => {
  const dataDir = await ownDatabase()
  const open = await startServer(dataDir, { env: { HOST: '0.0.0.0' } })
  const local = await startServer(dataDir, { env: { COUNTERFOIL_DEMO: '1' } })
  const at = async (url: string) => {
    const json = { 'content-type': 'application/json' }
    const basics = ['demo', 'fe01ce2a7fbac8fafaed7c982a04e229'].map((sent) =>
      fetch(`${url}/v2/customers/coupons?mobile=919400488244`, {
        headers: { authorization: basic('demo.till', sent) },
      }),
    )
    const post = (path: string, body: object) =>
      fetch(url + path, { method: 'POST', headers: json, body: JSON.stringify(body) })
    const others = [
      post('/v3/oauth/token/generate', { key: 'demo-key', secret: 'demo-secret' }),
      post('/admin/v1/session', { email: ' Admin@example.com', password: 'demo' }),
    ]
    return Promise.all([...basics, ...others].map(async (answer) => (await answer).status))
  }
  expect(await at(local.url)).toEqual([200, 200, 200, 200])
  expect(await at(open.url.replace('0.0.0.0', '127.0.0.1'))).toEqual([401, 401, 401, 401])
})

test('the password of a till is piped in, or given as an argument with a warning, and a weak one is refused with the requirements', async () => {
  const dataDir = await ownDatabase()
  await startServer(dataDir)
  for (const args of [
    'org create --name Brand --time-zone UTC --country IN',
    'store create --org Brand --code s1 --name Store',
  ])
    expect((await runProgram(args.split(' '), dataDir)).code).toBe(0)
  const create = 'till create --org Brand --store s1 --json --code'.split(' ')
  const warning = '--password is visible in the list of processes'

  const piped = await pipeInto([...create, 'piped'], dataDir, 'seven green kites\n')
  expect(piped).toMatchObject({ code: 0, stdout: expect.stringContaining('"code":"piped"') })
  expect(piped.stderr).not.toContain(warning)
  const given = await runProgram([...create, 'given', '--password', 'seven green kites'], dataDir)
  expect(given).toMatchObject({ code: 0, stderr: expect.stringContaining(warning) })
  expect(JSON.parse(given.stdout)).toMatchObject({ code: 'given' })

  const weak = await runProgram([...create, 'weak', '--password', 'secret'], dataDir)
  expect(weak).toMatchObject({ code: 1, stdout: '' })
  expect(weak.stderr).toContain('at least 12 characters or 4 different words')
  const common = await pipeInto([...create, 'weak'], dataDir, 'password1234\n')
  expect(common).toMatchObject({ code: 1, stderr: expect.stringContaining('The password is a common one') })
  const none = await runProgram([...create, 'none'], dataDir)
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('the password is missing') })
})

test('sample data is generated by one command, which says what it made and how to sign in, and refuses what it cannot read', async () => {
  const dataDir = await ownDatabase()
  const generate = (line: string) => runProgram(['demo', 'generate', ...line.split(' ')], dataDir)
  const { code, stdout, stderr } = await generate('--customers 20 --seed 3 --name Trial')
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^\d+\.\d s: 20 customers$/m)])
  expect(stdout).toMatch(
    /^Created organisation \d+ "Trial", whose history ends on \d{4}-\d\d-\d\d, in \d+\.\d s\n20 customers, \d+ coupons, /,
  )
  expect(stdout).toMatch(/^Till "sample\d+\.s01" with the password \S{40,} \(shown this once\)$/m)
  const audit = await runProgram(['audit', '--org', 'Trial', '--no-indexes'], dataDir)
  expect([audit.code, audit.stdout]).toEqual([0, expect.not.stringContaining('FAULT')])

  const taken = await generate('--customers 20 --name Trial')
  expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining('an organisation "Trial" already')])
  expect((await generate('--customers many')).code).toBe(2)
  expect((await generate('--seed 1')).code).toBe(2)
  const none = await generate('--customers 0')
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('from 1 to 1000000')])
})
