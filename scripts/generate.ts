/** Writes the generated files: row types from the migrated database, pages from the tables in the code. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from '../src/platform/config.ts'
import { openDatabase } from '../src/platform/db/database.ts'
import { writeGenerated } from './generated-files.ts'

const dataDir = await mkdtemp(join(tmpdir(), 'counterfoil-generate-'))
const database = await openDatabase(readConfig({ DATA_DIR: dataDir }), pino({ level: 'warn' }))
try {
  for (const path of await writeGenerated(database)) console.log(path)
} finally {
  await database.close()
  await rm(dataDir, { recursive: true, force: true })
}
