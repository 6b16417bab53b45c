import type { FastifyRequest } from 'fastify'
import type { Caller } from '../values/caller.ts'

/**
 * Who calls, for calls whose changes are recorded in the audit log whoever makes them.
 *
 * @throws Refusal 401, 403, 400 or 1061; see `authenticate`.
 */
export async function signInRecorded(request: FastifyRequest): Promise<Caller> {
  const caller = await request.signIn()
  return caller.origin === undefined ? { ...caller, origin: request.origin() } : caller
}
