import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { generate, PostgresDialect as CodegenDialect } from 'kysely-codegen'
import { pino } from 'pino'
import type { Database } from '../src/platform/db/database.ts'
import { readConfig } from '../src/platform/config.ts'
import { settings } from '../src/platform/settings.ts'
import { createContextOn } from '../src/ledger/context.ts'
import { clientSettings } from '../src/values/client-settings.ts'
import { catalogue } from '../src/values/errors.ts'
import { unavailable } from '../src/values/unavailable.ts'
import { createServer } from '../src/api/create-server.ts'
import type { OpenApiDocument } from './client/document.ts'
import { generateClient } from './client/generate.ts'
import { generateCollection } from './collection/generate.ts'
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
    (one) => `| \`${one.name}\` | ${one.default && `\`${one.default}\``} | ${one.allowed} | ${one.meaning} |`,
  )
  return [
    '# Configuration',
    '',
    'Generated from `src/platform/settings.ts` by `npm run generate`. Everything is set by environment variables; an empty one counts as absent.',
    '',
    '| variable | default | allowed | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function clientSettingsPage(): string {
  const sections = clientSettings.map(({ name, values, default: usual, meaning, symptom, valueMeanings }) =>
    [
      `## ${name}`,
      '',
      `${meaning} Default: \`${usual}\`.`,
      '',
      `**Change it when** ${symptom.charAt(0).toLowerCase()}${symptom.slice(1)}`,
      '',
      '| value | meaning |',
      '| --- | --- |',
      ...values.map(
        (value) => `| \`${value}\` | ${(valueMeanings as Readonly<Record<string, string>>)[value]} |`,
      ),
      '',
    ].join('\n'),
  )
  return [
    '# Settings for programs that call',
    '',
    'Generated from `src/values/client-settings.ts` by `npm run generate`.',
    '',
    'Programs of several makers call the same server, and no single answer serves all of them. These settings adapt the answers. An',
    'organisation states them for all its tills and OAuth clients; a till or a client can state its own value.',
    '',
    'Precedence: the till or client that signs in, then the organisation, then the default. A till that a request is attributed to is',
    'not asked, because the setting belongs to the program that calls. A client is not a till: it does not take over the settings of',
    'the till that it acts as.',
    '',
    'A change takes effect within a second, in every process, and is recorded in the audit log. It is made',
    '',
    '- in the console: `Answers…` of a till or client, and the page `Settings` for the organisation;',
    '- over HTTP: `PATCH /admin/v1/tills/{id}/client-settings`, `PATCH /admin/v1/clients/{id}/client-settings` and `clientSettings` of',
    '  `PATCH /admin/v1/organisation`; `null` takes a value back. `GET /admin/v1/client-settings` describes every setting;',
    '- on the command line: `counterfoil till settings --org 1 --code till-7 --v1-types typed`, likewise `client settings` and',
    '  `org settings`; `unset` takes a value back, and without a value the command shows what is stated.',
    '',
    '## Moving them',
    '',
    'One document holds what an organisation, its tills (by code) and its clients (by name) state, without secrets. It is imported into',
    'another organisation or database, or edited and imported again:',
    '',
    '- over HTTP: `GET` and `PUT /admin/v1/client-settings/stated`; `PUT` with `?dryRun=true` tells what would change;',
    '- on the command line: `counterfoil org settings --org 1 --export > settings.json`, and `counterfoil org settings --org 2 --import',
    '  settings.json`, with `--dry-run` as well;',
    '- in the console: `Export settings of programs` and `Import settings of programs…` on the page `Settings`, which shows what changes first.',
    '',
    'A till or client that the document names has exactly the settings of the document afterwards, and the others keep theirs. A',
    'document that names an unknown setting, value, till or client is refused, with all unknown tills and clients listed, and nothing is',
    'changed.',
    '',
    'The demo has a till `demo.typed` with `v1Types` set to `typed`.',
    '',
    ...sections,
  ].join('\n')
}

/** The document of the API with whole schemas; the server serves it with names for them. */
export async function openApiDocument(database: Database): Promise<Document & OpenApiDocument> {
  const server = await createServer(createContextOn(readConfig({}), pino({ level: 'silent' }), database))
  try {
    return server.swagger() as unknown as Document & OpenApiDocument
  } finally {
    await server.close()
  }
}

async function compatibilityPage(document: Document): Promise<string> {
  return pageOf(compare(document, Object.keys(catalogue).map(Number), await readSources()))
}

/** What the generated files should say, by their path in the repository. */
export async function generatedFiles(database: Database): Promise<Record<string, string>> {
  const document = await openApiDocument(database)
  return {
    'src/platform/db/schema.gen.ts': await rowTypes(database),
    'docs/errors.md': errorPage(),
    'docs/configuration.md': configurationPage(),
    'docs/client-settings.md': clientSettingsPage(),
    'docs/compatibility.md': await compatibilityPage(document),
    'docs/counterfoil.postman_collection.json': generateCollection(document),
    'packages/client/src/api.gen.ts': await generateClient(document),
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
