import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AnswerParser, type ParsedAnswer } from './answer-parser.ts'

/** An answer with its location, or the reason why a file or a part of it cannot be read. */
export type SavedAnswer = ParsedAnswer & { readonly file: string }

export interface AnswerFile {
  /** As named by the user; `-` is standard input. */
  readonly name: string
  /** Undefined if unknown. */
  readonly sizeBytes: number | undefined
}

const answerName = /\.(json|ndjson|jsonl)$/i
const linesName = /\.(ndjson|jsonl)$/i

/**
 * Finds the files behind the names: a directory stands for the `.json`, `.ndjson` and `.jsonl` files in it and its
 * subdirectories, sorted by name. Nonexistent files are returned too; reading one reports the reason.
 */
export async function findAnswerFiles(names: readonly string[]): Promise<AnswerFile[]> {
  const files: AnswerFile[] = []
  for (const name of names) {
    const found = name === '-' ? undefined : await stat(name).catch(() => undefined)
    if (found?.isDirectory()) files.push(...(await findInDirectory(name)))
    else {
      const hasSize = found === undefined ? name !== '-' : found.isFile()
      files.push({ name, sizeBytes: hasSize ? (found?.size ?? 0) : undefined })
    }
  }
  return files
}

/** Sorted by name, with numbers in names compared by value: saved pages keep their order. */
async function findInDirectory(directory: string): Promise<AnswerFile[]> {
  const files: AnswerFile[] = []
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !answerName.test(entry.name)) continue
    const name = join(entry.parentPath, entry.name)
    files.push({ name, sizeBytes: (await stat(name)).size })
  }
  return files.sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }))
}

/**
 * Reads the answers in the files one after another, whatever the size of the files.
 *
 * @param stdin the content of `-`. @param onBytes called with the number of bytes read.
 */
export async function* readAnswers(
  files: readonly AnswerFile[],
  stdin: AsyncIterable<Uint8Array> = process.stdin,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<SavedAnswer> {
  for (const { name } of files) {
    const parser = new AnswerParser(linesName.test(name))
    const decoder = new TextDecoder('utf-8', { fatal: true })
    let line = 1
    try {
      const bytes = name === '-' ? stdin : createReadStream(name, { highWaterMark: 256 * 1024 })
      for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
        onBytes(chunk.length)
        for (const found of parser.push(decoder.decode(chunk, { stream: true })))
          yield { ...found, file: name }
        line = parser.line
      }
      for (const found of parser.push(decoder.decode())) yield { ...found, file: name }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === undefined) throw error
      const failure =
        code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
          ? `not UTF-8 text, near line ${line}`
          : `cannot be read: ${readFailures[code] ?? message}`
      for (const found of parser.abandon()) yield { ...found, file: name }
      yield { root: '', failure, file: name }
      continue
    }
    for (const found of parser.end()) yield { ...found, file: name }
  }
}

const readFailures: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a directory',
}
