import { beforeEach, expect, test } from 'vitest'
import { deletedAtOnce } from '../../src/platform/db/delete-in-steps.ts'
import { forgetOldRows } from '../../src/operate/sweeps.ts'
import { forgetOldUploads } from '../../src/bulk/uploads/forget-old-uploads.ts'
import { forgetOldMessages } from '../../src/webhooks/forget-old-messages.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database

/** More rows than a sweep may delete in two statements. */
const count = 2 * deletedAtOnce + 5
const series = 'generate_series(1, $2::int) n'

/** By table, the statement that inserts old rows of an organisation ($1), and rows that are not old. */
const old: Record<string, (age: string) => string> = {
  idempotency_keys: (age) => `
    insert into idempotency_keys (org_id, holder_kind, holder_id, route, key, request_hash, http_status, body, created_at)
    select $1, 'till', 1, 'POST /x', '${age}' || n, '', 200, '{}', now() - interval '${age}' from ${series}`,
  user_sessions: (age) => `
    insert into user_sessions (org_id, user_id, token_hash, address, user_agent, created_at, last_seen_at)
    select $1, (select min(id) from users where org_id = $1), sha256(('${age}' || n)::bytea), '', '',
      now() - interval '${age}', now() from ${series}`,
  sign_in_attempts: (age) => `
    insert into sign_in_attempts (bucket, failures, last_failed_at)
    select sha256(($1::bigint || '${age}' || n)::bytea), 1, now() - interval '${age}' from ${series}`,
  upload_rows: (age) => `
    with made as (
      insert into uploads (org_id, series_id, kind, state, file_name, file_hash, header, form, row_count, accepted,
        created_at, updated_at, ended_at)
      select $1, min(id), 'codes', 'done', 'x', '', '[]', '{}', 0, 0, now(), now(), now() - interval '${age}'
      from series where org_id = $1 returning id)
    insert into upload_rows (org_id, upload_id, line, raw) select $1, made.id, n, '[]' from made, ${series}`,
  webhook_messages: (age) => `
    insert into webhook_messages (org_id, webhook_id, event_id, occurred_at, state, delivered_at)
    select $1, (select id from webhooks where org_id = $1), n + case when interval '${age}' > '1 day' then 0 else 1000000 end,
      now(), 'delivered', now() - interval '${age}' from ${series}`,
}

const sweep = async () => {
  await forgetOldRows(context)
  await forgetOldUploads(context)
  await forgetOldMessages(context)
}

/** The number of rows that each statement deleted from a table. */
async function watch(table: string): Promise<() => Promise<number[]>> {
  await pool.query(`create table deleted_${table} (at bigserial, n int);
    create function note_${table}() returns trigger language plpgsql as
      $$ begin insert into deleted_${table} (n) select count(*) from gone; return null; end $$;
    create trigger note after delete on ${table} referencing old table as gone
      for each statement execute function note_${table}()`)
  return async () => {
    const { rows } = await pool.query<{ n: number }>(`select n from deleted_${table} where n > 0 order by at`)
    await pool.query(
      `drop trigger note on ${table}; drop function note_${table}; drop table deleted_${table}`,
    )
    return rows.map(({ n }) => n)
  }
}

let orgId: number

beforeEach(async () => {
  const office = await openOffice(context, app)
  ;({ orgId } = office)
  await office.person('care')
  await office.series()
  await pool.query(
    `insert into webhooks (org_id, name, url, kinds, secret, headers, max_connections, sla_s, read_up_to_id)
     values ($1, 'x', 'https://hooks.example.com', '{issued}', 's', 'h', 1, 1, 0)`,
    [orgId],
  )
})

test.each(Object.keys(old))(
  'old rows of %s are deleted, some thousands at a time, and younger ones are kept',
  async (table) => {
    const insert = old[table] ?? (() => '')
    await pool.query(insert('400 days'), [orgId, count])
    await pool.query(insert('1 hour'), [orgId, 3])
    const seen = await watch(table)
    await sweep()
    const deleted = await seen()
    expect(deleted.reduce((sum, n) => sum + n, 0)).toBe(count)
    expect(Math.max(...deleted)).toBeLessThanOrEqual(deletedAtOnce)
    const where = table === 'sign_in_attempts' ? '' : `where org_id = ${orgId}`
    expect((await pool.query(`select from ${table} ${where}`)).rowCount).toBe(3)
    await sweep()
    expect((await pool.query(`select from ${table} ${where}`)).rowCount).toBe(3)
  },
)

test('the ledger and the rows that refer to it are never deleted by age', async () => {
  const {
    registered,
    series,
    coupon,
    redeem,
    reverse,
    expectLedgerAdds,
    orgId: own,
  } = await openOffice(context, app)
  const customerId = await registered()
  const { code } = await coupon(await series(), customerId)
  const redeemed = await redeem(code, customerId)
  await reverse([redeemed.at('redemption.0.redemptionId')])
  await pool.query(
    `insert into code_batches (org_id, series_id, asked, made, state, form, live_codes, valid_until, ended_at)
     select $1, min(id), 1, 0, 'cancelled', '{}', 0, now(), now() from series where org_id = $1`,
    [own],
  )
  const tables = ['coupons', 'redemptions', 'reversals', 'events', 'audit_log', 'customers', 'code_batches']
  const counts = async () =>
    Promise.all(
      tables.map(
        async (table) => (await pool.query(`select from ${table} where org_id = $1`, [own])).rowCount,
      ),
    )
  const before = await counts()
  expect(before).not.toContain(0)
  // Moves all instants thirty years into the past.
  await pool.query(
    `update coupons set created_at = created_at - interval '30 years' where org_id = ${own};
     update redemptions set redeemed_at = redeemed_at - interval '30 years' where org_id = ${own};
     update reversals set reversed_at = reversed_at - interval '30 years' where org_id = ${own};
     update events set occurred_at = occurred_at - interval '30 years' where org_id = ${own};
     update code_batches set ended_at = ended_at - interval '30 years' where org_id = ${own};
     update customers set created_at = created_at - interval '30 years' where org_id = ${own};
     update customer_series_usage set last_issued_at = last_issued_at - interval '30 years' where org_id = ${own}`,
  )
  await sweep()
  expect(await counts()).toEqual(before)
  await expectLedgerAdds()
})
