import { Type } from 'typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { badParameter } from '../values/errors.ts'
import type { ExpectedVersions } from '../identity/organisations/require-version.ts'

const maxHeaderLength = 200
const tag = /^(W\/)?"([^"]*)"$/

/** The header that makes a change conditional on the version that was read. */
export const ifMatchHeader = Type.Optional(
  Type.String({
    description:
      'The ETag of what was read: if it was changed since, the answer is 412 and nothing is done, unless the change would change nothing, like a retry. Without it the change is made whatever was changed.',
  }),
)

const etagOf = (version: number): string => `"${version}"`

/** Sets the version of the record in an answer. */
export function tellVersion(reply: FastifyReply, version: number): void {
  reply.header('etag', etagOf(version))
}

const read = new WeakSet<FastifyRequest>()

/** Whether the handler has read the header, and so does not ignore it. */
export const hasReadIfMatch = (request: FastifyRequest): boolean => read.has(request)

/**
 * Reads the versions for which a change was made from `If-Match`. Weak tags and those of other servers match nothing.
 *
 * @returns undefined without the header, and for `*`. @throws Refusal 400 for a header without tags.
 */
export function readIfMatch(request: FastifyRequest): ExpectedVersions {
  read.add(request)
  const header = request.headers['if-match']
  if (header === undefined || header.trim() === '*') return undefined
  const tags = header.length > maxHeaderLength ? [] : header.split(',').map((one) => tag.exec(one.trim()))
  if (tags.length === 0 || tags.includes(null))
    throw badParameter('If-Match', header, 'the ETag of what was read, in double quotes')
  return tags.flatMap((one) =>
    one?.[1] === undefined && /^\d{1,10}$/.test(one?.[2] ?? '') ? [Number(one?.[2])] : [],
  )
}
