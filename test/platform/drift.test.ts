import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { generatedFiles } from '../../scripts/generated-files.ts'
import { createTestDatabase } from '../support/harness.ts'

const database = await createTestDatabase(2)
const { pool } = database

test('the generated files match the code and the migrations (npm run generate)', async () => {
  for (const [path, text] of Object.entries(await generatedFiles(database))) {
    const committed = await readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
    expect(committed, path).toBe(text)
  }
})

describe('the schema', () => {
  /** Tables that belong to no organisation: logins, failed sign-ins, the token keys, the migrations themselves. */
  const shared = new Set([
    'logins',
    'sign_in_attempts',
    'sealed_token_keys',
    'noticed_proxies',
    'request_levels',
    'token_keys',
    'schema_migrations',
    'schema_migrations_lock',
  ])

  test('has a comment on every table and every column', async () => {
    const { rows } = await pool.query<{ name: string }>(`
      select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        and c.relname !~ '^schema_migrations' and obj_description(c.oid, 'pg_class') is null
      union all
      select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        and c.relname !~ '^schema_migrations' and a.attnum > 0 and not a.attisdropped
        and col_description(c.oid, a.attnum) is null`)
    expect(rows).toEqual([])
  })

  test('begins every primary key, unique index and foreign key with org_id', async () => {
    const { rows } = await pool.query<{ name: string; table: string; first: string }>(`
      select i.relname as name, t.relname as table, a.attname as first
      from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
      left join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
      where t.relnamespace = 'public'::regnamespace and x.indisunique
      union all
      select k.conname, t.relname, a.attname
      from pg_constraint k join pg_class t on t.oid = k.conrelid
      join pg_attribute a on a.attrelid = t.oid and a.attnum = k.conkey[1]
      where k.contype = 'f' and t.relnamespace = 'public'::regnamespace`)
    expect(rows.length).toBeGreaterThan(30)
    const others = rows.filter(({ table, first }) => first !== 'org_id' && !shared.has(table))
    // The name of an organisation is unique across organisations, because people use it in place of the id.
    expect(others.map(({ name }) => name)).toEqual(['organisations__name'])
  })

  test('names every constraint and index after its table', async () => {
    const { rows } = await pool.query<{ name: string; table: string }>(`
      select i.relname as name, t.relname as table
      from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
      where t.relnamespace = 'public'::regnamespace
      union all
      select k.conname, t.relname from pg_constraint k join pg_class t on t.oid = k.conrelid
      where k.contype <> 'n' and t.relnamespace = 'public'::regnamespace`)
    const strays = rows.filter(
      ({ name, table }) => !name.startsWith(`${table}__`) && !table.startsWith('schema_migrations'),
    )
    expect(strays).toEqual([])
  })

  test('has an index for every foreign key that a delete or an update checks', async () => {
    const { rows } = await pool.query<{ name: string }>(`
      select k.conname as name from pg_constraint k join pg_class t on t.oid = k.conrelid
      where k.contype = 'f' and k.conrelid <> k.confrelid and t.relnamespace = 'public'::regnamespace
        and cardinality(k.conkey) > 1
        and t.relname in ('tills', 'clients', 'customer_identifiers', 'customer_series_usage', 'reversals')
        and not exists (
          select from pg_index x where x.indrelid = k.conrelid and x.indpred is null
            and array_length(k.conkey, 1) <= x.indnkeyatts
            and k.conkey <@ (x.indkey::int2[])[0:array_length(k.conkey, 1) - 1])`)
    expect(rows).toEqual([])
  })

  test('stores every instant with its time zone, and no money as binary floating-point numbers', async () => {
    const { rows } = await pool.query<{ column: string; type: string }>(`
      select table_name || '.' || column_name as column, data_type as type from information_schema.columns
      where table_schema = 'public' and table_name !~ '^schema_migrations'
        -- Levels sink by parts of a request; they are no money.
        and table_name not in ('request_levels', 'failed_lookups')
        and data_type in ('timestamp without time zone', 'real', 'double precision', 'money')`)
    expect(rows).toEqual([])
  })
})
