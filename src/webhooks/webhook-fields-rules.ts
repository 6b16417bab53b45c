import { badParameter, refuse } from '../values/errors.ts'
import { kindOf, subscribableNames, type EventKind } from './event-names-rules.ts'

/** Headers that the server sets itself, or that control the transmission. */
const reservedHeaders =
  /^(webhook-.*|host|content-.*|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|proxy-.*|user-agent)$/i
const maxHeaders = 20
const maxHeaderLength = 2_000

/** @throws Refusal 400 for an unknown name, or if there are no names. */
export function readKinds(name: string, names: readonly string[]): EventKind[] {
  if (names.length === 0) throw refuse.badRequest(`${name} needs at least one name`)
  const kinds = names.map((one) => {
    const kind = kindOf(one)
    if (kind === undefined) throw badParameter(name, one, `one of ${subscribableNames.join(', ')}`)
    return kind
  })
  return [...new Set(kinds)]
}

/** @throws Refusal 400 for a header that cannot be sent, or that the server sets itself. */
export function readHeaders(
  name: string,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const headers = Object.entries(given)
  if (headers.length > maxHeaders)
    throw badParameter(name, `${headers.length} headers`, `at most ${maxHeaders}`)
  for (const [header, value] of headers) {
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/i.test(header))
      throw badParameter(name, header, 'the name of a header')
    if (reservedHeaders.test(header)) throw badParameter(name, header, 'the server sets this header itself')
    // The value may be a secret, so it is not quoted.
    if (value.length > maxHeaderLength || !/^[\t\u0020-\u007E\u0080-\u00FF]*$/.test(value))
      throw refuse.badRequest(
        `The value of header ${header} in ${name} must be at most ${maxHeaderLength} printable characters`,
      )
  }
  return given
}
