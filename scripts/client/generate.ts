import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateSource } from 'oazapfts'
import { documentForClient, type OpenApiDocument } from './document.ts'

/** The output of the generator before the first call: its own runtime, which the client replaces. */
const generatedHeader = /^\/\*\*[\s\S]*?^export const servers = \{\};\n/m

const header = `/** Every call of the server. Generated from its OpenAPI document by \`npm run generate\`. */
import { oazapfts, query as QS } from './runtime.js'
import type * as Oazapfts from './runtime.js'
`

/** Generates the calls and types of the client from the document that the server serves. */
export async function generateClient(document: OpenApiDocument): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'counterfoil-client-'))
  try {
    const file = join(folder, 'openapi.json')
    await writeFile(file, JSON.stringify(documentForClient(document)))
    const source = await generateSource(file, {
      useUnknown: true,
      optimistic: true,
      argumentStyle: 'object',
      futureStripLegacyMethods: true,
    })
    if (!generatedHeader.test(source)) throw new Error('The generator has changed the beginning of its files')
    return source.replace(generatedHeader, header)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
