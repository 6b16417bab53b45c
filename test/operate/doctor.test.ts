import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/platform/config.ts'
import { diagnose } from '../../src/operate/doctor/diagnose-rules.ts'
import { readFacts } from '../../src/operate/doctor/read-facts.ts'
import { createTestDatabase } from '../support/harness.ts'

const database = await createTestDatabase(2)
const told = async () =>
  diagnose(
    await readFacts(
      database,
      readConfig({
        DATA_DIR: '.',
        DATABASE_CONNECTIONS: '2',
        SECRET_KEYS: randomBytes(32).toString('base64'),
      }),
    ),
  )
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ verdict, what }) => `${verdict}: ${what}`)

test('doctor finds no fault in a new database, except that the test database does not wait for the disk', async () => {
  // Other open connections and the fill level of this disk are not properties of the database.
  const ours = (await told()).filter((one) => !/open for|DATA_DIR|connections/.test(one))
  expect(ours).toEqual([
    'fault: fsync is off: what was acknowledged can be lost, and the database broken, when power fails',
  ])
})

test.each<[string, string, string, RegExp]>([
  [
    'a pending migration',
    `create table kept as select * from schema_migrations;
     delete from schema_migrations where name = (select max(name) from schema_migrations)`,
    `insert into schema_migrations select * from kept except select * from schema_migrations; drop table kept`,
    /^warning: Migrations to apply: 00/,
  ],
  [
    'a migration of a later version',
    `insert into schema_migrations (name, timestamp) values ('9999_later.breaking', '')`,
    `delete from schema_migrations where name = '9999_later.breaking'`,
    /^fault: This version cannot work with a schema of a later one: 9999_later.breaking/,
  ],
  [
    'an index that is not valid',
    `update pg_index set indisvalid = false where indexrelid = 'stores__name'::regclass`,
    `update pg_index set indisvalid = true where indexrelid = 'stores__name'::regclass`,
    /^fault: Indexes that are not valid: stores__name/,
  ],
  [
    'tables that another role has created',
    `create role closed_out nologin; grant select on schema_migrations to closed_out; set role closed_out`,
    `reset role; drop owned by closed_out; drop role closed_out`,
    /^fault: The role of the server may not read and change access_groups, /,
  ],
  [
    'a lost key of webhooks',
    `with o as (insert into organisations (name, time_zone, country) values ('Brand', 'UTC', 'IN') returning org_id)
     insert into webhooks (org_id, name, url, kinds, secret, headers, max_connections, sla_s, read_up_to_id)
     select org_id, 'x', 'https://hooks.example.com', '{issued}', 'sealed:0badc0de:AAAA', 'plain:{}', 1, 1, 0 from o`,
    `delete from webhooks`,
    /^warning: SECRET_KEYS lacks keys that secrets are encrypted with: 0badc0de$/,
  ],
])('doctor finds %s', async (_, breakIt, mendIt, expected) => {
  await database.pool.query(breakIt)
  try {
    expect((await told()).filter((one) => expected.test(one))).toHaveLength(1)
  } finally {
    await database.pool.query(mendIt)
  }
})
