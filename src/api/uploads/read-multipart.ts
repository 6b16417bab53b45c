import type { IncomingMessage } from 'node:http'
import type { Multipart } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { quote, Refusal, refuse } from '../../values/errors.ts'
import type { TakenFile } from '../../bulk/uploads/receive-upload.ts'
import { requireShallow } from '../../http/json-body.ts'
import type { Query } from '../../http/query-parameters.ts'

const maxFieldBytes = 64 * 1024
const maxFields = 20
const maxFileNameLength = 200

/** Limits of the parser. The file is counted here instead, so that a refusal need not wait for the rest of the file. */
export const multipartLimits = {
  limits: {
    fileSize: Number.MAX_SAFE_INTEGER,
    fieldSize: maxFieldBytes,
    fields: maxFields,
    parts: maxFields,
  },
}

export interface ReadParts {
  readonly fields: Query
  readonly fileName: string
  readonly file: TakenFile
}

/** Reports every failure of the parser as invalid input, whatever status the parser gives it. */
async function readOn<Value>(next: () => Promise<Value>): Promise<Value> {
  try {
    return await next()
  } catch (error) {
    const { statusCode, message } = error as { statusCode?: number; message: string }
    if (error instanceof Refusal) throw error
    throw statusCode === 413
      ? refuse.bodyTooLarge(`The body has too many parts: ${maxFields} are allowed`)
      : refuse.badRequest(`The body is no valid multipart/form-data: ${message}`)
  }
}

async function* limited(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]()
  let bytes = 0
  try {
    for (;;) {
      const { value, done } = await readOn(() => chunks.next())
      if (done === true) return
      bytes += value.length
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      yield value
    }
  } finally {
    await chunks.return?.()
  }
}

export function tooLarge(maxBytes: number): Refusal {
  return refuse.bodyTooLarge(`The file is too large: ${maxBytes / 1024 ** 2} MiB are allowed`)
}

/**
 * Reads the fields and the file of a multipart body, in any order; the file is passed on as a stream.
 *
 * @param check validates the fields that precede the file.
 * @throws Refusal 400 for a body that is not multipart or does not have exactly one file; 413 above the limits.
 */
export async function readMultipart(
  request: FastifyRequest,
  maxBytes: number,
  check: (fields: Query) => void,
  takeFile: (source: AsyncIterable<Buffer>) => Promise<TakenFile>,
): Promise<ReadParts> {
  const fields: Record<string, string[]> = {}
  let taken: { fileName: string; file: TakenFile } | undefined
  const parts = await readOn(async () => request.parts())
  for (;;) {
    const { value: part, done } = await readOn<IteratorResult<Multipart, unknown>>(() => parts.next())
    if (done === true) break
    if (part.type === 'field') {
      const values = (fields[part.fieldname] ??= [])
      values.push(fieldText(part.fieldname, part.value, part.valueTruncated))
      continue
    }
    if (part.fieldname !== 'file') throw refuse.badRequest('A file has to be sent as the part file')
    if (taken !== undefined) throw refuse.badRequest('Two files were sent: send one')
    check(fields)
    taken = { fileName: fileNameOf(part.filename), file: await takeFile(limited(part.file, maxBytes)) }
  }
  if (taken === undefined)
    throw refuse.badRequest('The file is missing: send it as the part file, with a file name')
  return { fields, ...taken }
}

function fieldText(name: string, value: unknown, isTruncated: boolean): string {
  if (isTruncated) throw refuse.badRequest(`The field ${name} is longer than ${maxFieldBytes} bytes`)
  const text = typeof value === 'string' ? value : parsedText(name, value)
  return text.replaceAll(/[\t\r\n]+/g, ' ').trim()
}

/** A part that is declared as JSON has already been parsed; one that is nested too deep cannot be serialised again. */
function parsedText(name: string, value: unknown): string {
  const what = `The field ${quote(name)}`
  let text: string
  try {
    text = JSON.stringify(value)
  } catch {
    throw refuse.badRequest(`${what} is nested too deeply`)
  }
  requireShallow(text, what)
  return text
}

function fileNameOf(name: string | undefined): string {
  const plain = (name ?? '').replaceAll(/[\p{Cc}\p{Surrogate}/\\]/gu, '').slice(-maxFileNameLength)
  return plain || 'upload.csv'
}

/** Reads and discards the rest of a refused body, so that the sender gets to read the answer. */
export function discardBody(raw: IncomingMessage, maxBytes: number): void {
  raw.unpipe()
  let bytes = 0
  raw.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) raw.destroy()
  })
  raw.resume()
}
