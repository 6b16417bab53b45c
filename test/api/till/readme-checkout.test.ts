import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { loadDemo } from '../../../src/operate/demo/load-demo.ts'
import { basic, createTestContext, createTestServer } from '../../support/harness.ts'

/** A command of the README, and the parts of its answer that the README shows. */
interface Shown {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly parts: readonly string[]
}

/** The commands under a heading: `call`, a path, `-H` with a header, `-d` with a body, and the answer as a comment. */
async function commandsUnder(heading: string): Promise<Shown[]> {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const script = /```sh\n([^]*?)```/.exec(section)?.[1] ?? ''
  const bill = /^bill='([^']*)'/m.exec(script)?.[1] ?? ''
  const commands = script.matchAll(/^call (\S+)((?: -H '[^']*')*) -d '((?:[^']|'"\$bill"')*)'\n# (\{.*)$/gm)
  return [...commands].map(([, path = '', headers = '', body = '', answer = '']) => ({
    url: `/till/v1${path}`,
    headers: Object.fromEntries(
      [...headers.matchAll(/-H '([^:]*): ([^']*)'/g)].map(([, name = '', value = '']) => [name, value]),
    ),
    body: body.replaceAll(`'"$bill"'`, bill),
    parts: answer.split('…'),
  }))
}

test('the checkout of the README answers as it shows, against the demo', async () => {
  const context = await createTestContext()
  await loadDemo(context)
  const app = await createTestServer(context)
  const commands = await commandsUnder('A checkout')
  expect(commands.map(({ url }) => url)).toEqual([
    '/till/v1/quotes',
    '/till/v1/holds',
    '/till/v1/redemptions',
    '/till/v1/redemptions/30001158/returns',
    '/till/v1/returns',
  ])
  for (const { url, headers, body, parts } of commands) {
    const answer = await app.inject({
      method: 'POST',
      url,
      headers: { authorization: basic('demo.till', 'demo'), 'content-type': 'application/json', ...headers },
      payload: body,
    })
    let from = 0
    for (const part of parts) {
      const at = answer.body.indexOf(part, from)
      expect(at, `${part} in ${answer.body}`).toBeGreaterThanOrEqual(from)
      from = at + part.length
    }
  }
}, 60_000)
