import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownDatabase, runProgram, setUpProcesses } from '../support/process-harness.ts'
import { answerOf, savedCoupon, savedCustomer } from '../support/saved-answers.ts'

setUpProcesses()

test('a series is stopped, paused and resumed on the command line, with a reason', async () => {
  const dataDir = await ownDatabase()
  const run = (...words: string[]) => runProgram(words, dataDir)
  await run('org', 'create', '--name', 'Brand', '--time-zone', 'UTC', '--country', 'IN')
  const coupon = savedCoupon(7)
  const file = join(dataDir, 'history.json')
  await writeFile(file, JSON.stringify(answerOf(savedCustomer(1, [coupon]))))
  await run('import', 'history', '--org', 'Brand', file)
  const which = ['--org', 'Brand', '--series', String(coupon['seriesId'])]
  const series = (verb: string, ...more: string[]) => run('series', verb, ...which, ...more)

  expect((await series('stop')).code).toBe(2)
  expect((await series('stop', '--reason', ' ')).stderr).toContain('--reason needs a text')
  const stopped = await series('stop', '--reason', 'wrong price')
  expect(stopped.stdout).toMatch(
    /State: stopped\nStopped since \d{4}-.*: wrong price\nIssues from: at once\n/,
  )
  expect(JSON.parse((await series('pause', '--reason', 'only for now', '--json')).stdout)).toMatchObject({
    state: 'paused',
    halt: { as: 'paused', reason: 'only for now', by: null },
  })
  const audit = await run('audit', '--org', 'Brand')
  expect(audit.code).toBe(0)
  expect((await series('resume', '--reason', 'price corrected')).stdout).toContain('State: running')
  expect((await series('show')).stdout).toContain('State: running')
})
