import { randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import type { IdentityContext } from '../context.ts'
import { refuse } from '../../values/errors.ts'
import { isSecret, sha256 } from './secrets.ts'
import { readClientSecret, type ClientSecret } from './holder.ts'
import { attemptSignIn } from './sign-in-attempts.ts'
import { namedTokenKey, rememberedTokenKey } from './token-keys.ts'

const issuer = 'counterfoil'
const tokenUse = 'access'
const algorithm = 'HS256'
export interface AccessToken {
  readonly accessToken: string
  readonly ttlSeconds: number
}

/**
 * Exchanges a client's key and secret for an access token. Every call returns a new one. The right secret is accepted
 * regardless of failed attempts by others: with 256 random bits, it was not guessed.
 *
 * @param address where the request comes from.
 * @param requireQuota called for a wrong secret. @throws Refusal 429 if there were too many sign-ins from the address.
 * @throws Refusal 401, the same for an unknown key, a wrong secret and a revoked client; 429 after too many of them.
 */
export async function generateToken(
  context: IdentityContext,
  key: string,
  secret: string,
  address: string,
  requireQuota: () => void,
): Promise<AccessToken> {
  const client: ClientSecret | undefined = await readClientSecret(context, key)
  const isRight = isSecret(secret, client?.secretHash ?? sha256(''))
  if (client === undefined || !isRight || client.isRevoked) {
    requireQuota()
    await attemptSignIn(context, { kind: 'client', login: key }, address, false, async () => false)
    throw refuse.notSignedIn(
      'Failed to generate OAuth token: the key or the secret is wrong, or the client is revoked',
    )
  }
  const signingKey = await rememberedTokenKey(context)
  const accessToken = await new SignJWT({
    org_id: client.orgId,
    client_id: client.clientId,
    client_key: key,
    token_use: tokenUse,
  })
    .setProtectedHeader({ alg: algorithm, kid: signingKey.kid, typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject(client.name)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${client.tokenTtlS}s`)
    .sign(signingKey.secret)
  return { accessToken, ttlSeconds: client.tokenTtlS }
}

export interface TokenHolder {
  readonly orgId: number
  readonly clientId: number
  readonly expiresAtS: number
}

/** Returns the holder of an access token. @throws Refusal 401 if it was not issued here or has expired. */
export async function verifyToken(context: IdentityContext, token: string): Promise<TokenHolder> {
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => namedTokenKey(context, kid), {
      issuer,
      algorithms: [algorithm],
      requiredClaims: ['exp', 'org_id', 'client_id'],
    })
    if (payload['token_use'] !== tokenUse) throw new errors.JWTInvalid('not an access token')
    return {
      orgId: Number(payload['org_id']),
      clientId: Number(payload['client_id']),
      expiresAtS: payload.exp ?? 0,
    }
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw refuse.notSignedIn('The access token has expired: generate a new one')
    if (error instanceof errors.JOSEError) throw refuse.notSignedIn('The access token is not valid')
    throw error
  }
}
