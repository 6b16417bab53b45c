import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../../src/platform/config.ts'
import { openDatabase, type Database } from '../../src/platform/db/database.ts'
import { startEmbedded } from '../../src/platform/embedded-postgres/embedded.ts'
import type { Endpoint } from '../../src/platform/embedded-postgres/lease.ts'
import { createOrganisation } from '../../src/identity/organisations/create-organisation.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { loadSteps } from './dataset-sql.ts'

export interface Scale {
  readonly name: string
  readonly customers: number
  readonly couponsPerCustomer: number
  /** Coupons of the one customer with very many. */
  readonly couponsOfLargest: number
  readonly series: number
  /** From the issue of a coupon to its end. */
  readonly validDays: number
  /** How many of three coupons have been redeemed. */
  readonly redeemedOfThree: number
}

const usual = { couponsPerCustomer: 15, series: 200, validDays: 90, redeemedOfThree: 1 }

export const scales: readonly Scale[] = [
  { ...usual, name: 'full', customers: 200_000, couponsOfLargest: 100_000 },
  { ...usual, name: 'small', customers: 2_000, couponsOfLargest: 5_000 },
]

export const till = { code: 'bench.till', password: 'bench of its own' }

/** Customers have the ids 1 to `customers`; the one with very many coupons comes after them. */
export const largestId = (scale: Scale): number => scale.customers + 1
export const mobileOf = (customerId: number): string => String(919_000_000_000 + customerId)

const databaseName = 'counterfoil'
const migrations = new URL('../../migrations/', import.meta.url)

/** Identifies what a load depends on: a load made differently is not reused. */
async function fingerprint(scale: Scale): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([scale, loadSteps(scale)]))
  for (const name of (await readdir(migrations)).sort())
    hash.update(await readFile(new URL(name, migrations)))
  return `bench ${hash.digest('hex')}`
}

async function withClient<Result>(
  endpoint: Endpoint,
  database: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ host: endpoint.host, user: endpoint.user, database })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The comment on the database, which is written when a load is complete. */
async function isLoaded(endpoint: Endpoint, mark: string): Promise<boolean> {
  return withClient(endpoint, 'postgres', async (client) => {
    const { rows } = await client.query<{ mark: string | null }>(
      `select shobj_description(oid, 'pg_database') as mark from pg_database where datname = $1`,
      [databaseName],
    )
    return rows[0]?.mark === mark
  })
}

/** Indexes are built after the rows, and references are not checked: the loaded data is consistent. */
async function load({ pool }: Database, scale: Scale, say: (line: string) => void): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query(`set session_replication_role = replica; set maintenance_work_mem = '512MB'`)
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `select i.indexname as name, i.indexdef as definition from pg_indexes i
      where i.schemaname = 'public'
        and i.tablename in ('customers', 'customer_identifiers', 'coupons', 'customer_series_usage', 'redemptions')
        and not exists (select from pg_constraint c where c.conname = i.indexname)`,
    )
    for (const { name } of indexes) await client.query(`drop index ${name}`)
    for (const [what, statement] of Object.entries(loadSteps(scale))) {
      const startedAt = performance.now()
      await client.query(statement)
      say(`  ${what}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
    }
    for (const { definition } of indexes) await client.query(definition)
    await client.query('vacuum (analyze, freeze)')
    await client.query('checkpoint')
  } finally {
    client.release(true)
  }
}

export interface Dataset extends Endpoint {
  readonly scale: Scale
  /** Null: the load of an earlier run was reused. */
  readonly loadS: number | null
  readonly database: Database
  /** Stops the database unless a server still uses it. */
  close(): Promise<void>
}

/** The database of the bench, loaded by this run or an earlier one. */
export async function openDataset(
  config: Config,
  log: Logger,
  scale: Scale,
  say: (line: string) => void,
): Promise<Dataset> {
  const embedded = await startEmbedded(config.dataDir, log)
  // pgbench and the processes of the loads inherit it.
  process.env['PGPASSWORD'] = await embedded.password()
  const mark = await fingerprint(scale)
  const isReused = await isLoaded(embedded, mark)
  const startedAt = performance.now()
  if (!isReused) {
    say(`Loading ${scale.customers * scale.couponsPerCustomer} coupons into ${config.dataDir}`)
    await withClient(embedded, 'postgres', (client) =>
      client.query(`drop database if exists ${databaseName} with (force)`),
    )
  }
  const database = await openDatabase(config, log)
  if (!isReused) {
    const { queries } = database
    const orgId = await createOrganisation(queries, {
      name: 'Bench',
      timeZone: 'Asia/Kolkata',
      country: 'IN',
      currency: 'INR',
    })
    if (orgId !== 1) throw new Error('the load expects an empty database')
    await load(database, scale, say)
    await createTill(queries, {
      orgId,
      storeCode: 'store-1',
      ...till,
      isReadOnly: false,
      accessGroup: 'default',
    })
    await database.pool.query(`comment on database ${databaseName} is '${mark}'`)
  }
  return {
    host: embedded.host,
    user: embedded.user,
    password: embedded.password,
    scale,
    loadS: isReused ? null : (performance.now() - startedAt) / 1000,
    database,
    async close() {
      await database.close()
      await embedded.release()
    },
  }
}
