import type { FastifyRequest } from 'fastify'
import { badParameter } from '../values/errors.ts'
import { parseId } from '../values/ids.ts'

/**
 * Reads the hold that a redemption of the contract names in the header `X-Counterfoil-Hold`.
 *
 * @throws Refusal 400 for text that cannot be an id.
 */
export function readHoldHeader({ headers }: Pick<FastifyRequest, 'headers'>): { readonly holdId?: number } {
  const text = headers['x-counterfoil-hold']
  if (text === undefined || text === '') return {}
  const holdId = parseId(String(text))
  if (holdId === undefined) throw badParameter('X-Counterfoil-Hold', String(text), 'the id of a hold')
  return { holdId }
}
