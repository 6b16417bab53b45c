import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { loadDemo } from '../../src/operate/demo/load-demo.ts'
import { basic, createTestContext, createTestServer } from '../support/harness.ts'
import { demoFolder } from '../support/saved-answers.ts'

const context = await createTestContext({ now: '2026-01-01T00:00:00Z' })
await loadDemo(context)
const app = await createTestServer(context)

/** Removes the white space between the tokens of a JSON text and leaves the notation of numbers unchanged. */
const withoutWhiteSpace = (json: string): string => json.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')

const recorded = async (customerId: number): Promise<string> =>
  withoutWhiteSpace(await readFile(`${demoFolder}customer-${customerId}.json`, 'utf8'))

const answerTo = async (query: string): Promise<string> =>
  (
    await app.inject({
      url: `/v2/customers/coupons?${query}`,
      headers: { authorization: basic('demo.till', 'demo') },
    })
  ).body

test('a recorded answer is given again byte for byte but for white space', async () => {
  expect(await answerTo('mobile=919400488244')).toBe(await recorded(565039504))
})

test('a recorded answer with codes in lower case, from before the end of validity was printed, is given again likewise', async () => {
  const answer = await answerTo('mobile=917003222195&coupon_code_case=LOWER')
  const end = /,"validTillDateTime":"[^"]+"/g
  expect(answer.match(end)).toHaveLength(7)
  expect(answer.replaceAll(end, '')).toBe(await recorded(345635529))
})
