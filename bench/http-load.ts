import { connect } from 'node:net'
import { Latencies } from './latencies.ts'

/**
 * The load generator, as a separate process: bare sockets with keep-alive and one request at a time on each, so that it
 * uses as little of the machine as possible. Started by `load.ts`, which sends the job and receives the result.
 */

export interface LoadJob {
  readonly port: number
  readonly connections: number
  readonly warmUpMs: number
  readonly timedMs: number
  /** Used in turn; each connection starts at a different one. */
  readonly paths: readonly string[]
  /** One per path: each request is then a POST of JSON, and none is sent twice. */
  readonly bodies?: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  /** An answer whose body is shorter is wrong. */
  readonly minBodyBytes: number
}

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly bodyBytes: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuUs: number
}

/** 'warm': the timed part begins. */
type LoadMessage = 'warm' | { readonly result: LoadResult } | { readonly error: string }

const headEnd = Buffer.from('\r\n\r\n')
const lengthName = Buffer.from('content-length: ')

const isGood = (status: string): boolean => status === '200' || status === '201'

function bodyLength(answer: Buffer, end: number): number {
  const at = answer.indexOf(lengthName)
  if (at < 0 || at > end) throw new Error(`no content-length: ${answer.toString('latin1', 0, end)}`)
  return Number.parseInt(answer.toString('latin1', at + lengthName.length, at + lengthName.length + 10), 10)
}

function run(job: LoadJob, warm: () => void): Promise<LoadResult> {
  const headers = Object.entries(job.headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const tail = ` HTTP/1.1\r\nHost: 127.0.0.1:${job.port}\r\n${headers.join('')}\r\n`
  const latencies = new Latencies()
  let next = 0
  let bodyBytes = 0
  let isTimed = false
  let isOver = false

  return new Promise((resolve, reject) => {
    const open = (): void => {
      const socket = connect(job.port, '127.0.0.1')
      let sentAt = 0
      let chunks: Buffer[] = []
      let received = 0
      let expected = 0
      let length = 0
      const send = (): void => {
        const n = next++
        const path = job.paths[n % job.paths.length]
        const body = job.bodies?.[n]
        if (job.bodies && body === undefined) throw new Error(`all ${job.bodies.length} requests are used up`)
        sentAt = performance.now()
        if (body === undefined) socket.write(`GET ${path}${tail}`)
        else {
          const length = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
          socket.write(`POST ${path}${tail.slice(0, -2)}${length}\r\n${body}`)
        }
      }
      const take = (chunk: Buffer): void => {
        received += chunk.length
        if (expected === 0) {
          chunks.push(chunk)
          const answer = chunks.length === 1 ? chunk : Buffer.concat(chunks)
          const end = answer.indexOf(headEnd)
          if (end < 0) return
          if (!isGood(answer.toString('latin1', 9, 12))) throw new Error(answer.toString('utf8', 0, 2_000))
          length = bodyLength(answer, end)
          expected = end + headEnd.length + length
        }
        if (received < expected) return
        if (received > expected || length < job.minBodyBytes) throw new Error(`an answer of ${length} bytes`)
        if (isTimed) {
          latencies.add(performance.now() - sentAt)
          bodyBytes += length
        }
        chunks = []
        received = 0
        expected = 0
        if (isOver) socket.destroy()
        else send()
      }
      socket.setNoDelay(true)
      socket.on('connect', send)
      socket.on('data', (chunk) => {
        try {
          take(chunk)
        } catch (error) {
          // Reported as the socket's error, below.
          socket.destroy(error as Error)
        }
      })
      socket.on('error', reject)
    }
    for (let n = 0; n < job.connections; n++) open()

    setTimeout(() => {
      isTimed = true
      const startedAt = performance.now()
      const cpu = process.cpuUsage()
      warm()
      setTimeout(() => {
        isTimed = false
        isOver = true
        const { user, system } = process.cpuUsage(cpu)
        resolve({
          ...latencies.summary(),
          seconds: (performance.now() - startedAt) / 1000,
          bodyBytes,
          cpuUs: user + system,
        })
      }, job.timedMs)
    }, job.warmUpMs)
  })
}

process.on('message', (job: LoadJob) => {
  const send = (message: LoadMessage) => process.send?.(message)
  run(job, () => send('warm')).then(
    (result) => send({ result }),
    (error: Error) => send({ error: error.message }),
  )
})
