import type { FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'
import { findInexactNumbers, inexactReason } from '../values/json-numbers.ts'
import type { App } from './app.ts'
import { numberInTextField } from './text-fields.ts'

/** No body of the contract is nested deeper than a few levels. */
const maxDepth = 32

/** How deep a text nests objects and lists, cut at `limit`; whatever it may be worth as JSON. */
function depthOf(text: string, limit: number): number {
  let depth = 0
  let deepest = 0
  let isInText = false
  for (let at = 0; at < text.length && deepest <= limit; at++) {
    const letter = text[at]
    if (isInText && letter === '\\') at++
    else if (letter === '"') isInText = !isInText
    else if (isInText) continue
    else if (letter === '{' || letter === '[') deepest = Math.max(deepest, ++depth)
    else if (letter === '}' || letter === ']') depth--
  }
  return deepest
}

/**
 * Takes JSON bodies and no others. A deep one is refused before anything walks through it level by level, and so is a
 * number in the place of a text whose digits are lost by the time that a schema sees it.
 */
export function registerJsonBody(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (request: FastifyRequest, body: string, done) => {
      if (depthOf(body, maxDepth) > maxDepth)
        return done(new Refusal(400, `The body is nested deeper than ${maxDepth} levels`))
      const inexact = findInexactNumbers(body)
      const lost =
        inexact.length === 0 ? undefined : numberInTextField(request.routeOptions.schema?.body, inexact)
      if (lost !== undefined)
        return done(new Refusal(400, `${lost.path.join('.')}: ${inexactReason(lost.literal)}`))
      return parse(request, body, done)
    },
  )
}
