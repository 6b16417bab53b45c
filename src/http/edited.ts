import { Type, type TObject } from 'typebox'
import type { FastifyRequest } from 'fastify'
import type { Versioned } from '../identity/organisations/require-version.ts'
import type { Caller } from '../values/caller.ts'
import { Refusal } from '../values/errors.ts'
import { hasReadIfMatch, ifMatchHeader } from './if-match.ts'

/**
 * The record that a route changes: it has a version, and can be read. A change that was made for another version is
 * refused with the current record, so that the person can compare.
 */
export interface Edited {
  readonly table: Versioned
  /** @param id from the path; 0 if the path has none. @returns the record as its route prints it, and its version. */
  readonly current: (
    caller: Caller,
    id: number,
  ) => Promise<{ readonly version: number; readonly record: object } | undefined>
}

/** The headers of a route, with `If-Match`. */
export const withIfMatch = (headers: unknown): TObject =>
  Type.Object({ ...(headers as TObject | undefined)?.properties, 'if-match': ifMatchHeader })

/**
 * Runs a handler that changes a record.
 *
 * @throws Refusal 412 with the current record if the handler refuses the version; Error if the handler ignores
 * `If-Match`.
 */
export async function edit(
  { current }: Edited,
  caller: Caller,
  request: FastifyRequest,
  handle: () => unknown,
): Promise<unknown> {
  try {
    const answer = await handle()
    if (request.headers['if-match'] !== undefined && !hasReadIfMatch(request))
      throw new Error(`${request.routeOptions.url} ignores If-Match`)
    return answer
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 412) throw error
    const { id = '' } = request.params as { id?: string }
    const now = await current(caller, /^\d{1,16}$/.test(id) ? Number(id) : 0)
    if (now === undefined) throw error
    throw new Refusal(412, error.message, { version: now.version, current: now.record })
  }
}
