import { readdirSync, readFileSync } from 'node:fs'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { expect } from 'vitest'
import type { App } from '../../src/http/app.ts'
import { pick } from './write-cases.ts'

/** What a program expects a value to be: its parser throws at anything else. */
type Type =
  | 'text'
  | 'filled'
  | 'whole'
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
  /** What the program decides by, at paths of the body; `first:a/b`: the first element b in an a, in order of the text. */
  readonly reads?: Readonly<Record<string, unknown>>
  readonly types?: Readonly<Record<string, Type>>
  readonly readsHeaders?: readonly string[]
}

/** A program that calls this interface: what it sends, what it reads of the answers, and what it decides by. */
export interface Client {
  readonly what: string
  readonly reader: {
    readonly form: 'json' | 'xml'
    /** The body is read at these HTTP statuses only, or below this one; otherwise at any. */
    readonly statuses?: readonly number[]
    readonly below?: number
  }
  /** What is set for its till. */
  readonly settings?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** The first request goes out without credentials. */
  readonly signsInAfterChallenge?: boolean
  readonly encoding?: 'latin1'
  readonly steps: readonly Step[]
}

const folder = new URL('../api/till-replays/', import.meta.url)

/** The programs of `test/api/till-replays/`, by name. */
export const clients: readonly (readonly [name: string, client: Client])[] = readdirSync(folder).map(
  (file) => [file.replace('.json', ''), JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Client],
)

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
  if (type === 'long') return Number.isInteger(value)
  // A cast to a decimal fails at a number without a point.
  if (type === 'double') return new RegExp(`"${name}":-?\\d+\\.\\d+`).test(json)
  const isScalar =
    type === 'text' || type === 'filled'
      ? typeof value === 'string'
      : ['string', 'number', 'boolean'].includes(typeof value)
  return isScalar && forms[type]?.test(String(value)) === true
}

const strictXml = new XMLParser({ parseTagValue: false, trimValues: false, ignoreDeclaration: true })

/** @throws when the text is no well-formed XML, or no JSON. */
function parse(text: string, form: Client['reader']['form']): unknown {
  if (form === 'json') return JSON.parse(text)
  const validity = XMLValidator.validate(text)
  if (validity !== true) throw new Error(validity.err.msg)
  return strictXml.parse(text)
}

const firstOf = (text: string, parent: string, child: string): string | undefined =>
  new RegExp(`<${parent}>.*?<${child}>([^<]*)</${child}>`, 's').exec(text)?.[1]

function isRead({ statuses, below = 600 }: Client['reader'], status: number): boolean {
  return statuses?.includes(status) ?? status < below
}

/** Sends what a program sends, and fails where it would fail or decide otherwise. */
export async function play(
  app: App,
  client: Client,
  authorization: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  for (const step of client.steps) {
    const { url, answer } = await send(app, client, step, authorization, values)
    const what = `${step.does}: ${url} ${answer.statusCode} ${answer.body}`
    expect(isRead(client.reader, answer.statusCode), what).toBe(true)
    const body = parse(answer.body, client.reader.form)
    for (const name of step.readsHeaders ?? []) expect(answer.headers[name], what).toBeTruthy()
    for (const [path, expected] of Object.entries(step.reads ?? {})) {
      const [, parent, child] = /^first:(\w+)\/(\w+)$/.exec(path) ?? []
      const value =
        parent === undefined || child === undefined ? pick(body, path) : firstOf(answer.body, parent, child)
      expect(value, `${path} of ${what}`).toEqual(expected)
    }
    for (const [path, type] of Object.entries(step.types ?? {})) {
      const name = path.slice(path.lastIndexOf('.') + 1)
      expect(isOfType(pick(body, path), type, answer.body, name), `${path} is ${type} of ${what}`).toBe(true)
    }
  }
}

async function send(
  app: App,
  client: Client,
  step: Step,
  authorization: string,
  values: Readonly<Record<string, string>>,
) {
  const filled = (text: string) =>
    text
      .replaceAll(/"\$(\w+)Number"/g, (_, name: string) => values[name] ?? '')
      .replaceAll(/\$(\w+)/g, (_, name: string) => values[name] ?? '')
  const url = step.get ?? step.post ?? ''
  const text = step.text ?? (step.json && filled(JSON.stringify(step.json)))
  const headers = {
    ...(step.json && { 'content-type': 'application/json' }),
    ...client.headers,
    ...Object.fromEntries(Object.entries(step.headers ?? {}).map(([name, value]) => [name, filled(value)])),
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
  return { url, answer: await app.inject({ ...request, headers: { ...headers, authorization } }) }
}
