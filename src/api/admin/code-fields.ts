import { Type } from 'typebox'
import type { FastifyRequest } from 'fastify'
import { requireAccess, type Caller } from '../../values/caller.ts'
import { Refusal } from '../../values/errors.ts'
import { isId } from '../../values/ids.ts'
import { signInRecorded } from '../../http/recorded-caller.ts'
import { problems } from '../../http/problem.ts'

export const config = { failure: 'problem' } as const
export const tags = ['Codes']
export const idParams = Type.Object({ id: Type.String({ description: 'The id.' }) })

const [problem] = Object.values(problems)

/** How a call about codes can fail: what it asks for may not go with the state that a batch is in. */
export const failures = { ...problems, 409: problem, 410: problem, 422: problem }

/** Who makes codes. @throws Refusal 401, or 403 without access to coupons and to series. */
export async function signInForCodes(request: FastifyRequest, needed: 'read' | 'write'): Promise<Caller> {
  const caller = await signInRecorded(request)
  requireAccess(caller, 'campaign', needed)
  return caller
}

/** An id in a path. @throws Refusal 404: what cannot be an id is nothing's. */
export function readPathId(text: string): number {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : undefined
  if (!isId(id)) throw new Refusal(404)
  return id
}
