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
 * What is remembered about callers. A verified header is proof for minutes, so that the slow hash is off the hot
 * path; the till or client behind it is read anew after a second, so that a revocation, a new password or another
 * access group takes effect then, in every process.
 */
export interface SignIn {
  readonly holders: ExpiringCache<Holder | undefined>
  /** By SHA-256 of code, password, the password hash that they were verified against, and the network they came from. */
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
    // It is the proof of what stands in the database now: the hash that is read anew is in its key.
    passwordProofs: new ExpiringCache(proofTtlMs, maxRemembered, { renews: true }),
    wrongCredentials: new WrongCredentials(),
    tokenProofs: new ExpiringCache(proofTtlMs, maxRemembered),
    sessions: new ExpiringCache(holderTtlMs, maxRemembered),
    places: new ExpiringCache(holderTtlMs, maxRemembered),
  }
}

const wrongCredentials = 'Authentication failed. Please check the user name and the password'

/** Checked in place of a till that does not exist, so that the time of the answer does not tell which codes do. */
let decoyHash: Promise<string> | undefined

/**
 * The till behind a Basic header. Credentials that were proved or found wrong before are answered from memory.
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
  // Of one network: elsewhere it would tell a right guess from a wrong one, which is refused while too many have failed.
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
 * The client behind an access token.
 *
 * @throws Refusal 401 when the token is not ours or has expired, or when its client is revoked.
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
