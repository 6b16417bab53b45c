import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../test/support/harness.ts'
import { readConfig } from './config.ts'
import { createLog } from './log.ts'

test('a failed statement is logged without the row values in PostgreSQL’s error', async () => {
  const { pool } = await createTestDatabase(1)
  const error: unknown = await pool
    .query(
      "create table people (email text check (email = '')); insert into people values ('zebra@example.com')",
    )
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({ detail: expect.stringContaining('zebra@') as string })
  const folder = mkdtempSync(join(tmpdir(), 'counterfoil-log-'))
  const file = openSync(join(folder, 'log'), 'w')
  try {
    // Any descriptor will do.
    createLog(readConfig({}), file as 1).error({ err: error }, 'a request failed')
    const line = readFileSync(join(folder, 'log'), 'utf8')
    expect(line).toContain('people_email_check')
    expect(line).not.toContain('zebra@')
  } finally {
    closeSync(file)
    rmSync(folder, { recursive: true })
  }
})
