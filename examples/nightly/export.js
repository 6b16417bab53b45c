// Brings the ledger into a PostgreSQL for reports, every night. Start:
//   WAREHOUSE_URL=postgresql://… node examples/nightly/export.js --org Demo
// The warehouse is any PostgreSQL but the database of Counterfoil itself: reports read all rows, and tills should not wait for them.
import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { print, readOptions, reportsOf, startExport, tables } from './ledger.js'

const options = readOptions('WAREHOUSE_URL=postgresql://… node export.js', process.env.WAREHOUSE_URL)

/** Replaces a table by an export of now. @returns the number of its rows. */
async function load(client, kind, columns) {
  const names = Object.keys(columns)
  await client.query(`
    create table if not exists counterfoil.${kind} (${names.map((name) => `"${name}" ${columns[name]}`).join(', ')});
    truncate counterfoil.${kind};
    create temporary table incoming (line jsonb) on commit drop`)
  const child = startExport(options.org, kind)
  const ended = once(child, 'close')
  // A delimiter and a quote that JSON never contains: a line is one value, as it stands.
  await pipeline(
    child.stdout,
    client.query(copyFrom(`copy incoming from stdin with (format csv, delimiter E'\\x01', quote E'\\x02')`)),
  )
  // The output of a command that failed may be half an export: nothing of it is kept.
  const [code] = await ended
  if (code !== 0) throw new Error(`counterfoil export ${kind} ended with ${code}`)
  const { rowCount } = await client.query(`
    insert into counterfoil.${kind} (${names.map((name) => `"${name}"`).join(', ')})
    select ${names.map((name) => `(line ->> '${name}')::${columns[name]}`).join(', ')} from incoming`)
  await client.query('drop table incoming')
  return rowCount
}

const client = new pg.Client({ connectionString: options.target })
await client.connect()
try {
  // One transaction: whoever reads the warehouse meanwhile sees last night's tables, and a failed night leaves them as they are.
  await client.query('begin')
  // Two runs at once wait for each other.
  await client.query(`select pg_advisory_xact_lock(hashtextextended('counterfoil nightly export', 0))`)
  await client.query('create schema if not exists counterfoil')
  for (const [kind, columns] of Object.entries(tables))
    console.log(`${await load(client, kind, columns)} ${kind} loaded`)
  await client.query('commit')
  await client.query('analyze counterfoil.series, counterfoil.coupons, counterfoil.redemptions')
  for (const [title, sql, values] of reportsOf(options)) {
    const { fields, rows } = await client.query(sql, values)
    print(
      title,
      fields.map(({ name }) => name),
      rows,
    )
  }
} catch (error) {
  console.error(`The export failed, and the tables are as they were: ${error.message}`)
  process.exitCode = 1
} finally {
  await client.end()
}
