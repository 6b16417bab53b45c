import { readdirSync, readFileSync } from 'node:fs'

/** A published example with invented people and values: a request and its answer. */
export interface Example {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** With its query. */
  readonly path: string
  readonly body?: object
  readonly status: number
  readonly answer: Readonly<Record<string, unknown>>
  /** The published answer, if that of this server has another shape. */
  readonly documented?: Readonly<Record<string, unknown>>
}

const folder = new URL('../contract/', import.meta.url)

/** Every example of `test/contract/`, with its file and its name in the file. */
export const examples: readonly (readonly [file: string, name: string, example: Example])[] = readdirSync(
  folder,
).flatMap((file) => {
  const all = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, Example>
  return Object.entries(all).map(([name, example]) => [file.replace('.json', ''), name, example] as const)
})

export function readExample(file: string, name: string): Example {
  const found = examples.find((one) => one[0] === file && one[1] === name)
  if (found === undefined) throw new Error(`there is no example "${name}" in ${file}.json`)
  return found[2]
}
