import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { databaseOf, ownDatabase, runProgram, setUpProcesses } from '../support/process-harness.ts'

setUpProcesses()

const notStated = {
  v1AllFailedStatus: null,
  v1CheckRefusal: null,
  v1Types: null,
  v2RefusalStatus: null,
  naiveTime: null,
  identifiers: null,
  mcpWrites: null,
}

/** The entries of an organisation's audit log about changed settings, in order. */
async function auditOf(dataDir: string, name: string): Promise<unknown[]> {
  const client = new pg.Client(databaseOf(dataDir))
  await client.connect()
  try {
    const { rows } = await client.query(
      `select subject_kind as subject, before -> 'client_settings' as before, after -> 'client_settings' as after
       from audit_log join organisations o using (org_id)
       where o.name = $1 and actor_kind = 'command-line' and after ? 'client_settings' and before is not null
       order by audit_log.id`,
      [name],
    )
    return rows
  } finally {
    await client.end()
  }
}

test('client settings are shown and changed for the organisation, a till and a client', async () => {
  const dataDir = await ownDatabase()
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

test('settings of an organisation, its tills and clients are exported and imported elsewhere, all or nothing', async () => {
  const dataDir = await ownDatabase()
  const run = (line: string) => runProgram(line.split(' '), dataDir)
  for (const name of ['One', 'Two']) {
    await run(`org create --name ${name} --time-zone UTC --country IN --no-replay-retries`)
    await run(`store create --org ${name} --code s --name Shop`)
    for (const till of ['a', 'b'])
      await run(`till create --org ${name} --store s --code ${till}-${name} --password correct-horse-battery`)
    await run(`client create --org ${name} --till a-${name} --name web`)
  }
  await run('org settings --org One --naive-time org')
  await run('till settings --org One --code a-One --v1-types typed')
  await run('client settings --org One --name web --v2-refusal-status 200')
  // The import resets settings that the file does not state.
  await run('till settings --org Two --code b-Two --identifiers strict')
  const exported = await run('org settings --org One --export')
  expect(JSON.parse(exported.stdout)).toEqual({
    organisation: { naiveTime: 'org' },
    tills: { 'a-One': { v1Types: 'typed' }, 'b-One': {} },
    clients: { web: { v2RefusalStatus: '200' } },
  })
  expect(exported.stdout).not.toMatch(/secret|password|key/i)

  const file = join(dataDir, 'settings.json')
  await writeFile(file, exported.stdout)
  const refused = await run(`org settings --org Two --import ${file}`)
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no till "a-One", no till "b-One"'),
  })
  const before = (await run('org settings --org Two --export')).stdout
  expect(JSON.parse(before)).toMatchObject({
    organisation: {},
    tills: { 'b-Two': { identifiers: 'strict' } },
  })

  await writeFile(file, exported.stdout.replaceAll('-One', '-Two'))
  const tried = await run(`org settings --org Two --import ${file} --dry-run --json`)
  expect(JSON.parse(tried.stdout)).toEqual({
    changed: [
      { kind: 'organisation', name: null, settings: [{ name: 'naiveTime', before: null, after: 'org' }] },
      { kind: 'till', name: 'a-Two', settings: [{ name: 'v1Types', before: null, after: 'typed' }] },
      { kind: 'till', name: 'b-Two', settings: [{ name: 'identifiers', before: 'strict', after: null }] },
      { kind: 'client', name: 'web', settings: [{ name: 'v2RefusalStatus', before: null, after: '200' }] },
    ],
    isDryRun: true,
  })
  expect((await run(`org settings --org Two --import ${file} --dry-run`)).stdout).toBe(
    [
      'organisation: naiveTime org',
      'till "a-Two": v1Types typed',
      'till "b-Two": identifiers unset',
      'client "web": v2RefusalStatus 200',
      'Would change the settings of 4',
      '',
    ].join('\n'),
  )
  expect((await run('org settings --org Two --export')).stdout).toBe(before)
  expect(await run(`org settings --org Two --import ${file}`)).toMatchObject({ code: 0 })
  expect((await run('org settings --org Two --export')).stdout).toBe(
    exported.stdout.replaceAll('-One', '-Two'),
  )
  expect((await run(`org settings --org Two --import ${file}`)).stdout).toContain('settings of 0')
  expect(await auditOf(dataDir, 'Two')).toEqual([
    // Set before the import.
    { subject: 'till', before: null, after: { identifiers: 'strict' } },
    { subject: 'organisation', before: null, after: { naiveTime: 'org' } },
    { subject: 'till', before: null, after: { v1Types: 'typed' } },
    { subject: 'till', before: { identifiers: 'strict' }, after: null },
    { subject: 'client', before: null, after: { v2RefusalStatus: '200' } },
  ])

  await writeFile(file, '{"tills":{"a-Two":{"v1Type":"text"}}}')
  expect(await run(`org settings --org Two --import ${file}`)).toMatchObject({ code: 1 })
  expect(await run(`org settings --org Two --export --import ${file}`)).toMatchObject({ code: 2 })
})

test('codes of other systems that stand for a till are shown, replaced and removed', async () => {
  const dataDir = await ownDatabase()
  const run = (line: string) => runProgram(line.split(' '), dataDir)
  await run('org create --name Brand --time-zone UTC --country IN --no-replay-retries')
  await run('store create --org Brand --code s --name Shop')
  for (const till of ['a', 'b'])
    await run(`till create --org Brand --store s --code ${till} --password correct-horse-battery`)
  const lookups = (till: string, rest = '') => run(`till lookups --org Brand --code ${till}${rest}`)
  expect((await lookups('a')).stdout).toBe('No code stands for this till\n')
  const stated = await lookups('a', ' --set mobile_trigger:T-1 --set WECHAT:w:2 --json')
  expect(JSON.parse(stated.stdout)).toEqual([
    { type: 'MOBILE_TRIGGER', lookup: 'T-1' },
    { type: 'WECHAT', lookup: 'w:2' },
  ])
  expect((await lookups('a', ' --set MOBILE_TRIGGER:T-3')).stdout).toBe('MOBILE_TRIGGER:T-3\n')
  expect(await lookups('b', ' --set MOBILE_TRIGGER:T-3')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('stands for another till already'),
  })
  expect(await lookups('b', ' --set FAX:1')).toMatchObject({ code: 2 })
  expect(await lookups('b', ' --set WECHAT:1 --clear')).toMatchObject({ code: 2 })
  expect(await lookups('nobody')).toMatchObject({ code: 1 })
  expect((await lookups('a', ' --clear')).stdout).toBe('No code stands for this till\n')
})
