import { readdirSync, readFileSync } from 'node:fs'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { expect } from 'vitest'
import type { App } from '../../src/http/app.ts'
import { pick } from './write-cases.ts'

/** The type that a program expects of a value; its parser throws at any other. */
type Type =
  | 'text'
  | 'filled'
  | 'whole'
  | 'number'
  | 'long'
  | 'decimal'
  | 'double'
  | 'flag'
  | 'time'
  | 'day'
  | 'list'
  | 'node'

interface Step {
  readonly does: string
  readonly get?: string
  readonly post?: string
  readonly json?: object
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Stands for the parser of the program. */
  readonly reader?: Reader
  /** The program decides by whether the status is 2xx. */
  readonly ok?: boolean
  /**
   * The values by which the program decides, at paths of the body; `first:a/b` is the first element b in an a, in order
   * of the text. Null stands for a missing value, `{ "atLeast": 1 }` for a smallest number.
   */
  readonly reads?: Readonly<Record<string, unknown>>
  readonly types?: Readonly<Record<string, Type>>
  readonly readsHeaders?: readonly string[]
  /** Paths of the body whose values later requests send, by name. */
  readonly keeps?: Readonly<Record<string, string>>
}

interface Reader {
  readonly form: 'json' | 'xml'
  /** The HTTP statuses at which the body is read, or the status below which it is read; default: all. */
  readonly statuses?: readonly number[]
  readonly below?: number
}

/**
 * A program that calls this interface: its requests, the parts of the answers that it reads, and the values by which it
 * decides.
 */
export interface Client {
  readonly what: string
  readonly reader: Reader
  /** The settings of its till. */
  readonly settings?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** The first request has no credentials. */
  readonly signsInAfterChallenge?: boolean
  readonly encoding?: 'latin1'
  readonly steps: readonly Step[]
}

const folder = new URL('../api/client-replays/', import.meta.url)

/** The programs of `test/api/client-replays/`, by name. */
export const clients: readonly (readonly [name: string, client: Client])[] = readdirSync(folder).map(
  (file) => [file.replace('.json', ''), JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Client],
)

/** Whether a program exchanges a key for an access token; the others sign in as a till. */
export const usesToken = ({ steps }: Client): boolean =>
  steps.some(({ post }) => post?.startsWith('/v3/oauth') === true)

const forms: Partial<Record<Type, RegExp>> = {
  whole: /^-?\d+$/,
  decimal: /^\d+(\.\d+)?$/,
  flag: /^(true|false)$/i,
  time: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/,
  day: /^\d{4}-\d{2}-\d{2}$/,
  text: /^/,
  filled: /[^]/,
}

/** Whether a program with typed fields takes the value. */
function isOfType(value: unknown, type: Type, json: string, name: string): boolean {
  if (type === 'list') return Array.isArray(value)
  if (type === 'node') return value !== undefined
  if (type === 'number') return typeof value === 'number'
  if (type === 'long') return Number.isInteger(value)
  // A cast to a decimal fails for a number without a decimal point.
  if (type === 'double') return new RegExp(`"${name}":-?\\d+\\.\\d+`).test(json)
  const isScalar =
    type === 'text' || type === 'filled'
      ? typeof value === 'string'
      : ['string', 'number', 'boolean'].includes(typeof value)
  return isScalar && forms[type]?.test(String(value)) === true
}

const strictXml = new XMLParser({ parseTagValue: false, trimValues: false, ignoreDeclaration: true })

/** @throws if the text is neither well-formed XML nor JSON. */
function parse(text: string, form: Reader['form']): unknown {
  if (form === 'json') return JSON.parse(text)
  const validity = XMLValidator.validate(text)
  if (validity !== true) throw new Error(validity.err.msg)
  return strictXml.parse(text)
}

const firstOf = (text: string, parent: string, child: string): string | undefined =>
  new RegExp(`<${parent}>.*?<${child}>([^<]*)</${child}>`, 's').exec(text)?.[1]

function isRead({ statuses, below = 600 }: Reader, status: number): boolean {
  return statuses?.includes(status) ?? status < below
}

type Values = Readonly<Record<string, string>>

/** Replaces `$names` by their values; `"$nameNumber"` becomes a number. @throws for an unknown name. */
function fill(text: string, values: Values): string {
  const valueOf = (_: string, name: string): string => {
    const value = values[name]
    if (value === undefined) throw new Error(`nothing has set $${name}`)
    return value
  }
  return text.replaceAll(/"\$(\w+)Number"/g, valueOf).replaceAll(/\$(\w+)/g, valueOf)
}

function expectValue(value: unknown, expected: unknown, what: string): void {
  if (typeof expected === 'object' && expected !== null && 'atLeast' in expected)
    expect(value, what).toBeGreaterThanOrEqual(expected.atLeast as number)
  else expect(value ?? null, what).toEqual(expected)
}

function expectBody(step: Step, { form }: Reader, text: string, values: Values, what: string): unknown {
  const body = parse(text, form)
  const reads = JSON.parse(fill(JSON.stringify(step.reads ?? {}), values)) as Record<string, unknown>
  for (const [path, expected] of Object.entries(reads)) {
    const [, parent, child] = /^first:(\w+)\/(\w+)$/.exec(path) ?? []
    const value =
      parent === undefined || child === undefined ? pick(body, path) : firstOf(text, parent, child)
    expectValue(value, expected, `${path} of ${what}`)
  }
  for (const [path, type] of Object.entries(step.types ?? {})) {
    const name = path.slice(path.lastIndexOf('.') + 1)
    expect(isOfType(pick(body, path), type, text, name), `${path} is ${type} of ${what}`).toBe(true)
  }
  return body
}

/**
 * Sends the requests of a program, and fails if the program would fail or decide otherwise.
 *
 * @param values by the names that its requests use; `authorization` is sent with each.
 */
export async function play(app: App, client: Client, given: Values): Promise<void> {
  const values: Record<string, string> = { ...given }
  for (const step of client.steps) {
    const { url, answer } = await send(app, client, step, values)
    const what = `${step.does}: ${url} ${answer.statusCode} ${answer.body}`
    if (step.ok !== undefined) expect(answer.statusCode >= 200 && answer.statusCode < 300, what).toBe(step.ok)
    for (const name of step.readsHeaders ?? []) expect(answer.headers[name], what).toBeTruthy()
    if (step.reads === undefined && step.types === undefined && step.keeps === undefined) continue
    const reader = step.reader ?? client.reader
    expect(isRead(reader, answer.statusCode), what).toBe(true)
    const body = expectBody(step, reader, answer.body, values, what)
    for (const [name, path] of Object.entries(step.keeps ?? {})) values[name] = String(pick(body, path))
  }
}

async function send(app: App, client: Client, step: Step, values: Values) {
  const url = fill(step.get ?? step.post ?? '', values)
  const text = step.text ?? (step.json && fill(JSON.stringify(step.json), values))
  const headers = {
    ...(step.json && { 'content-type': 'application/json' }),
    ...client.headers,
    ...Object.fromEntries(
      Object.entries(step.headers ?? {}).map(([name, value]) => [name, fill(value, values)]),
    ),
  }
  const request = {
    method: step.get === undefined ? ('POST' as const) : ('GET' as const),
    url,
    ...(text !== undefined && { payload: Buffer.from(text, client.encoding ?? 'utf8') }),
  }
  if (client.signsInAfterChallenge === true) {
    const bare = await app.inject({ ...request, headers })
    expect(bare.statusCode).toBe(401)
    expect(bare.headers['www-authenticate']).toMatch(/^Basic realm="/)
  }
  const { authorization } = values
  return {
    url,
    answer: await app.inject({
      ...request,
      headers: { ...headers, ...(authorization && { authorization }) },
    }),
  }
}
