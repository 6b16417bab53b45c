import type { FastifyRequest } from 'fastify'
import { type Refusal, refuse } from '../values/errors.ts'
import { findInexactNumbers, inexactReason } from '../values/json-numbers.ts'
import type { App } from './app.ts'
import { numberInTextField } from './text-fields.ts'

/** No body of the contract is nested deeper than a few levels. */
const maxDepth = 32

/** Of bodies that are read before anybody has signed in: two short texts. */
export const signInLimitBytes = 16 * 1024

/** @throws Refusal 400 for JSON that is nested deeper than any body of the contract, before anything walks through it. */
export function requireShallow(text: string, what: string): void {
  if (lookAt(text, maxDepth).deepest > maxDepth) throw tooDeep(what)
}

const tooDeep = (what: string): Refusal =>
  refuse.badRequest(`${what} is nested deeper than ${maxDepth} levels`)

/** Fewer digits, and no exponent: a double keeps the number as it is written. */
const safeDigits = 15

/** Where a string ends that begins at a quote. The end of the text: it is not closed. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === 0x5c) escapes++
    if (escapes % 2 === 0) return end
  }
  return text.length
}

/**
 * One look at a text, whatever it may be worth as JSON: how deep it nests objects and lists, cut at `limit`, and whether it
 * has a number that `findInexactNumbers` should look at.
 */
function lookAt(text: string, limit: number): { deepest: number; hasLongNumber: boolean } {
  let depth = 0
  let deepest = 0
  let hasLongNumber = false
  for (let at = 0; at < text.length && deepest <= limit; at++) {
    const letter = text.charCodeAt(at)
    if (letter === 0x22) at = endOfString(text, at)
    else if (letter === 0x7b || letter === 0x5b) deepest = Math.max(deepest, ++depth)
    else if (letter === 0x7d || letter === 0x5d) depth--
    else if (letter >= 0x30 && letter <= 0x39) {
      const from = at
      let next = letter
      while ((next >= 0x30 && next <= 0x39) || next === 0x2e) next = text.charCodeAt(++at)
      if (at - from > safeDigits || next === 0x65 || next === 0x45) hasLongNumber = true
      at--
    }
  }
  return { deepest, hasLongNumber }
}

type Done = (error: Error | null, body?: unknown) => void

/**
 * Takes JSON bodies and no others; a body without a Content-Type is taken for JSON. A deep one is refused before anything walks
 * through it level by level, and so is a number in the place of a text whose digits are lost by the time that a schema sees it.
 */
export function registerJsonBody(app: App): void {
  const read = jsonReader(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, read)
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body: string, done) =>
    request.headers['content-type'] === undefined
      ? read(request, body, done)
      : done(refuse.unsupportedMediaType()),
  )
}

/** Reads the text of a JSON body. */
export function jsonReader(app: App): (request: FastifyRequest, body: string, done: Done) => void {
  const parse = app.getDefaultJsonParser('error', 'error')
  return (request, body, done) => {
    const { deepest, hasLongNumber } = lookAt(body, maxDepth)
    if (deepest > maxDepth) return done(tooDeep('The body'))
    const inexact = hasLongNumber ? findInexactNumbers(body) : []
    const lost =
      inexact.length === 0 ? undefined : numberInTextField(request.routeOptions.schema?.body, inexact)
    if (lost !== undefined)
      return done(refuse.badRequest(`${lost.path.join('.')}: ${inexactReason(lost.literal)}`))
    return void parse(request, body, done)
  }
}
