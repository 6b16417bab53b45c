import type { IdentityContext } from '../context.ts'
import { refuse } from '../../values/errors.ts'
import { networkOf } from '../../values/network.ts'
import type { Caller } from '../../values/caller.ts'
import { ExpiringCache } from '../../platform/expiring-cache.ts'
import type { Session } from './session.ts'
import { readClient, readTill, type Holder } from './holder.ts'
import { hashTillPassword, isTillPassword, sha256 } from './secrets.ts'
import { attemptSignIn, tooManyFailures } from './sign-in-attempts.ts'
import { isKnownAddress, rememberAddress } from './till-addresses.ts'
import { verifyToken, type TokenHolder } from './tokens.ts'
import { WrongCredentials } from './wrong-credentials.ts'

/**
 * Cached data about callers. A verified header is accepted for minutes, which keeps the slow hash off the hot path; the
 * till or client is re-read after a second, so that a revocation, a new password or another access group takes effect
 * within a second in every process.
 */
export interface SignIn {
  readonly holders: ExpiringCache<Holder | undefined>
  /** By SHA-256 of the code, the password, the password hash that it was verified against, and the caller's network. */
  readonly passwordProofs: ExpiringCache<true>
  readonly wrongCredentials: WrongCredentials
  readonly tokenProofs: ExpiringCache<TokenHolder>
  /** By organisation and hash of the cookie's secret. */
  readonly sessions: ExpiringCache<Session | undefined>
  readonly places: ExpiringCache<Pick<Caller, 'tillId' | 'storeId'> | undefined>
}

const holderTtlMs = 1_000
const proofTtlMs = 10 * 60_000
const maxRemembered = 10_000

export function createSignIn(): SignIn {
  return {
    holders: new ExpiringCache(holderTtlMs, maxRemembered),
    // An entry proves the current password: its key contains the re-read hash.
    passwordProofs: new ExpiringCache(proofTtlMs, maxRemembered, { renews: true }),
    wrongCredentials: new WrongCredentials(),
    tokenProofs: new ExpiringCache(proofTtlMs, maxRemembered),
    sessions: new ExpiringCache(holderTtlMs, maxRemembered),
    places: new ExpiringCache(holderTtlMs, maxRemembered),
  }
}

const wrongCredentials = 'Authentication failed. Please check the user name and the password'

/** Checked if the till does not exist, so that response times do not reveal which codes exist. */
let decoyHash: Promise<string> | undefined

/**
 * Returns the till of a Basic header. Credentials that were verified or rejected before are answered from memory.
 *
 * @param address where the request comes from.
 * @throws Refusal 401, the same for an unknown till, a wrong password and a revoked till; 429 after too many failures.
 */
export async function signInTill(
  context: IdentityContext,
  code: string,
  password: string,
  address: string,
): Promise<Caller> {
  const { holders, passwordProofs, wrongCredentials: wrong } = context.signIn
  const holder = await holders.get(`till ${code}`, () => readTill(context, code))
  const till = holder?.isRevoked === false ? holder : undefined
  const passwordHash = till?.passwordHash ?? (await (decoyHash ??= hashTillPassword('')))
  // Valid for one network: from other networks, where requests are refused after too many failures, it would reveal
  // which guess is right.
  const proof = sha256(`${code}\0${password}\0${passwordHash}\0${networkOf(address)}`).toString('base64')
  await passwordProofs.get(proof, async () => {
    if (!wrong.has(proof)) {
      const isKnown = till !== undefined && (await isKnownAddress(context, till.caller, address))
      const isRight = await attemptSignIn(
        context,
        { kind: 'till', login: code },
        address,
        isKnown,
        async () =>
          (await context.slowHashes.run(() => isTillPassword(password, passwordHash))) && till !== undefined,
      )
      if (isRight && till !== undefined) {
        await rememberAddress(context, till.caller, address)
        return true
      }
    }
    const waitMs = wrong.note(proof)
    throw waitMs > 0 ? tooManyFailures(waitMs) : refuse.notSignedIn(wrongCredentials)
  })
  if (till === undefined) throw refuse.notSignedIn(wrongCredentials)
  return till.caller
}

/**
 * Returns the client of an access token.
 *
 * @throws Refusal 401 if the token was not issued here or has expired, or if its client is revoked.
 */
export async function signInClient(context: IdentityContext, token: string): Promise<Caller> {
  const proof = sha256(token).toString('base64')
  const { orgId, clientId, expiresAtS } = await context.signIn.tokenProofs.get(proof, () =>
    verifyToken(context, token),
  )
  if (expiresAtS * 1000 <= Date.now())
    throw refuse.notSignedIn('The access token has expired: generate a new one')
  const holder = await context.signIn.holders.get(`client ${orgId} ${clientId}`, () =>
    readClient(context, orgId, clientId),
  )
  if (holder === undefined || holder.isRevoked)
    throw refuse.notSignedIn('The client of this access token is revoked')
  return holder.caller
}
