import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from '../../src/platform/config.ts'
import { signIn } from '../console/fill.ts'
import { folderOf, say } from '../folder.ts'
import { mobileOf, openDataset, till, type Dataset, type Scale } from '../history/dataset.ts'
import { seededIntegers } from '../random.ts'
import { startServer, type Server } from '../server.ts'
import { warmFiles } from '../warm-files.ts'

/** Codes prepared for a run; none is redeemed twice. */
const preparedCodes = 60_000
const seed = 20_261_130

interface PreparedCode {
  readonly code: string
  readonly mobile: string
}

/** One of the two databases that are compared, with a server of its own. */
export interface Side {
  readonly name: 'small' | 'large'
  readonly scale: Scale
  readonly dataDir: string
  readonly dataset: Dataset
  readonly server: Server
  readonly origin: string
  /** Of a till. */
  readonly headers: Record<string, string>
  /** Of a person in the console. */
  readonly session: Record<string, string>
  /** Redeemable codes and their holders. */
  readonly codes: readonly PreparedCode[]
  /** Customers with an ordinary number of coupons. */
  readonly mobiles: readonly string[]
}

/** Codes that are scattered over the table; a third of them have not been redeemed. */
async function prepareCodes({ database, scale }: Dataset): Promise<PreparedCode[]> {
  const total = scale.customers * scale.couponsPerCustomer
  const { rows } = await database.pool.query<{ code: string; customer: number }>(
    `select c.code, c.customer_id::int as customer from coupons c
     where c.org_id = 1 and c.id = any(select n * 7919::bigint % $1 + 1 from generate_series(1, least($1, $2::bigint)) n)
       and c.redeemed = 0 and c.valid_until > now() and c.customer_id <= $3`,
    [total, 4 * preparedCodes, scale.customers],
  )
  return rows.slice(0, preparedCodes).map(({ code, customer }) => ({ code, mobile: mobileOf(customer) }))
}

/** Series issue any number of coupons to a customer, and the first one accepts codes without a holder. */
const adjustSql = `update series set is_multiple_per_customer_allowed = true, is_any_user = id = 1
  where org_id = 1 and not is_multiple_per_customer_allowed`

export async function openSide(name: Side['name'], scale: Scale): Promise<Side> {
  const dataDir = join(folderOf('scale'), scale.name)
  const startedAt = performance.now()
  const dataset = await openDataset(readConfig({ DATA_DIR: dataDir }), pino({ level: 'warn' }), scale, say)
  say(`${scale.name}: open after ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  await dataset.database.pool.query(adjustSql)
  await warmFiles(join(dataDir, 'postgres', 'base'))
  const server = await startServer(dataDir)
  const origin = `http://127.0.0.1:${server.port}`
  const customer = seededIntegers(seed, scale.customers)
  return {
    name,
    scale,
    dataDir,
    dataset,
    server,
    origin,
    headers: { Authorization: `Basic ${Buffer.from(`${till.code}:${till.password}`).toString('base64')}` },
    session: await signIn(dataset.database, origin),
    codes: await prepareCodes(dataset),
    mobiles: Array.from({ length: 20_000 }, () => mobileOf(customer())),
  }
}

export async function closeSide({ server, dataset }: Side): Promise<void> {
  await server.stop()
  await dataset.close()
}
