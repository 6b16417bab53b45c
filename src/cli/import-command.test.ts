import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { createTestContext, createTestOrganisation } from '../../test/support/harness.ts'
import {
  answerOf,
  demoFolder,
  savedCoupon,
  savedCustomer,
  savedRedemption,
} from '../../test/support/saved-answers.ts'

// Each run starts a process, which is slow on a busy machine.
vi.setConfig({ testTimeout: 90_000 })

const context = await createTestContext()
const program = fileURLToPath(new URL('main.ts', import.meta.url))
const { host, user, database } = context.database.pool.options
const databaseUrl = `postgres://${user}@localhost/${database}?host=${encodeURIComponent(String(host))}`

/** Runs the command line on the test's database. */
async function counterfoil(args: readonly string[], stdin = '') {
  const child = spawn(process.execPath, ['--import', 'tsx', program, 'import', 'history', ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  })
  child.stdin.end(stdin)
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited])
  return { stdout, stderr, exitCode }
}

test('the summary goes to stdout and the exit code is 0 if all records were imported or present', async () => {
  const { orgId } = await createTestOrganisation(context)
  const first = await counterfoil(['--org', String(orgId), demoFolder])
  expect(first).toMatchObject({ exitCode: 0, stderr: '' })
  expect(first.stdout).toContain('coupons      30 came in, 0 there already, 0 refused')
  const again = await counterfoil(['--org', String(orgId), '--json', demoFolder])
  expect(JSON.parse(again.stdout)).toEqual({
    files: 2,
    answers: 2,
    customers: { new: 0, present: 2, refused: 0 },
    coupons: { new: 0, present: 30, refused: 0 },
    redemptions: { new: 0, present: 45, refused: 0 },
    reversals: { new: 0, present: 0, refused: 0 },
    returns: { new: 0, present: 0, refused: 0 },
    series: { new: 0 },
    stores: { new: 0 },
    refused: [],
  })
})

test('refusals go to stderr with file, path and reason, the rest is imported, and the exit code is 1', async () => {
  const { orgId } = await createTestOrganisation(context)
  const coupons = [savedCoupon(1), savedCoupon(2, { code: 'CODE1' })]
  const stdin = `${JSON.stringify(answerOf(savedCustomer(1, coupons)))}\nnonsense\n`
  const dry = await counterfoil(['--org', String(orgId), '--dry-run', '-'], stdin)
  expect(dry.exitCode).toBe(1)
  expect(dry.stdout).toContain('coupons      1 would come in, 0 there already, 1 would be refused')
  const { exitCode, stdout, stderr } = await counterfoil(['--org', String(orgId), '-', 'gone.json'], stdin)
  expect(exitCode).toBe(1)
  expect(stdout).toContain('coupons      1 came in, 0 there already, 1 refused')
  expect(stderr).toContain(
    'standard input line 1 $.entity.customers[0].coupons[1]: code "CODE1" belongs to coupon 1',
  )
  expect(stderr).toContain('standard input line 2: malformed JSON')
  expect(stderr).toContain('gone.json: cannot be read: there is no such file')
})

test('answers that are later than an earlier import add to coupons only with --later', async () => {
  const { orgId } = await createTestOrganisation(context)
  const run = (coupon: ReturnType<typeof savedCoupon>, ...options: string[]) =>
    counterfoil(
      ['--org', String(orgId), ...options, '-'],
      JSON.stringify(answerOf(savedCustomer(1, [coupon]))),
    )
  await run(savedCoupon(1, { redemptionCount: 0, redemptionsLeft: 1, redemptions: [] }))
  const sold = savedCoupon(1, { redemptionCount: 1, redemptionsLeft: 0, redemptions: [savedRedemption(1)] })
  expect((await run(sold)).stdout).toContain('redemptions  0 came in, 0 there already, 1 refused')
  const dry = await run(sold, '--later', '--dry-run')
  expect(dry.stdout).toContain('redemptions  1 would come in, 0 there already, 0 would be refused')
  const done = await run(sold, '--later')
  expect(done).toMatchObject({ exitCode: 0, stderr: '' })
  expect(done.stdout).toContain('redemptions  1 came in, 0 there already, 0 refused')
  expect((await run(sold, '--later')).stdout).toContain('redemptions  0 came in, 1 there already, 0 refused')
})

test('the exit code is 2 for wrong usage, and 1 for an unknown organisation', async () => {
  expect((await counterfoil([demoFolder])).exitCode).toBe(2)
  expect((await counterfoil(['--org', '1', '-', '-'])).exitCode).toBe(2)
  const unknown = await counterfoil(['--org', 'Nobody', demoFolder])
  expect(unknown).toMatchObject({ exitCode: 1, stderr: 'counterfoil: There is no organisation "Nobody"\n' })
})
