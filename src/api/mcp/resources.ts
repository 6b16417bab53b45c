import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { packageRoot } from '../../platform/package-root.ts'

interface Page {
  readonly name: string
  readonly title: string
  readonly text: string
}

const folder = join(packageRoot, 'docs')

async function readPage(file: string): Promise<Page> {
  const text = await readFile(join(folder, file), 'utf8')
  const name = file.slice(0, -'.md'.length)
  return { name, title: /^# (.+)$/m.exec(text)?.[1] ?? name, text }
}

/** The pages of the documentation, which come with the package; a copy without them has no resources. */
async function readPages(): Promise<readonly Page[]> {
  const files = await readdir(folder).catch(() => [])
  return Promise.all(
    files
      .filter((file) => file.endsWith('.md'))
      .sort()
      .map(readPage),
  )
}

/** Read once: a running server keeps its version when a new one replaces the files. */
let pages: Promise<readonly Page[]> | undefined

/** Registers each page of the documentation as a resource, `counterfoil://docs/holds`. */
export async function registerResources(server: McpServer): Promise<void> {
  for (const { name, title, text } of await (pages ??= readPages())) {
    const mimeType = 'text/markdown'
    server.registerResource(name, `counterfoil://docs/${name}`, { title, mimeType }, ({ href }) => ({
      contents: [{ uri: href, mimeType, text }],
    }))
  }
}
