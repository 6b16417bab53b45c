import { readFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { loadDemo } from '../../src/operate/demo/load-demo.ts'
import { basic, createTestContext, createTestServer } from '../support/harness.ts'

interface Item {
  readonly name: string
  readonly event?: readonly { readonly script: { readonly exec: readonly string[] } }[]
  readonly request: {
    readonly method: string
    readonly header: readonly { readonly key: string; readonly value: string }[]
    readonly body?: { readonly raw?: string }
    readonly url: {
      readonly raw: string
      readonly variable?: readonly { readonly key: string; readonly value: string }[]
    }
  }
}
interface Collection {
  readonly variable: readonly { readonly key: string; readonly value: string }[]
  readonly item: readonly { readonly name: string; readonly item: readonly Item[] }[]
}

const path = new URL('../../docs/counterfoil.postman_collection.json', import.meta.url)
const collection = JSON.parse(await readFile(path, 'utf8')) as Collection
const context = await createTestContext()
await loadDemo(context)
const app = await createTestServer(context)

test('the collection has every call of the API once, and no folder is empty', () => {
  const { paths } = app.swagger() as unknown as { paths: Record<string, Record<string, object>> }
  const described = Object.entries(paths).flatMap(([route, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${route.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  )
  const folders = collection.item.slice(1)
  expect(folders.filter(({ item }) => item.length === 0)).toEqual([])
  const listed = folders.flatMap(({ item }) =>
    item.map(({ request: { method, url } }) => `${method} ${url.raw.replace('{{baseUrl}}', '')}`),
  )
  expect(listed.toSorted()).toEqual(described.toSorted())
})

test('the examples of the collection succeed from top to bottom against the demo, and each request differs', async () => {
  const values = new Map(collection.variable.map(({ key, value }) => [key, value]))
  const fill = (text: string): string =>
    text.replaceAll('{{$guid}}', randomUUID()).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = values.get(name)
      if (value === undefined) throw new Error(`No answer gave ${name}`)
      return value
    })
  const [examples] = collection.item
  const seen = new Set<string>()
  for (const { name, event, request } of examples?.item ?? []) {
    const { method, header, body, url } = request
    const named = new Map(url.variable?.map(({ key, value }) => [key, encodeURIComponent(fill(value))]))
    const address = fill(url.raw.replace('{{baseUrl}}', '')).replaceAll(
      /\/:(\w+)/g,
      (_, one: string) => `/${named.get(one)}`,
    )
    const headers = Object.fromEntries(header.map(({ key, value }) => [key.toLowerCase(), fill(value)]))
    const answer = await app.inject({
      method: method as 'GET' | 'POST' | 'PUT' | 'PATCH',
      url: address,
      headers: { authorization: basic('demo.till', 'demo'), ...headers },
      ...(body?.raw !== undefined && { payload: fill(body.raw) }),
    })
    expect(answer.statusCode, `${name}: ${answer.body}`).toBeLessThan(300)
    expect(answer.body, name).not.toMatch(/"success":false|"status":false/)
    // The script as Postman runs it, with what it uses of Postman.
    const script = event?.flatMap(({ script: { exec } }) => exec).join('\n') ?? ''
    const pm = {
      test: (_: string, check: () => void) => check(),
      expect: (actual: number) => ({
        to: { be: { below: (limit: number) => expect(actual).toBeLessThan(limit) } },
      }),
      response: { code: answer.statusCode, json: () => answer.json<unknown>() },
      collectionVariables: { set: (key: string, value: string) => values.set(key, value) },
    }
    runInNewContext(script, { pm, String })
    seen.add(`${method} ${address}`)
  }
  expect(seen.size).toBe(examples?.item.length)
  expect(seen.size).toBeGreaterThan(15)
})
