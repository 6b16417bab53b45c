import { connect, type Socket } from 'node:net'
import { Latencies } from '../latencies.ts'

/**
 * Open load, which does not depend on the server's speed: a fixed rate of requests, each on a free connection. Started
 * as a separate process. A latency counts from the moment a request was due.
 */

export interface OpenJob {
  readonly port: number
  readonly perSecond: number
  readonly seconds: number
  readonly path: string
  /** One for each request. */
  readonly bodies: readonly string[]
  /** Headers of the callers, used in turn. */
  readonly headers: readonly Readonly<Record<string, string>>[]
}

export interface OpenResult {
  readonly sent: number
  readonly accepted: number
  readonly refused: number
  /** Anything but 200 and 503. */
  readonly failed: readonly string[]
  readonly acceptedP50Ms: number
  readonly acceptedP99Ms: number
  readonly refusedP99Ms: number
  /** Per second: the number of refusals, and the 99th percentile of accepted requests. */
  readonly bySecond: readonly { readonly refused: number; readonly p99Ms: number }[]
}

/** More than are in flight at any time, unless answers take seconds. Opened before the first request. */
const connections = 2_000
const tickMs = 5

interface Connection {
  readonly socket: Socket
  dueAtMs: number
  text: string
}

function run(job: OpenJob): Promise<OpenResult> {
  const heads = job.headers.map((headers) =>
    Object.entries({ ...headers, 'content-type': 'application/json' })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join(''),
  )
  const accepted = new Latencies()
  const refused = new Latencies()
  const failed: string[] = []
  const seconds = Array.from({ length: Math.ceil(job.seconds) }, () => ({
    refused: 0,
    accepted: new Latencies(),
  }))
  const free: Connection[] = []
  const wanted = Math.min(job.bodies.length, Math.floor(job.perSecond * job.seconds))
  let [sent, done, startedAtMs] = [0, 0, 0]
  let timer: NodeJS.Timeout | undefined

  return new Promise((resolve) => {
    const finish = (): void => {
      if (++done < wanted) return
      clearInterval(timer)
      for (const { socket } of free) socket.destroy()
      const { p50Ms: acceptedP50Ms, p99Ms: acceptedP99Ms, requests } = accepted.summary()
      const refusals = refused.summary()
      resolve({
        sent,
        accepted: requests,
        refused: refusals.requests,
        failed,
        acceptedP50Ms,
        acceptedP99Ms,
        refusedP99Ms: refusals.p99Ms,
        bySecond: seconds.map((one) => ({ refused: one.refused, p99Ms: one.accepted.summary().p99Ms })),
      })
    }
    const answered = (one: Connection): void => {
      const status = one.text.slice(9, 12)
      const tookMs = performance.now() - one.dueAtMs
      const second = seconds[Math.floor((one.dueAtMs - startedAtMs) / 1_000)]
      if (status === '200') {
        accepted.add(tookMs)
        second?.accepted.add(tookMs)
      } else if (status === '503') {
        refused.add(tookMs)
        if (second) second.refused += 1
      } else failed.push(one.text.slice(0, 300))
      one.text = ''
      free.push(one)
      finish()
    }
    const open = (): Promise<void> =>
      new Promise((opened) => {
        const socket = connect(job.port, '127.0.0.1')
        const one: Connection = { socket, dueAtMs: 0, text: '' }
        socket.setNoDelay(true)
        socket.setEncoding('latin1')
        socket.on('connect', () => {
          free.push(one)
          opened()
        })
        socket.on('data', (chunk: string) => {
          one.text += chunk
          const end = one.text.indexOf('\r\n\r\n')
          if (end < 0) return
          const length = Number(/content-length: (\d+)/i.exec(one.text)?.[1] ?? 0)
          if (one.text.length >= end + 4 + length) answered(one)
        })
        socket.on('error', ({ message }) => fail(message))
      })
    const fail = (message: string): void => {
      failed.push(message)
      finish()
    }
    const begin = async (): Promise<void> => {
      // A few at a time: the queue of a listening socket is short.
      for (let n = 0; n < connections; n += 100) await Promise.all(Array.from({ length: 100 }, open))
      startedAtMs = performance.now()
      timer = setInterval(sendDue, tickMs)
    }
    const sendDue = (): void => {
      const due = Math.min(wanted, Math.floor(((performance.now() - startedAtMs) / 1000) * job.perSecond))
      while (sent < due) {
        const n = sent++
        const body = job.bodies[n] ?? ''
        const one = free.shift()
        if (one === undefined) {
          fail('no connection is free')
          continue
        }
        one.dueAtMs = startedAtMs + (n / job.perSecond) * 1000
        one.socket.write(
          `POST ${job.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${heads[n % heads.length]}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        )
      }
    }
    void begin()
  })
}

process.on('message', (job: OpenJob) => {
  process.send?.('warm')
  run(job).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
