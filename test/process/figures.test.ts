import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownDatabase, runProgram, setUpProcesses } from '../support/process-harness.ts'
import { answerOf, savedCoupon, savedCustomer, savedRedemption } from '../support/saved-answers.ts'

setUpProcesses()

test('discounts of the last days are summed up on the command line, of all series or of one', async () => {
  const dataDir = await ownDatabase()
  const run = (line: string) => runProgram(line.split(' '), dataDir)
  await run('org create --name Brand --time-zone UTC --country IN --currency INR --no-replay-retries')
  const date = new Date(Date.now() - 1_000).toISOString().replace(/\.\d+/, '')
  const redemptions = ['12.50', '0.05', null].map((discountAmount, at) =>
    savedRedemption(at + 1, { date, discountAmount }),
  )
  const coupon = savedCoupon(7, { redemptions, redemptionCount: 3 })
  const file = join(dataDir, 'history.json')
  await writeFile(file, JSON.stringify(answerOf(savedCustomer(1, [coupon]))))
  expect((await run(`import history --org Brand ${file}`)).stderr).not.toContain('refused')
  const figures = JSON.parse((await run('figures --org Brand --days 2 --json')).stdout) as object
  expect(figures).toMatchObject({ currency: 'INR', discountGiven: '12.55', bills: 0, otherBills: null })
  const { stdout } = await run(`figures --org Brand --series ${String(coupon['seriesId'])}`)
  expect(stdout).toContain(
    'Last 30 days\nDiscounts given: 12.55 INR; returned: 0.00 INR; reversed: 0.00 INR\n',
  )
  expect(stdout).toContain('Bills with coupons of other series only: 0, together 0.00 INR, on average -\n')
  expect(stdout).toMatch(/^\d{4}-\d{2}-\d{2}: given 12\.55, returned 0\.00, reversed 0\.00, bills 0\.00$/m)
  const refused = await run('figures --org Brand --series nope')
  expect([refused.code, refused.stderr]).toEqual([1, 'counterfoil: There is no coupon series "nope"\n'])
  expect((await run('figures --org Brand --days 93')).stderr).toContain('from 1 to 92')
})
