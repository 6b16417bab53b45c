import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { decodeJson, decodeXml, looksLikeXml } from '../text-encoding.ts'
import { parseXml } from '../xml.ts'
import type { ReadAnswer } from './assess.ts'
import type { KeptAnswer } from './exchange.ts'

/** Larger answers are not compared, since a small compressed body could expand to any size. */
const maxBytes = 8 * 1024 * 1024

const unpack = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const

/** Decodes the content coding of a body. @throws Error for an unknown coding, or damaged bytes. */
async function unpacked(body: Buffer, coding: string): Promise<Buffer> {
  if (coding === '' || coding === 'identity') return body
  if (!Object.hasOwn(unpack, coding)) throw new Error(`the content coding ${coding} is not known`)
  return unpack[coding as keyof typeof unpack](body, { maxOutputLength: maxBytes })
}

/**
 * Parses a body of JSON or XML, whatever its Content-Type. XML gets the same shape as JSON, with only texts.
 *
 * @returns undefined for an empty body. @throws Error for any other format.
 */
export async function readBody(
  body: Buffer,
  headers: Readonly<Record<string, string | string[] | number | undefined>>,
): Promise<unknown> {
  const contentType = String(headers['content-type'] ?? '')
  const bytes = await unpacked(
    body,
    String(headers['content-encoding'] ?? '')
      .trim()
      .toLowerCase(),
  )
  if (bytes.length === 0) return undefined
  return looksLikeXml(bytes)
    ? parseXml(decodeXml(bytes, contentType))
    : (JSON.parse(decodeJson(bytes, contentType)) as unknown)
}

/** @throws Error for an unreadable body. */
export async function readAnswer({ status, headers, body }: KeptAnswer): Promise<ReadAnswer> {
  return { status, value: await readBody(body, headers) }
}
