import type { Caller } from '../../values/caller.ts'
import { refuse } from '../../values/errors.ts'
import type { IdentityContext } from '../context.ts'
import { readTill, type Holder } from './holder.ts'
import { isTillPassword, sha256 } from './secrets.ts'

/**
 * Returns the till of a Basic header without a sign-in: nothing is counted and nothing is written, so a wrong password
 * locks no till out. Use it only for requests that are answered elsewhere.
 *
 * @throws Refusal 401 for an unknown till, a wrong password and a revoked till.
 */
export async function recogniseTill(
  context: IdentityContext,
  code: string,
  password: string,
): Promise<Caller> {
  const { passwordProofs, wrongCredentials } = context.signIn
  const till = await readHolder(context, code)
  const proof = sha256(`${code}\0${password}\0${till.passwordHash}\0shadow`).toString('base64')
  await passwordProofs.get(proof, async () => {
    const isRight =
      !wrongCredentials.has(proof) &&
      (await context.slowHashes.run(() => isTillPassword(password, till.passwordHash)))
    if (isRight) return true
    wrongCredentials.note(proof)
    throw refuse.notSignedIn('The password is not that of the till')
  })
  return till.caller
}

/** Returns the till with this code, without checking a password. @throws Refusal 401 if it is unknown or revoked. */
export async function tillOfCode(context: IdentityContext, code: string): Promise<Caller> {
  return (await readHolder(context, code)).caller
}

async function readHolder(context: IdentityContext, code: string): Promise<Holder> {
  const till = await context.signIn.holders.get(`till ${code}`, () => readTill(context, code))
  if (till === undefined || till.isRevoked) throw refuse.notSignedIn('There is no such till')
  return till
}
