import { connect, type AddressInfo } from 'node:net'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const context = await createTestContext()
const app = await createTestServer(context)
let port = 0

beforeAll(async () => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
})

function isWhole(answer: string): boolean {
  const [head = '', body] = answer.split('\r\n\r\n', 2)
  const length = /content-length: (\d+)/i.exec(head)?.[1]
  return body !== undefined && length !== undefined && Buffer.byteLength(body) >= Number(length)
}

/**
 * Sends bytes and reads until the answer is complete, the server closes the connection or nothing arrives for a while.
 */
function send(bytes: string | Buffer, quietMs = 3_000, untilWhole = true): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(quietMs, () => socket.destroy())
    socket.on('error', () => {})
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk
      if (untilWhole && isWhole(answer)) socket.destroy()
    })
    socket.once('close', () => resolve(answer))
  })
}

interface Answer {
  status: number
  headers: string
  body: string
}

function parse(answer: string): Answer {
  const [, status = '0'] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? []
  const [headers = '', body = ''] = answer.split('\r\n\r\n', 2)
  return { status: Number(status), headers, body }
}

function expectFailure(bytes: string, answer: string, expected?: number): void {
  const { status, headers, body } = parse(answer)
  const what = `${JSON.stringify(bytes.slice(0, 100))}: ${answer.slice(0, 300)}`
  expect(status, what).toBe(expected ?? status)
  expect(status, what).toBeGreaterThanOrEqual(400)
  expect(status, what).toBeLessThan(500)
  expect(headers.toLowerCase(), what).toContain('x-request-id: ')
  expect(JSON.parse(body), what).toMatchObject({
    warnings: [],
    errors: [{ status: false, code: status }],
  })
}

const get = 'GET /v2/customers/coupons?id=1 HTTP/1.1\r\n'

describe('an invalid request still gets an answer in the envelope', () => {
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a TLS greeting', '\u0016\u0003\u0001\u0002\0\u0001\0', 400],
    ['an unknown method', 'FETCH /v2/customers/coupons HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['an unknown version', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n', 400],
    ['no host', `${get}\r\n`, 400],
    ['two hosts', `${get}Host: a\r\nHost: b\r\n\r\n`, 400],
    ['the same host twice, in other letters', `${get}Host: a\r\nhOST: a\r\n\r\n`, 400],
    ['two hosts of the older version', `${get.replace('1.1', '1.0')}Host: a\r\nHost: b\r\n\r\n`, 400],
    ['two hosts in one header', `${get}Host: a, b\r\n\r\n`, 400],
    ['a host with a user', `${get}Host: a@b\r\n\r\n`, 400],
    ['another host in the target', 'GET http://b/health HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['another port in the target', 'GET http://a:81/health HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    [
      'two content types',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 0\r\n\r\n',
      400,
    ],
    ['a header on two lines', `${get}Host: a\r\nX: a\r\n b\r\n\r\n`, 400],
    ['a blank before the colon', `${get}Host: a\r\nX : b\r\n\r\n`, 400],
    [
      'chunks that are not the last coding',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'an unknown transfer coding',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a bad chunk', 'POST /v2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
    ['a header without a name', `${get}Host: a\r\n: b\r\n\r\n`, 400],
    ['a NUL in a header', `${get}Host: a\r\nX: a\0b\r\n\r\n`, 400],
    ['a header that never ends', `${get}Host: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['an address that never ends', `GET /v2?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
    ['an expectation that the server does not meet', `${get}Host: a\r\nExpect: miracles\r\n\r\n`, 401],
    [
      'two authorisations',
      `${get}Host: a\r\nAuthorization: Basic YTpi\r\nAuthorization: Bearer x\r\n\r\n`,
      400,
    ],
    ['an invalid percent-encoding', 'GET /%2/customers/coupons HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['an asterisk in place of a path', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n', 404],
    ['a method that no route has', 'PROPFIND /v2/customers/coupons HTTP/1.1\r\nHost: a\r\n\r\n', 401],
  ])('%s', async (_, bytes, status) => {
    expectFailure(bytes, await send(bytes), status)
  })
})

test('a request target in absolute form is routed like its path', async () => {
  const { status } = parse(await send(`GET http://a/v2/customers/coupons?id=1 HTTP/1.1\r\nHost: a\r\n\r\n`))
  expect(status).toBe(401)
})

test(`random bytes and mangled requests end in 4xx or silence, and the server goes on (FUZZ_SEED=${seed})`, async () => {
  const whole = `${get}Host: a\r\nAuthorization: Basic YTpi\r\nX-Request-Id: abc\r\n\r\n`
  const anyBytes = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 6,
      })
      .map((edits) => {
        const bytes = Buffer.from(whole)
        for (const [at, byte] of edits) bytes[at] = byte
        return bytes
      }),
    fc.nat(whole.length - 1).map((length) => Buffer.from(whole.slice(0, length))),
  )
  const all = fc.sample(anyBytes, { numRuns: 400, seed })
  for (let at = 0; at < all.length; at += 50) {
    const answers = await Promise.all(all.slice(at, at + 50).map((bytes) => send(bytes, 80)))
    for (const [index, answer] of answers.entries()) {
      if (answer !== '') expectFailure((all[at + index] as Buffer).toString('latin1'), answer)
    }
  }
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
})

test('pipelined requests in one packet are answered in order', async () => {
  const bytes = ['a', 'b', 'c'].map((id) => `${get}Host: a\r\nX-Request-Id: ${id}\r\n\r\n`).join('')
  const ids = [...(await send(bytes, 500, false)).matchAll(/x-request-id: (\w+)/gi)].map(([, id]) => id)
  expect(ids).toEqual(['a', 'b', 'c'])
})
