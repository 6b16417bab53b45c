import { readdirSync, readFileSync } from 'node:fs'

/** A published example with people and values of our own: a request and its answer. */
export interface Example {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** With its query. */
  readonly path: string
  readonly body?: object
  readonly status: number
  readonly answer: Readonly<Record<string, unknown>>
  /** The published answer, if ours has another shape. */
  readonly documented?: Readonly<Record<string, unknown>>
}

const folder = new URL('../contract/', import.meta.url)

/** Every example of `test/contract/`, with its file and its name in it. */
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
