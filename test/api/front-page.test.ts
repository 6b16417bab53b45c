import { expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'

const app = await createTestServer(await createTestContext())

test('the URL printed at start leads a browser to the console', async () => {
  const answer = await app.inject({ url: '/', headers: { accept: 'text/html,application/xhtml+xml' } })
  expect(answer.statusCode).toBe(302)
  const { location = '' } = answer.headers
  expect((await app.inject({ url: location, headers: { accept: 'text/html' } })).statusCode).toBe(200)
})

test('the URL printed at start gives a program the addresses of everything else', async () => {
  const answer = await app.inject({ url: '/' })
  expect(answer.statusCode).toBe(200)
  const { service, version, ...links } = answer.json<Record<string, string>>()
  expect({ service, version }).toEqual({ service: 'Counterfoil', version: expect.any(String) as string })
  for (const url of Object.values(links)) {
    const { statusCode } = await app.inject({ url, headers: { accept: 'text/html' } })
    expect([url, statusCode < 400]).toEqual([url, true])
  }
})
