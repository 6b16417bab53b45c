import { createHash, randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose'
import type { Caller } from '../../values/caller.ts'
import { refuse } from '../../values/errors.ts'
import type { IdentityContext } from '../context.ts'
import { namedTokenKey, rememberedTokenKey } from './token-keys.ts'

const issuer = 'counterfoil'
const tokenUse = 'confirmation'
const algorithm = 'HS256'
/** Enough for a person to read the effect of a change, and too short for a token to be kept. */
const confirmationLifeS = 120
const maxTokenLength = 2_048

/** A change that a caller has been shown: an operation with its arguments, which are plain values. */
export interface ShownChange {
  readonly operation: string
  readonly args: Readonly<Record<string, unknown>>
}

/** The caller, with the till that the change would be attributed to, and the change; not readable from the token. */
function digestOf(
  { orgId, kind, holderId, tillId, storeId }: Caller,
  { operation, args }: ShownChange,
): string {
  const sorted = Object.entries(args)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const bound = JSON.stringify([orgId, kind, holderId, tillId, storeId, operation, sorted])
  return createHash('sha256').update(bound).digest('base64url')
}

/**
 * A token with which the same caller can carry out exactly the change that it was shown. Every process of the database
 * accepts it, since it is signed with the keys of access tokens; it is no access token.
 *
 * @param seenVersion of the record that the change was shown for; null: it has none.
 */
export async function signConfirmation(
  context: IdentityContext,
  caller: Caller,
  change: ShownChange,
  seenVersion: number | null,
): Promise<{ readonly token: string; readonly expiresAtS: number }> {
  const { kid, secret } = await rememberedTokenKey(context)
  const nowS = Math.floor((context.fixedNow ?? new Date()).getTime() / 1000)
  const expiresAtS = nowS + confirmationLifeS
  const token = await new SignJWT({
    token_use: tokenUse,
    change: digestOf(caller, change),
    seen_version: seenVersion,
  })
    .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
    .setIssuer(issuer)
    .setJti(randomUUID())
    .setExpirationTime(expiresAtS)
    .sign(secret)
  return { token, expiresAtS }
}

interface Confirmation {
  /** The same for every use of the token: as an idempotency key it makes a second use find the answer of the first. */
  readonly id: string
  readonly seenVersion: number | null
}

/** @throws Refusal 400 for a token that is not that of the caller and the change, or has expired. */
export async function verifyConfirmation(
  context: IdentityContext,
  caller: Caller,
  change: ShownChange,
  token: string,
): Promise<Confirmation> {
  const payload = await openToken(context, token)
  const { jti, change: digest, seen_version: seenVersion } = payload
  if (payload['token_use'] !== tokenUse || jti === undefined) throw notOurs()
  if (digest !== digestOf(caller, change))
    throw refuse.badRequest(
      'The confirmation token is for another caller, tool or other arguments: repeat the arguments of the preview exactly, or ask for a new preview',
    )
  return { id: jti, seenVersion: typeof seenVersion === 'number' ? seenVersion : null }
}

const notOurs = (): Error =>
  refuse.badRequest('The confirmation token is not valid: ask for a preview, and pass on its token unchanged')

async function openToken(context: IdentityContext, token: string): Promise<JWTPayload> {
  if (token.length > maxTokenLength) throw notOurs()
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => namedTokenKey(context, kid), {
      issuer,
      algorithms: [algorithm],
      requiredClaims: ['exp', 'jti', 'change'],
      currentDate: context.fixedNow ?? new Date(),
    })
    return payload
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw refuse.badRequest(
        `The confirmation token has expired after ${confirmationLifeS} seconds: ask for a new preview`,
      )
    if (error instanceof errors.JOSEError) throw notOurs()
    throw error
  }
}
