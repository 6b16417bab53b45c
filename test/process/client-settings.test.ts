import { expect, test } from 'vitest'
import { madeFolder, runProgram, setUpProcesses } from '../support/process-harness.ts'

setUpProcesses()

const notStated = {
  v1AllFailedStatus: null,
  v1CheckRefusal: null,
  v1Types: null,
  v2RefusalStatus: null,
  naiveTime: null,
  identifiers: null,
}

test('settings of programs are shown and changed for the organisation, a till and a client', async () => {
  const dataDir = await madeFolder()
  const run = (line: string) => runProgram(line.split(' '), dataDir)
  await run('org create --name Brand --time-zone UTC --country IN --no-replay-retries')
  await run('store create --org Brand --code s --name Shop')
  await run('till create --org Brand --store s --code till-7 --password correct-horse-battery')
  await run('client create --org Brand --till till-7 --name web')
  const jsonOf = async (line: string): Promise<unknown> => JSON.parse((await run(`${line} --json`)).stdout)
  expect(await jsonOf('till settings --org Brand --code till-7 --v1-types typed')).toEqual({
    ...notStated,
    v1Types: 'typed',
  })
  expect(await jsonOf('client settings --org Brand --name web --v2-refusal-status 200')).toEqual({
    ...notStated,
    v2RefusalStatus: '200',
  })
  expect(await jsonOf('org settings --org Brand --naive-time org --v1-all-failed-status 500')).toEqual({
    ...notStated,
    naiveTime: 'org',
    v1AllFailedStatus: '500',
  })
  const shown = await run('till settings --org Brand --code till-7')
  expect(shown.stdout).toContain('v1Types            typed\n')
  expect(shown.stdout).toContain('naiveTime          (organisation or default)\n')
  expect(await jsonOf('till settings --org Brand --code till-7 --v1-types unset')).toEqual(notStated)
  expect(await run('till settings --org Brand --code nobody')).toMatchObject({ code: 1 })
  expect(await run('org settings --org Brand --v1-types xml')).toMatchObject({ code: 2 })
})
