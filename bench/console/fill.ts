import { randomUUID } from 'node:crypto'
import { hashPassword } from '../../src/identity/credentials/secrets.ts'
import type { Database } from '../../src/platform/db/database.ts'
import { createUser } from '../../src/identity/people/create-user.ts'

const orgId = 1
export const auditRows = 200_000
/** First id of the twenty people in the audit log. */
export const firstAuthor = 1_000_000
const password = 'a bench of its own'

/** Signs an administrator of the bench in. @returns the headers of a browser. */
export async function signIn({ queries }: Database, origin: string): Promise<Record<string, string>> {
  const email = `bench-${randomUUID()}@example.com`
  const passwordHash = await hashPassword(password)
  await createUser(queries, { orgId, email, name: 'Bench', role: 'admin', passwordHash })
  const console = { 'x-counterfoil-console': '1' }
  const response = await fetch(`${origin}/admin/v1/session`, {
    method: 'POST',
    headers: { ...console, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  const cookie = response.headers.get('set-cookie')?.split(';', 1)[0]
  if (!response.ok || cookie === undefined) throw new Error(`nobody signs in: ${await response.text()}`)
  return { ...console, cookie }
}

/** Creates an audit log of two years and refusals of a month, unless an earlier run has. */
export async function fill({ pool }: Database): Promise<void> {
  await pool.query(
    `insert into audit_log (org_id, at, actor_kind, actor_id, action, subject_kind, subject_id, before, after)
     select $1, now() - interval '2 years' + n * interval '2 years' / $2::int, 'user', $3 + n % 20, 'series.changed',
       'series', 1 + n % 200, '{"info": "before"}', '{"info": "after"}'
     from generate_series(1, $2::int - (select count(*)::int from audit_log where org_id = $1)) n`,
    [orgId, auditRows, firstAuthor],
  )
  await pool.query(
    `insert into refusals (org_id, day, operation, series_id, code, refused)
     select $1, current_date - d, 'redeem', s, c, 1 + (d * s) % 50
     from generate_series(0, 30) d, generate_series(1, 200) s, unnest(array[702, 703, 711, 712, 733]) c
     on conflict do nothing`,
    [orgId],
  )
  await pool.query('vacuum (analyze) audit_log, refusals')
}
