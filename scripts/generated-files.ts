import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { generate, PostgresDialect as CodegenDialect } from 'kysely-codegen'
import { pino } from 'pino'
import type { Database } from '../src/platform/db/database.ts'
import { readConfig } from '../src/platform/config.ts'
import { settings } from '../src/platform/settings.ts'
import { createContextOn } from '../src/ledger/context.ts'
import { catalogue, unavailable } from '../src/values/errors.ts'
import { createServer } from '../src/api/create-server.ts'
import { compare, type Document } from './compatibility/compare.ts'
import { pageOf } from './compatibility/page.ts'
import { readSources } from './compatibility/read-sources.ts'

const root = new URL('../', import.meta.url)

/** Row types of every table, from the database as the migrations have made it. */
async function rowTypes({ queries }: Database): Promise<string> {
  return generate({
    // Its types know another copy of Kysely.
    db: queries as never,
    dialect: new CodegenDialect(),
    // What the pool's parsers give: bigint as a number, numeric as text.
    typeMapping: { int8: 'number', numeric: 'string' },
    excludePattern: 'schema_migrations*',
    outFile: null,
  })
}

function errorPage(): string {
  const rows = Object.entries(catalogue).map(
    ([code, { httpStatus, name, message }]) => `| ${code} | ${name} | ${httpStatus} | ${message} |`,
  )
  return [
    '# Errors',
    '',
    'Generated from `src/values/errors.ts` by `npm run generate`. The HTTP status is the one of a request that fails as a whole.',
    '',
    '| code | name | HTTP status | message |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    'What the text of a 503 says, and the `Retry-After` of each; other texts name what is taken.',
    '',
    '| message | Retry-After |',
    '| --- | --- |',
    ...Object.values(unavailable).map(({ message, retryAfterS }) => `| ${message} | ${retryAfterS} |`),
    '',
  ].join('\n')
}

function configurationPage(): string {
  const rows = settings.map(
    (one) => `| \`${one.name}\` | ${one.default && `\`${one.default}\``} | ${one.meaning} |`,
  )
  return [
    '# Configuration',
    '',
    'Generated from `src/platform/settings.ts` by `npm run generate`. Everything is set by environment variables; an empty one counts as absent.',
    '',
    '| variable | default | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

async function compatibilityPage(database: Database): Promise<string> {
  const server = await createServer(createContextOn(readConfig({}), pino({ level: 'silent' }), database))
  try {
    const document = server.swagger() as unknown as Document
    return pageOf(compare(document, Object.keys(catalogue).map(Number), await readSources()))
  } finally {
    await server.close()
  }
}

/** What the generated files should say, by their path in the repository. */
export async function generatedFiles(database: Database): Promise<Record<string, string>> {
  return {
    'src/platform/db/schema.gen.ts': await rowTypes(database),
    'docs/errors.md': errorPage(),
    'docs/configuration.md': configurationPage(),
    'docs/compatibility.md': await compatibilityPage(database),
  }
}

/** Writes them. @returns the paths of those that changed. */
export async function writeGenerated(database: Database): Promise<string[]> {
  const changed: string[] = []
  for (const [path, text] of Object.entries(await generatedFiles(database))) {
    const file = fileURLToPath(new URL(path, root))
    if ((await readFile(file, 'utf8').catch(() => '')) === text) continue
    await writeFile(file, text)
    changed.push(path)
  }
  return changed
}
