import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { fastify } from 'fastify'
import type { App } from '../../src/http/app.ts'
import { registerBodyTimeout } from '../../src/http/body-timeout.ts'

const refused: Socket[] = []
const app = fastify() as unknown as App
registerBodyTimeout(app, 100, (socket) => {
  refused.push(socket)
  socket.end('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n')
})
app.post('/json', async () => 'done')
app.post('/upload', { config: { isUpload: true } }, async () => 'done')
await app.listen({ host: '127.0.0.1', port: 0 })
afterAll(() => app.close())

/** The status of a request whose body pauses in the middle. */
function send(path: string, pauseMs: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{`,
    )
    setTimeout(() => socket.write('}'), pauseMs)
    socket.on('error', () => {})
    socket.setEncoding('utf8').on('data', (text: string) => resolve(text.slice(9, 12)))
  })
}

test('a body that takes too long is refused, unlike a body that arrives in time and a slow upload', async () => {
  expect(await send('/json', 0)).toBe('200')
  expect(await send('/json', 1_000)).toBe('408')
  expect(await send('/upload', 300)).toBe('200')
  expect(refused).toHaveLength(1)
})
