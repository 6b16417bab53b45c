import { Type, type TObject } from 'typebox'
import type { FastifyRequest } from 'fastify'
import { refuse } from '../values/errors.ts'
import type { Origin } from '../values/caller.ts'

/**
 * Which requests of a route must state a reason: those that take something away from somebody. `true`: all of them.
 */
export type NeedsReason =
  | true
  | {
      /** The condition in words, such as "to disable a person". */
      readonly words: string
      readonly isNeeded: (body: Readonly<Record<string, unknown>>) => boolean
    }

/** The headers of a route, with `X-Counterfoil-Reason`. */
export const withReason = (headers: unknown, needs: NeedsReason): TObject =>
  Type.Object({
    ...(headers as TObject | undefined)?.properties,
    'x-counterfoil-reason': Type.Optional(
      Type.String({
        description: `The reason, for the audit log: UTF-8, URL-encoded, 1 to 500 characters. Required${needs === true ? '' : ` ${needs.words}`}; a blank one is refused (400).`,
      }),
    ),
  })

/** @throws Refusal 400 if the request takes something away and states no reason, or a blank one. */
export function requireReason(
  needs: NeedsReason,
  origin: Origin | undefined,
  { body }: FastifyRequest,
): void {
  const isNeeded = needs === true || needs.isNeeded((body ?? {}) as Readonly<Record<string, unknown>>)
  if (!isNeeded || (origin?.reason ?? '') !== '') return
  throw refuse.badRequest(
    `State the reason in the header X-Counterfoil-Reason: it is required${needs === true ? '' : ` ${needs.words}`}, and must not be blank`,
    { field: 'reason' },
  )
}
