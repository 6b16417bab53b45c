import type { FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'
import type { App } from './app.ts'

/** No body of the contract is nested deeper than a few levels. */
const maxDepth = 32

/** Of bodies that are read before anybody has signed in: two short texts. */
export const signInLimitBytes = 16 * 1024

/** @throws Refusal 400 for JSON that is nested deeper than any body of the contract, before anything walks through it. */
export function requireShallow(text: string, what: string): void {
  if (depthOf(text, maxDepth) > maxDepth)
    throw new Refusal(400, `${what} is nested deeper than ${maxDepth} levels`)
}

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

/** Takes JSON bodies and no others. A deep one is refused before anything walks through it level by level. */
export function registerJsonBody(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (request: FastifyRequest, body: string, done) => {
      try {
        requireShallow(body, 'The body')
      } catch (error) {
        return done(error as Error)
      }
      return parse(request, body, done)
    },
  )
}
