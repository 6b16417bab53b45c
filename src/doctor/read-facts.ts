import { statfs } from 'node:fs/promises'
import type { Pool } from 'pg'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { readSchemaState } from '../db/migrate.ts'
import { nameOfKey } from '../webhooks/sealed-text.ts'
import type { Facts } from './facts.ts'

const factsSql = `
select
  (select jsonb_object_agg(name, setting) from pg_settings) as settings,
  pg_is_in_recovery() as "isStandby",
  (select rolsuper from pg_roles where rolname = current_user) as "isSuperuser",
  array(
    select relname::text from pg_class
    where relnamespace = current_schema()::regnamespace and relname not like 'schema\\_migrations%'
      and case relkind
        when 'r' then not (has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert')
          and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete'))
        when 'S' then not has_sequence_privilege(oid, 'usage')
        else false
      end
    order by 1
  ) as "deniedRelations",
  (select sum(numbackends)::int from pg_stat_database) as "connectionsTaken",
  array(
    select c.relname::text from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = current_schema()::regnamespace and not (i.indisvalid and i.indisready) order by 1
  ) as "invalidIndexes",
  (select extract(epoch from max(clock_timestamp() - xact_start))::float8 from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()) as "oldestTransactionS",
  (select count(*)::int from pg_prepared_xacts where database = current_database()) as "preparedTransactions",
  (select current_setting('archive_mode') <> 'off'
      and last_failed_time > coalesce(last_archived_time, '-infinity') is true
    from pg_stat_archiver) as "isArchiveFailing",
  (select age(datfrozenxid)::float8 from pg_database where datname = current_database()) as "transactionAge"`

/** What one statement tells. */
type Read = Pick<
  Facts,
  | 'settings'
  | 'isStandby'
  | 'isSuperuser'
  | 'deniedRelations'
  | 'connectionsTaken'
  | 'invalidIndexes'
  | 'oldestTransactionS'
  | 'preparedTransactions'
  | 'isArchiveFailing'
  | 'transactionAge'
>

/** Reads everything that `diagnose` judges; changes nothing. */
export async function readFacts({ pool, queries }: Database, config: Config): Promise<Facts> {
  const { rows } = await pool.query<Read>(factsSql)
  const [read] = rows
  if (read === undefined) throw new Error('the database told nothing of itself')
  const { pending, unknown, breaking } = await readSchemaState(queries)
  return {
    ...read,
    isEmbedded: config.databaseUrl === undefined,
    databaseConnections: config.databaseConnections,
    clockOffsetMs: await readClockOffsetMs(pool),
    disk: config.databaseUrl === undefined ? await readDisk(config.dataDir) : null,
    pendingMigrations: pending,
    unknownMigrations: unknown,
    breakingMigrations: breaking,
    missingWebhookKeys: (await readUsedWebhookKeys(pool)).filter(
      (used) => !config.webhookKeys.some((key) => nameOfKey(key) === used),
    ),
    failedBatches: await countFailed(pool, 'code_batches', 'failed'),
    failedUploads: await countFailed(pool, 'uploads', 'failed'),
    renamedCodes: await countRenamed(pool),
  }
}

/** Half of the way there and back is taken off. */
async function readClockOffsetMs(pool: Pool): Promise<number> {
  const sentAt = Date.now()
  const { rows } = await pool.query<{ now: number }>(
    `select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`,
  )
  return (rows[0]?.now ?? 0) - (sentAt + Date.now()) / 2
}

async function readDisk(folder: string): Promise<Facts['disk']> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return { free: bavail * bsize, total: blocks * bsize }
}

async function isShown(pool: Pool, table: string): Promise<boolean> {
  const { rows } = await pool.query<{ isShown: boolean | null }>(
    `select has_table_privilege(to_regclass($1), 'select') as "isShown"`,
    [table],
  )
  return rows[0]?.isShown === true
}

async function readUsedWebhookKeys(pool: Pool): Promise<string[]> {
  if (!(await isShown(pool, 'webhooks'))) return []
  const { rows } = await pool.query<{ name: string }>(
    `select distinct split_part(kept, ':', 2) as name
     from webhooks, unnest(array[secret, headers, case when former_secret_until > now() then former_secret end]) kept
     where kept like 'sealed:%' order by 1`,
  )
  return rows.map(({ name }) => name)
}

/** 0 in a database that does not have the table yet, or does not show it to this role. */
async function countFailed(pool: Pool, table: string, state: string): Promise<number> {
  if (!(await isShown(pool, table)) || !(await isShown(pool, 'organisations'))) return 0
  const { rows } = await pool.query<{ n: number }>(
    // An older schema has no sandboxes.
    `select count(*)::int as n from ${table} x join organisations o on o.org_id = x.org_id
     where x.state = $1 and to_jsonb(o) ->> 'is_sandbox' is distinct from 'true'`,
    [state],
  )
  return rows[0]?.n ?? 0
}

async function countRenamed(pool: Pool): Promise<number> {
  if (!(await isShown(pool, 'renamed_codes'))) return 0
  const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from renamed_codes')
  return rows[0]?.n ?? 0
}
