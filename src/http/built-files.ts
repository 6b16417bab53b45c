import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

const yearS = 365 * 86_400

export interface BuiltFile {
  readonly type: string
  /** The content as it is; undefined if the build kept only the compressed one. */
  readonly plain: Buffer | undefined
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
  const names = new Set([...content.keys()].map((name) => name.replace(/\.gz$/, '')))
  return new Map(
    [...names].map((name) => [
      name,
      {
        type: types[extname(name)] ?? 'application/octet-stream',
        plain: content.get(name),
        gzip: content.get(`${name}.gz`),
      },
    ]),
  )
}

/** The content of a file as it was before it was compressed. */
export const contentOf = ({ plain, gzip = Buffer.alloc(0) }: BuiltFile): Buffer => plain ?? gunzipSync(gzip)

/** Sends a file, compressed if the client accepts that. */
export function sendBuiltFile(request: FastifyRequest, reply: FastifyReply, file: BuiltFile): FastifyReply {
  reply.header('vary', 'accept-encoding')
  const isZipped =
    file.gzip !== undefined &&
    /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(request.headers['accept-encoding'] ?? '')
  if (isZipped) reply.header('content-encoding', 'gzip')
  return reply.type(file.type).send(isZipped ? file.gzip : contentOf(file))
}

/** Lets a file be kept for a year: its name contains a hash of the content. */
export const keepForAYear = (reply: FastifyReply): FastifyReply =>
  reply.header('cache-control', `public, max-age=${yearS}, immutable`)
