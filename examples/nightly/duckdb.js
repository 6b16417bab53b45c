// Brings the ledger into a file of DuckDB for reports, every night. Start:
//   WAREHOUSE_FILE=reports.duckdb node examples/nightly/duckdb.js --org Demo
// No other server is needed: whoever has the file can read it with DuckDB, and take it along.
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { print, readOptions, reportsOf, startExport, tables } from './ledger.js'

const options = readOptions('WAREHOUSE_FILE=reports.duckdb node duckdb.js', process.env.WAREHOUSE_FILE)

/** Writes an export of now into a file. */
async function save(kind, file) {
  const child = startExport(options.org, kind)
  const ended = once(child, 'close')
  await pipeline(child.stdout, createWriteStream(file))
  // The output of a command that failed may be half an export: nothing of it is kept.
  const [code] = await ended
  if (code !== 0) throw new Error(`counterfoil export ${kind} ended with ${code}`)
}

/** Replaces a table by a file. @returns the number of its rows. */
async function load(connection, kind, columns, file) {
  const fields = Object.entries(columns).map(([name, type]) => `(json ->> '${name}')::${type} as "${name}"`)
  await connection.run(
    `create or replace table counterfoil.${kind} as select ${fields.join(', ')} from read_ndjson_objects($1)`,
    [file],
  )
  const counted = await connection.runAndReadAll(`select count(*)::int from counterfoil.${kind}`)
  return counted.getRows()[0]?.[0]
}

const folder = await mkdtemp(join(tmpdir(), 'nightly-'))
try {
  // DuckDB lets one process write to a file: everything is read from Counterfoil before the file is opened.
  for (const kind of Object.keys(tables)) await save(kind, join(folder, kind))
  const instance = await DuckDBInstance.create(options.target)
  const connection = await instance.connect()
  // One transaction: a failed night leaves the tables as they are.
  await connection.run('begin')
  await connection.run('create schema if not exists counterfoil')
  for (const [kind, columns] of Object.entries(tables))
    console.log(`${await load(connection, kind, columns, join(folder, kind))} ${kind} loaded`)
  await connection.run('commit')
  for (const [title, sql, values] of reportsOf(options)) {
    const result = await connection.runAndReadAll(sql, values)
    print(title, result.columnNames(), result.getRowObjectsJson())
  }
  connection.closeSync()
  instance.closeSync()
} catch (error) {
  console.error(`The export failed, and the tables are as they were: ${error.message}`)
  process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
