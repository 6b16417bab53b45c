import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownDatabase, runProgram, setUpProcesses } from '../support/process-harness.ts'
import { answerOf, savedCoupon, savedCustomer, savedRedemption } from '../support/saved-answers.ts'

setUpProcesses()

test('the budget of a series is set, shown and removed on the command line', async () => {
  const dataDir = await ownDatabase()
  const run = (line: string) => runProgram(line.split(' '), dataDir)
  await run('org create --name Brand --time-zone UTC --country IN --currency INR --no-replay-retries')
  const date = new Date(Date.now() - 1_000).toISOString().replace(/\.\d+/, '')
  const redemptions = [savedRedemption(1, { date, discountAmount: '14.00' })]
  const coupon = savedCoupon(7, { redemptions, redemptionCount: 1 })
  const file = join(dataDir, 'history.json')
  await writeFile(file, JSON.stringify(answerOf(savedCustomer(1, [coupon]))))
  expect((await run(`import history --org Brand ${file}`)).stderr).not.toContain('refused')
  const budget = `budget --org Brand --series ${String(coupon['seriesId'])}`
  expect((await run(budget)).stdout).toBe('The series has no budget\n')
  const set = await run(`${budget} --total 100 --day amount=50,usesPerCustomer=1 --part`)
  expect(set.stdout).toMatch(
    /^Given: 14\.00 INR of 100\.00 INR; left: 86\.00 INR\nThis day: given (14|0)\.00 INR of 50\.00 INR\nEach customer and day: 1 uses\nAnnounced at: 50, 80, 95 %\nA discount that does not fit is given in part\nPer day: 2\.00 INR; runs out at \d{4}-/,
  )
  expect(JSON.parse((await run(`${budget} --json`)).stdout)).toMatchObject({ total: '100.00', left: '86.00' })
  expect((await run(`${budget} --day often=1`)).stderr).toContain('"often=1" in --day is not amount=')
  expect((await run(`${budget} --total 0`)).stderr).toContain('total')
  expect((await run(`${budget} --remove`)).stdout).toBe('The series has no budget\n')
  expect((await run('audit --org Brand')).code).toBe(0)
})
