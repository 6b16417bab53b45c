import type { FastifyRequest } from 'fastify'
import { type Refusal, refuse } from '../values/errors.ts'
import { findInexactNumbers, inexactReason } from '../values/json-numbers.ts'
import type { App } from './app.ts'
import { numberInTextField } from './text-fields.ts'

/** No body of the contract is nested deeper than a few levels. */
const maxDepth = 32

/** Size limit of bodies that are read before a sign-in, which consist of two short texts. */
export const signInLimitBytes = 16 * 1024

/** @throws Refusal 400 for JSON that is nested deeper than any body of the contract, before it is traversed. */
export function requireShallow(text: string, what: string): void {
  if (lookAt(text, maxDepth).deepest > maxDepth) throw tooDeep(what)
}

const tooDeep = (what: string): Refusal =>
  refuse.badRequest(`${what} is nested deeper than ${maxDepth} levels`)

/** With fewer digits and without an exponent, a double represents the number exactly. */
const safeDigits = 15

/** The end of the string that begins at a quote; the end of the text if it is not closed. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === 0x5c) escapes++
    if (escapes % 2 === 0) return end
  }
  return text.length
}

/**
 * Scans a text once, whether or not it is valid JSON, for the nesting depth of objects and lists, up to `limit`, and
 * for numbers that `findInexactNumbers` should check.
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
 * Accepts only JSON bodies; a body without a Content-Type counts as JSON. A body that is nested too deep is refused
 * before it is traversed, and so is a number in place of text, whose digits would be lost before the schema could
 * validate it.
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

/** Reads the text of a JSON body. Many clients announce JSON with every request, also without a body. */
export function jsonReader(app: App): (request: FastifyRequest, body: string, done: Done) => void {
  const parse = app.getDefaultJsonParser('error', 'error')
  return (request, body, done) => {
    if (body === '' && request.routeOptions.schema?.body === undefined) return done(null, undefined)
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
