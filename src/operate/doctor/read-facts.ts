import { isIPv6 } from 'node:net'
import type { Pool } from 'pg'
import { readNoticedProxies } from '../../identity/credentials/noticed-proxies.ts'
import { isLoopback, type Config } from '../../platform/config.ts'
import type { Database } from '../../platform/db/database.ts'
import { readSchemaState } from '../../platform/db/migrate.ts'
import { readChainStates } from '../chain/read-chain-states.ts'
import { findPublicLogins } from '../demo/public-logins.ts'
import { countReadable, readMissingKeys } from '../sealing/missing-keys.ts'
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

/** The facts that one statement reads. */
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

/** Reads all facts that `diagnose` judges; changes nothing. */
export async function readFacts({ pool, queries }: Database, config: Config): Promise<Facts> {
  const { rows } = await pool.query<Read>(factsSql)
  const [read] = rows
  if (read === undefined) throw new Error('the database told nothing of itself')
  const { pending, unknown, breaking } = await readSchemaState(queries)
  // An older schema stores them elsewhere.
  const isSealing = (await isShown(pool, 'sealed_token_keys')) && (await isShown(pool, 'webhooks'))
  return {
    ...read,
    isEmbedded: config.isEmbedded,
    databaseConnections: config.databaseConnections,
    connectionsBeside: config.uploadsAtOnce + config.exportsAtOnce + 1,
    clockOffsetMs: await readClockOffsetMs(pool),
    pendingMigrations: pending,
    unknownMigrations: unknown,
    breakingMigrations: breaking,
    missingKeys: isSealing ? await readMissingKeys(pool, config.secrets.keys) : [],
    readableSecrets: isSealing ? await countReadable(pool) : 0,
    hasSecretKeys: config.secrets.keys.length > 0,
    unlistedProxies: (await isShown(pool, 'noticed_proxies'))
      ? (await readNoticedProxies(pool)).filter(
          (address) => !config.trustedProxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'),
        )
      : [],
    publicLogins: await readPublicLogins({ pool, queries }),
    isLoopback: isLoopback(config.host),
    isProxied: config.trustedProxies.rules.length > 0,
    failedBatches: await countFailed(pool, 'code_batches', 'failed'),
    failedUploads: await countFailed(pool, 'uploads', 'failed'),
    collisions: await readCollisions(pool),
    retries: await readRetries(pool),
    renamedCodes: await countRenamed(pool),
    chains: await readChains(pool),
  }
}

async function readChains(pool: Pool): Promise<Facts['chains']> {
  for (const table of ['organisations', 'events', 'event_chains', 'event_links'])
    if (!(await isShown(pool, table))) return []
  return readChainStates(pool)
}

/** Half of the round-trip time is subtracted. */
async function readClockOffsetMs(pool: Pool): Promise<number> {
  const sentAt = Date.now()
  const { rows } = await pool.query<{ now: number }>(
    `select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`,
  )
  return (rows[0]?.now ?? 0) - (sentAt + Date.now()) / 2
}

async function isShown(pool: Pool, table: string): Promise<boolean> {
  const { rows } = await pool.query<{ isShown: boolean | null }>(
    `select has_table_privilege(to_regclass($1), 'select') as "isShown"`,
    [table],
  )
  return rows[0]?.isShown === true
}

const shownIds = 5

/** A database without the column has none. */
async function readCollisions(pool: Pool): Promise<Facts['collisions']> {
  if (!(await isShown(pool, 'identifier_forms')) || !(await isShown(pool, 'customer_identifiers'))) return []
  const { rows } = await pool.query<Facts['collisions'][number]>(
    `select org_id as "orgId", count(distinct customer_id)::int as customers,
       (array_agg(distinct customer_id))[1:${shownIds}] as "customerIds"
     from customer_identifiers where same_as is not null group by org_id order by org_id`,
  )
  return rows
}

async function readRetries(pool: Pool): Promise<Facts['retries']> {
  if (!(await isShown(pool, 'organisations'))) return []
  // An older schema has fewer columns.
  const { rows } = await pool.query<Facts['retries'][number]>(
    `select org_id as "orgId", name, to_jsonb(o) ->> 'replays_till_retries' = 'true' as "areReplayed"
     from organisations o where to_jsonb(o) ->> 'is_sandbox' is distinct from 'true' order by org_id`,
  )
  return rows
}

async function readPublicLogins({ pool, queries }: Pick<Database, 'pool' | 'queries'>): Promise<string[]> {
  for (const table of ['tills', 'clients', 'users']) if (!(await isShown(pool, table))) return []
  return (await findPublicLogins(queries)).map(({ login }) => login)
}

/** 0 if the database does not have the table yet, or does not show it to this role. */
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
