import type { IncomingHttpHeaders } from 'node:http'
import { withoutSessionCookie } from '../browser.ts'
import type { Asked, KeptAnswer } from './exchange.ts'

const maxBytes = 8 * 1024 * 1024

/** Headers that belong to the connection, or are set anew. */
const ofConnection = new Set([
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

function headersFor(headers: IncomingHttpHeaders): [string, string][] {
  const kept = Object.entries(headers).filter(([name]) => !ofConnection.has(name))
  const cookie = withoutSessionCookie(headers.cookie)
  return [
    ...kept.flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one])),
    ...(cookie === undefined ? [] : [['cookie', cookie] as [string, string]]),
  ]
}

/**
 * Sends a request that this server has answered to the other service. Only reads and checks are sent, so nothing is
 * written twice.
 *
 * @throws Error for any other call, and without an answer in time.
 */
export async function askOriginal(
  { url: base, timeoutMs }: { readonly url: string; readonly timeoutMs: number },
  { kind, method, url, headers }: Asked,
  body: Buffer,
): Promise<KeptAnswer> {
  if (kind !== 'read' && kind !== 'check') throw new Error(`a ${kind} is asked once`)
  const answer = await fetch(base + url, {
    method,
    headers: headersFor(headers),
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  })
  const { 'content-encoding': _unpacked, ...told } = Object.fromEntries(answer.headers)
  return { status: answer.status, headers: told, body: await readBounded(answer) }
}

async function readBounded({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxBytes) throw new Error('the answer is too large to be compared')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
