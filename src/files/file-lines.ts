import { isUtf8 } from 'node:buffer'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { OperatorError } from '../errors.ts'

/** A line that is longer is refused, so that a file of any size is read in the same memory. */
const maxLineBytes = 1024 * 1024
const newline = 10

/** Bytes as they are, or unpacked when they begin as gzip does: the content decides, not the name. */
export async function* unpack(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  while (head.length < 2) {
    const { value, done } = await chunks.next()
    if (done === true) break
    head = Buffer.concat([head, value])
  }
  const rest = async function* (): AsyncGenerator<Buffer> {
    yield head
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
    }
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* rest()
    return
  }
  const gunzip = createGunzip()
  // What goes wrong is told by the stream that is read.
  pipeline(Readable.from(rest()), gunzip, () => {})
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (error) {
    throw new OperatorError(`cannot be unpacked: ${(error as Error).message}`, { cause: error })
  }
}

function requireUtf8(block: Buffer, firstLine: number): void {
  if (isUtf8(block)) return
  let line = firstLine
  for (let at = 0; at < block.length; line += 1) {
    const end = block.indexOf(newline, at)
    const next = end === -1 ? block.length : end + 1
    if (!isUtf8(block.subarray(at, next))) throw new OperatorError(`line ${line} is not UTF-8`)
    at = next
  }
}

/**
 * The lines of a file, some hundred at a time, without their LF; a CR before it stays.
 *
 * @param onBlock told the unpacked bytes. @throws OperatorError naming the line that is not UTF-8 or too long.
 */
export async function* readLines(
  source: AsyncIterable<Buffer>,
  onBlock: (block: Buffer) => void = () => {},
): AsyncGenerator<string[]> {
  let pending: Buffer[] = []
  let pendingBytes = 0
  let line = 1
  const take = (block: Buffer): string[] => {
    onBlock(block)
    requireUtf8(block, line)
    let text = block.toString('utf8')
    if (line === 1 && text.startsWith('\uFEFF')) text = text.slice(1)
    const lines = text.split('\n')
    if (block.at(-1) === newline) lines.pop()
    line += lines.length
    return lines
  }
  for await (const chunk of source) {
    const end = chunk.lastIndexOf(newline) + 1
    if (end === 0) {
      pending.push(chunk)
      pendingBytes += chunk.length
    } else {
      const lines = take(Buffer.concat([...pending, chunk.subarray(0, end)]))
      pending = [chunk.subarray(end)]
      pendingBytes = chunk.length - end
      yield lines
    }
    if (pendingBytes > maxLineBytes)
      throw new OperatorError(`line ${line} is longer than ${maxLineBytes} bytes`)
  }
  if (pendingBytes > 0) yield take(Buffer.concat(pending))
}
