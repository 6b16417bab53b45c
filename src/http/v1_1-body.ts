import type { FastifyRequest } from 'fastify'
import { type Refusal, refuse } from '../values/errors.ts'
import type { App } from './app.ts'
import { jsonReader } from './json-body.ts'
import { decodeJson, decodeXml, looksLikeXml } from './text-encoding.ts'
import { parseXml, withoutEmpty, xmlLimitBytes } from './xml.ts'

type Done = (error: Error | null, body?: unknown) => void

/**
 * Accepts bodies in JSON and XML. A body that begins with `<` is XML whatever its Content-Type, because tills send the
 * same header for all bodies; without a Content-Type the format is detected.
 */
export function registerV11Body(app: App): void {
  const readJson = jsonReader(app)
  app.removeAllContentTypeParsers()
  const read = (request: FastifyRequest, bytes: Buffer, done: Done): void => {
    const contentType = request.headers['content-type']
    try {
      const isXml = looksLikeXml(bytes)
      if (isXml || /xml/i.test(contentType ?? '')) return done(null, readXml(bytes, contentType))
      if (contentType !== undefined && !/^\s*application\/json\b/i.test(contentType))
        throw refuse.unsupportedMediaType()
      return readJson(request, decodeJson(bytes, contentType), done)
    } catch (error) {
      return done(error as Error)
    }
  }
  app.addContentTypeParser(
    ['application/xml', 'text/xml'],
    { parseAs: 'buffer', bodyLimit: xmlLimitBytes },
    read,
  )
  app.addContentTypeParser('*', { parseAs: 'buffer' }, read)
  app.addHook('preValidation', async (request) => {
    request.body = inRoot(request.body)
  })
}

/** Empty and null values are omitted, and the outermost object may be omitted. */
function inRoot(body: unknown): unknown {
  const stated = withoutEmpty(body)
  if (typeof stated !== 'object' || stated === null || Array.isArray(stated)) return body
  return 'root' in stated ? stated : { root: stated }
}

function readXml(bytes: Buffer, contentType: string | undefined): unknown {
  if (bytes.length > xmlLimitBytes) throw tooLargeXml()
  return parseXml(decodeXml(bytes, contentType))
}

const tooLargeXml = (): Refusal =>
  refuse.bodyTooLarge(`${refuse.bodyTooLarge().message}: ${xmlLimitBytes / 1024} KiB are allowed in XML`)
