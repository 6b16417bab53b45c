import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { App } from '../../src/http/app.ts'
import { pick } from './write-cases.ts'

/** What a program makes of a value that it reads: the value itself, or a condition that it looks at. */
type Condition =
  | string
  | number
  | boolean
  | { readonly type: 'string' | 'number' | 'boolean' | 'object' }
  | { readonly absent: true }
  | { readonly atLeast: number }
  /** A list with an element of which all of this holds. */
  | { readonly has: Readonly<Record<string, Condition>> }

/** One request of a program, and how it decides by the answer. */
interface Step {
  readonly does: string
  readonly readsBodyAt?: ReadsBodyAt
  readonly sends: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH'
    readonly url: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: unknown
  }
  /** By path of the body; `ok`: the status is 2xx. */
  readonly decides: Readonly<Record<string, Condition>>
  /** What later requests use, by path of the body. */
  readonly keeps?: Readonly<Record<string, string>>
}

type ReadsBodyAt = '2xx' | '200' | 'any' | 'never'

/** A program as data: what it sends, reads and decides. */
export interface ClientScript {
  readonly client: string
  readonly readsBodyAt: ReadsBodyAt
  readonly steps: readonly Step[]
}

export const readScript = (name: string): ClientScript =>
  JSON.parse(
    readFileSync(new URL(`../api/client-replays/${name}.json`, import.meta.url), 'utf8'),
  ) as ClientScript

type Variables = Record<string, string>

/** Puts what is known in the place of `${names}`. */
function fill<Value>(value: Value, variables: Variables): Value {
  if (typeof value === 'string')
    return value.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      const known = variables[name]
      if (known === undefined) throw new Error(`the script uses ${name}, which nothing has set`)
      return known
    }) as Value
  if (Array.isArray(value)) return value.map((one: unknown) => fill(one, variables)) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one, variables)])) as Value
}

function holds(value: unknown, condition: Condition): boolean {
  if (typeof condition !== 'object') return value === condition
  if ('absent' in condition) return value === undefined
  if ('atLeast' in condition) return typeof value === 'number' && value >= condition.atLeast
  if ('type' in condition) return typeof value === condition.type && value !== null
  const { has } = condition
  return (
    Array.isArray(value) &&
    value.some((one) => Object.entries(has).every(([path, each]) => holds(pick(one, path), each)))
  )
}

const isRead = (at: ReadsBodyAt, status: number): boolean =>
  at === 'any' || (at === '200' ? status === 200 : at === '2xx' && status >= 200 && status < 300)

/** Plays a program against the server, and fails where it would decide otherwise than its script says. */
export async function play(app: App, script: ClientScript, given: Variables): Promise<void> {
  const variables = { ...given }
  for (const { does, sends, decides, keeps = {}, readsBodyAt = script.readsBodyAt } of script.steps) {
    const { method, url, headers = {}, body } = fill(sends, variables)
    const answer = await app.inject({
      method,
      url,
      headers,
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    })
    const { statusCode } = answer
    const json: unknown = isRead(readsBodyAt, statusCode) ? answer.json() : undefined
    const broken = Object.entries(fill(decides, variables)).filter(([path, condition]) =>
      path === 'ok'
        ? (statusCode >= 200 && statusCode < 300) !== condition
        : !holds(pick(json, path), condition),
    )
    expect({
      client: script.client,
      does,
      broken,
      status: broken.length > 0 && statusCode,
      body: broken.length > 0 && answer.body,
    }).toEqual({ client: script.client, does, broken: [], status: false, body: false })
    for (const [name, path] of Object.entries(keeps)) variables[name] = String(pick(json, path))
  }
}
