import { isUtf8 } from 'node:buffer'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { OperatorError } from '../../values/errors.ts'
import { describeForeignLine, encodingOf, foreignFormat, type TextEncoding } from './file-format-rules.ts'

/** Longer lines are refused, so that files of any size are read in constant memory. */
const maxLineBytes = 1024 * 1024
/** Number of bytes that reveal a file's format, encoding and line ends. */
const headBytes = 64 * 1024
const newline = 10
const carriageReturn = 13

type Bytes = AsyncGenerator<Buffer, void, void>

/** Returns the first bytes of a source, up to a limit, and the source as if they had not been read. */
async function readHead(
  source: AsyncIterable<Uint8Array>,
  minBytes: number,
): Promise<{ head: Buffer; all: () => Bytes }> {
  const chunks = source[Symbol.asyncIterator]()
  const parts: Buffer[] = []
  let bytes = 0
  while (bytes < minBytes) {
    const { value, done } = await chunks.next()
    if (done === true) break
    parts.push(bufferOf(value))
    bytes += value.length
  }
  const head = Buffer.concat(parts)
  async function* all(): Bytes {
    try {
      yield head
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next())
        yield bufferOf(next.value)
    } finally {
      await chunks.return?.()
    }
  }
  return { head, all }
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

/** Decompresses bytes that begin like gzip and passes others through: the content decides, not the name. */
export async function* unpack(source: AsyncIterable<Uint8Array>): Bytes {
  const { head, all } = await readHead(source, 2)
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* all()
    return
  }
  const gunzip = createGunzip()
  // The stream being read reports errors.
  pipeline(Readable.from(all()), gunzip, () => {})
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (error) {
    throw new OperatorError(`cannot be unpacked: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * Converts a file to UTF-8 with LF line ends, from UTF-16 and from the line ends of old Macs.
 *
 * @throws OperatorError for a file that is not text, naming its format and what to do.
 */
export async function* textOf(source: AsyncIterable<Uint8Array>): Bytes {
  const { head, all } = await readHead(source, headBytes)
  const foreign = foreignFormat(head)
  if (foreign !== null) throw new OperatorError(foreign)
  const encoding = encodingOf(head)
  if (encoding === undefined)
    throw new OperatorError('it is UTF-32. Save it as "CSV UTF-8" and use that file')
  const text = await readHead(encoding === 'utf-8' ? all() : toUtf8(all(), encoding), headBytes)
  const hasOldEnds = !text.head.includes(newline) && text.head.includes(carriageReturn)
  for await (const chunk of text.all())
    yield hasOldEnds ? Buffer.from(chunk.map((byte) => (byte === carriageReturn ? newline : byte))) : chunk
}

async function* toUtf8(source: Bytes, encoding: TextEncoding): Bytes {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const decode = (chunk?: Buffer): Buffer => {
    try {
      return Buffer.from(decoder.decode(chunk, { stream: chunk !== undefined }))
    } catch (error) {
      const reason = `it begins like ${encoding.toUpperCase()} and is not. Save it as "CSV UTF-8" and use that file`
      throw new OperatorError(reason, { cause: error })
    }
  }
  for await (const chunk of source) yield decode(chunk)
  yield decode()
}

function requireUtf8(block: Buffer, firstLine: number): void {
  if (isUtf8(block)) return
  let line = firstLine
  for (let at = 0; at < block.length; line += 1) {
    const end = block.indexOf(newline, at)
    const next = end === -1 ? block.length : end + 1
    const text = block.subarray(at, next)
    if (!isUtf8(text))
      throw new OperatorError(
        `line ${line} is not UTF-8: ${describeForeignLine(text)}. Save the file as "CSV UTF-8" and use that one`,
      )
    at = next
  }
}

/**
 * Splits UTF-8 text into lines, some hundred at a time, without LF; a preceding CR is kept.
 *
 * @param onBlock called with the bytes. @throws OperatorError naming the line that is not UTF-8 or too long.
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
