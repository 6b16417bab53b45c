import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A block of code of a document, as the reader sees it. */
export interface CodeBlock {
  /** The document and the line at which the block begins: `docs/money.md:22`. */
  readonly at: string
  readonly language: string
  /** Why no test runs it (`sh not-run: needs a PostgreSQL of yours`); undefined if one does. */
  readonly notRun: string | undefined
  /** The server is to refuse the last command (`sh refused`). */
  readonly isRefused: boolean
  readonly code: string
}

/** The paths of all documents. */
export const documents = ['.', 'docs', 'docs/decisions', 'bench', 'examples', 'packages/client'].flatMap(
  (folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
)

/** The blocks of a document that name a language, in order; the others are drawings and lists. */
export function codeBlocksOf(document: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: { at: string; info: string; indent: string; lines: string[] } | undefined
  readFileSync(join(root, document), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const [, indent = '', info] = /^( *)```(.*)$/.exec(line) ?? []
      if (open === undefined) {
        if (info !== undefined) open = { at: `${document}:${index + 1}`, info, indent, lines: [] }
        return
      }
      if (info === undefined) {
        open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line)
        return
      }
      const [, language = '', notRun] = /^(\S*)(?: refused| not-run: (.+))?$/.exec(open.info) ?? [
        '',
        open.info,
      ]
      const isRefused = open.info === `${language} refused`
      if (language !== '')
        blocks.push({ at: open.at, language, notRun, isRefused, code: open.lines.join('\n') })
      open = undefined
    })
  return blocks
}

/** The answers that comments of a block show: what follows `# `, in the parts that `…` separates. */
export const answersShown = (code: string): string[][] =>
  [...code.matchAll(/^# ([{<].*)$/gm)].map(([, answer = '']) =>
    answer.split('…').filter((part) => part !== ''),
  )
