import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { stopListening } from './stop-listening.ts'

const callers = 20

/**
 * A client that reports its start, waits for a line, opens connections with a request each, and prints the number of
 * answers.
 */
const caller = `
  const { connect } = require('node:net')
  process.stdin.once('data', async () => {
    const answers = Array.from({ length: ${callers} }, () => new Promise((resolve) => {
      let answer = ''
      connect(Number(process.argv[1]), '127.0.0.1')
        .on('data', (data) => (answer += data))
        .on('error', () => {})
        .on('close', () => resolve(answer.startsWith('HTTP/1.1 200')))
        .write('GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n')
    }))
    console.log((await Promise.all(answers)).filter(Boolean).length)
    process.exit()
  })
  console.error('there')
`

test('connections that arrived while the process was busy are answered before it stops listening', async () => {
  const server = createServer((_, response) => response.end('there'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const child = spawn(process.execPath, ['-e', caller, String(port)])
  const answered = text(child.stdout)
  await once(child.stderr, 'data')
  child.stdin.end('now\n')
  // Written data is sent in the next turns of the event loop, after which the process is blocked.
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500)
  await stopListening(server)
  expect(Number(await answered)).toBe(callers)
})
