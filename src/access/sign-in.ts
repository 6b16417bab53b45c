import type { Context } from '../context.ts'
import { Refusal } from '../errors.ts'
import type { Caller } from './caller.ts'
import { ExpiringCache } from './expiring-cache.ts'
import type { Session } from './session.ts'
import { readClient, readTill, type Holder } from './holder.ts'
import { hashTillPassword, isTillPassword, sha256 } from './secrets.ts'
import { verifyToken, type TokenHolder } from './tokens.ts'

/**
 * What is remembered about callers. A verified header is proof for minutes, so that the slow hash is off the hot
 * path; the till or client behind it is read anew after a second, so that a revocation, a new password or another
 * access group takes effect then, in every process.
 */
export interface SignIn {
  readonly holders: ExpiringCache<Holder | undefined>
  /** By SHA-256 of code, password and the password hash that they were verified against. */
  readonly passwordProofs: ExpiringCache<true>
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
    passwordProofs: new ExpiringCache(proofTtlMs, maxRemembered),
    tokenProofs: new ExpiringCache(proofTtlMs, maxRemembered),
    sessions: new ExpiringCache(holderTtlMs, maxRemembered),
    places: new ExpiringCache(holderTtlMs, maxRemembered),
  }
}

const wrongCredentials = 'Authentication failed. Please check the user name and the password'

/** Checked in place of a till that does not exist, so that the time of the answer does not tell which codes do. */
let decoyHash: Promise<string> | undefined

/**
 * The till behind a Basic header.
 *
 * @throws Refusal 401; the same for an unknown till, a wrong password and a revoked till.
 */
export async function signInTill(context: Context, code: string, password: string): Promise<Caller> {
  const holder = await context.signIn.holders.get(`till ${code}`, () => readTill(context, code))
  const passwordHash = holder?.passwordHash ?? (await (decoyHash ??= hashTillPassword('')))
  const proof = sha256(`${code}\0${password}\0${passwordHash}`).toString('base64')
  await context.signIn.passwordProofs.get(proof, async () => {
    const isRight = await context.slowHashes.submit(() => isTillPassword(password, passwordHash))
    if (!isRight) throw new Refusal(401, wrongCredentials)
    return true
  })
  if (holder === undefined || holder.isRevoked) throw new Refusal(401, wrongCredentials)
  return holder.caller
}

/**
 * The client behind an access token.
 *
 * @throws Refusal 401 when the token is not ours or has expired, or when its client is revoked.
 */
export async function signInClient(context: Context, token: string): Promise<Caller> {
  const proof = sha256(token).toString('base64')
  const { orgId, clientId, expiresAtS } = await context.signIn.tokenProofs.get(proof, () =>
    verifyToken(context, token),
  )
  if (expiresAtS * 1000 <= Date.now())
    throw new Refusal(401, 'The access token has expired: generate a new one')
  const holder = await context.signIn.holders.get(`client ${orgId} ${clientId}`, () =>
    readClient(context, orgId, clientId),
  )
  if (holder === undefined || holder.isRevoked)
    throw new Refusal(401, 'The client of this access token is revoked')
  return holder.caller
}
