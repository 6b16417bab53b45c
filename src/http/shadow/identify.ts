import type { IncomingHttpHeaders } from 'node:http'
import { recogniseTill, tillOfCode } from '../../identity/credentials/recognise.ts'
import { signInClient } from '../../identity/credentials/sign-in.ts'
import type { Context } from '../../ledger/context.ts'
import type { Caller } from '../../values/caller.ts'
import { Refusal } from '../../values/errors.ts'
import { attributed, readBasic, readToken } from '../authenticate.ts'

/**
 * Finds the caller of a request that the other service has answered. It is called only if that service has accepted the
 * credentials, and its result is used for the report of the organisation, never for an answer.
 *
 * @returns undefined for credentials that are unknown here.
 */
export async function identify(context: Context, headers: IncomingHttpHeaders): Promise<Caller | undefined> {
  try {
    const caller = await callerOf(context, headers)
    return caller && (await attributed(context, caller, headers))
  } catch (error) {
    if (error instanceof Refusal && error.httpStatus < 500) return undefined
    throw error
  }
}

async function callerOf(context: Context, headers: IncomingHttpHeaders): Promise<Caller | undefined> {
  const token = readToken(headers)
  if (token === undefined) {
    const basic = readBasic(headers.authorization ?? '')
    return basic && recogniseTill(context, basic.code, basic.password)
  }
  try {
    return await signInClient(context, token)
  } catch (error) {
    const { till } = context.config.shadow
    if (till === undefined) throw error
    return tillOfCode(context, till)
  }
}
