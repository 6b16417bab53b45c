import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, expect, inject, test } from 'vitest'
import { loadDemo } from '../../src/operate/demo/load-demo.ts'
import { answersShown, codeBlocksOf, documents, type CodeBlock } from '../support/code-blocks.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { program } from '../support/process-harness.ts'

/** Documents whose blocks are run, in order and in one shell, against a server with the demo. */
const run = documents.filter((document) =>
  codeBlocksOf(document).some(({ language, notRun }) => language === 'sh' && notRun === undefined),
)
/** Documents whose programs have a test of their own. */
const ownTests: Readonly<Record<string, string>> = {
  'packages/client/README.md': 'test/client/package.test.ts',
}
/** What the answer of a call that did not do what it should contains, although its status is 200. */
const failures = /"success":false|"status":false|<success>false/

/** Checkpoints of the chain are signed with a key that is encrypted with this one. */
const secretKeys = randomBytes(32).toString('base64')

/** Where the output of a block begins. */
const mark = (index: number): string => `--- block ${index} ---`

/**
 * What a reader types stays as it is. A failed call ends the shell, and `npx counterfoil` is the program of this
 * checkout, which gets the password of the documents where it asks for one.
 */
const preamble = `set -euo pipefail
curl() { command curl --fail-with-body --silent --show-error "$@"; }
npx() {
  case "$1" in
    counterfoil-verify-events) shift; node "$VERIFIER" "$@" ;;
    *) shift; node "$PROGRAM" "$@" <<< 'seven green kites' ;;
  esac
}
`

beforeAll(() => {
  if (spawnSync('curl', ['--version']).status !== 0)
    throw new Error('The tests of the documents need curl: apt-get install curl')
  const { status, stderr } = spawnSync(process.execPath, [program, '--build-only'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}, 300_000)

/** The command of a block; curl exits with 22 for a status of refusal. */
const commandOf = ({ code, isRefused }: CodeBlock): string =>
  isRefused ? `set +e\n( set -e\n${code}\n)\n[ $? = 22 ] || exit 97\nset -e` : code

/** Runs blocks in one shell against a new demo. @returns what each printed. */
async function runBlocks(blocks: readonly CodeBlock[]): Promise<string[]> {
  const context = await createTestContext({
    env: { WEBHOOKS_MAY_REACH_PRIVATE_ADDRESSES: '1', SECRET_KEYS: secretKeys },
  })
  await loadDemo(context)
  const app = await createTestServer(context)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const script = blocks.map(
    (block, index) =>
      `echo '${mark(index)}'\n${commandOf(block).replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`)}`,
  )
  const { rows } = await context.database.pool.query<{ name: string }>('select current_database() as name')
  const { host, user } = inject('postgres')
  const shell = spawn(
    'bash',
    ['-c', [preamble, ...script, `echo; echo '${mark(blocks.length)}'`].join('\n')],
    {
      cwd: await mkdtemp(join(tmpdir(), 'blocks-')),
      env: {
        ...process.env,
        PROGRAM: program,
        VERIFIER: join(dirname(program), 'verify-events.mjs'),
        SECRET_KEYS: secretKeys,
        DATABASE_URL: `postgresql:///${rows[0]?.name}?host=${encodeURIComponent(host)}&user=${user}`,
      },
    },
  )
  let output = ''
  for (const stream of [shell.stdout, shell.stderr])
    stream.on('data', (data: Buffer) => (output += data.toString()))
  const code = await new Promise((resolve) => shell.once('close', resolve))
  expect(code, output.slice(-2_000)).toBe(0)
  return blocks.map((_, index) => output.split(mark(index))[1]?.split(mark(index + 1))[0] ?? '')
}

test('every block of code of the documents is run by a test or says why not', () => {
  const unmarked = documents
    .filter((document) => !(document in ownTests))
    .flatMap(codeBlocksOf)
    .filter(({ language, notRun }) => notRun === undefined && !['sh', 'json'].includes(language))
  expect(unmarked.map(({ at, language }) => `${at} ${language}`)).toEqual([])
  expect(
    documents.flatMap(codeBlocksOf).filter(({ notRun }) => notRun !== undefined && notRun.length < 10),
  ).toEqual([])
  expect(run).toEqual(
    expect.arrayContaining(['README.md', 'docs/money.md', 'docs/holds.md', 'docs/campaigns.md']),
  )
})

test.concurrent.each(run)(
  'the commands of %s do what it says, in their order, against the demo',
  async (document) => {
    const blocks = codeBlocksOf(document).filter(({ notRun }) => notRun === undefined)
    const commands = blocks.filter(({ language }) => language === 'sh')
    const outputs = await runBlocks(commands)
    for (const [index, { at, code, isRefused }] of commands.entries()) {
      const output = outputs[index] ?? ''
      expect(failures.test(output), `${at}: ${output}`).toBe(isRefused)
      let from = 0
      for (const part of answersShown(code).flat()) {
        const found = output.indexOf(part, from)
        expect(found, `${at}: ${part} in ${output}`).toBeGreaterThanOrEqual(from)
        from = found + part.length
      }
    }
    // A block of JSON is the last answer of the commands before it.
    for (const [index, { language, code, at }] of blocks.entries()) {
      if (language !== 'json') continue
      const before = commands.indexOf(
        blocks.slice(0, index).findLast((block) => block.language === 'sh') as CodeBlock,
      )
      const answer = outputs[before]?.trim().split('\n').at(-1) ?? ''
      expect(JSON.parse(answer), at).toMatchObject(JSON.parse(code) as object)
    }
  },
  120_000,
)
