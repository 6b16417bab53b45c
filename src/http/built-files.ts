import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'

const yearS = 365 * 86_400

export interface BuiltFile {
  readonly type: string
  readonly content: Buffer
  /** The content compressed by the build; undefined if compression gains nothing. */
  readonly gzip: Buffer | undefined
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/**
 * Reads all files of a folder that the build wrote, some megabytes, by their path in it. They are read once, so a
 * running server keeps its version when a new one replaces the files.
 */
export async function readBuiltFiles(folder: string): Promise<ReadonlyMap<string, BuiltFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const content = new Map<string, Buffer>()
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name)
    content.set(path.slice(join(folder, '/').length), await readFile(path))
  }
  return new Map(
    [...content]
      .filter(([name]) => !name.endsWith('.gz'))
      .map(([name, bytes]) => [
        name,
        {
          type: types[extname(name)] ?? 'application/octet-stream',
          content: bytes,
          gzip: content.get(`${name}.gz`),
        },
      ]),
  )
}

/** Sends a file, compressed if the client accepts that. */
export function sendBuiltFile(request: FastifyRequest, reply: FastifyReply, file: BuiltFile): FastifyReply {
  reply.header('vary', 'accept-encoding')
  const isZipped =
    file.gzip !== undefined &&
    /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(request.headers['accept-encoding'] ?? '')
  if (isZipped) reply.header('content-encoding', 'gzip')
  return reply.type(file.type).send(isZipped ? file.gzip : file.content)
}

/** Lets a file be kept for a year: its name contains a hash of the content. */
export const keepForAYear = (reply: FastifyReply): FastifyReply =>
  reply.header('cache-control', `public, max-age=${yearS}, immutable`)
