import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import {
  attribute,
  attributionTypes,
  lookupTypes,
  type LookupType,
} from '../identity/credentials/attribution.ts'
import type { Caller } from '../values/caller.ts'
import { resumeSession, type Session } from '../identity/credentials/session.ts'
import { isPublicTill } from '../identity/credentials/public-credentials-rules.ts'
import { signInClient, signInTill } from '../identity/credentials/sign-in.ts'
import { isLoopback } from '../platform/config.ts'
import type { Context } from '../ledger/context.ts'
import { badParameter, refuse } from '../values/errors.ts'
import { originOf, readSessionCookie, requireOwnChange } from './browser.ts'

/** The maximum length of a code or a name in an attribution. */
const maxHeaderLength = 4_096

function single(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function readBasic(header: string): { code: string; password: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_=-]+) *$/i.exec(header)?.[1]
  if (encoded === undefined) return undefined
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon < 1 ? undefined : { code: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

/**
 * The token headers of the contract, that of the OAuth page first. Their value is the bare token or, from some clients,
 * the token after "Bearer".
 */
export function readToken(headers: IncomingHttpHeaders): string | undefined {
  const own = single(headers, 'x-cap-api-oauth-token') ?? single(headers, 'cap-api-access-token')
  if (own !== undefined) return own.replace(/^Bearer +/i, '')
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
}

/**
 * A starting server refuses a database in which published credentials work, but another server may load the demo later.
 *
 * @throws Refusal 401 for published credentials, if the server can be reached from other machines.
 */
export function refusePublic({ config }: Context, isPublic: boolean): void {
  if (isPublic && !isLoopback(config.host))
    throw refuse.notSignedIn(
      'These credentials of the demo are published: they work on a loopback address only',
    )
}

async function resume(context: Context, request: FastifyRequest, cookie: string): Promise<Session> {
  requireOwnChange(request, context.config.trustedProxies)
  return resumeSession(context, cookie)
}

/**
 * The session of a call that is only for people in a browser.
 *
 * @throws Refusal 401 without a session, 403 for a change that another site may have sent.
 */
export async function resumeOwnSession(context: Context, request: FastifyRequest): Promise<Session> {
  const cookie = readSessionCookie(request.headers)
  if (cookie === undefined) throw refuse.notSignedIn('Nobody is signed in')
  return resume(context, request, cookie)
}

async function signInPerson(context: Context, request: FastifyRequest, cookie: string): Promise<Caller> {
  const { caller } = await resume(context, request, cookie)
  return { ...caller, origin: originOf(request) }
}

async function signIn(context: Context, request: FastifyRequest, address: string): Promise<Caller> {
  const { headers } = request
  const token = readToken(headers)
  if (token !== undefined) {
    if (token.length > maxHeaderLength) throw refuse.notSignedIn('The access token is not valid')
    return signInClient(context, token)
  }
  const header = headers.authorization
  if (header === undefined) {
    const cookie = readSessionCookie(headers)
    if (cookie !== undefined) return signInPerson(context, request, cookie)
    throw refuse.notSignedIn('Authentication is missing: send Authorization: Basic or X-CAP-API-OAUTH-TOKEN')
  }
  const basic = header.length > maxHeaderLength ? undefined : readBasic(header)
  if (basic === undefined || basic.code.includes('\0')) {
    throw refuse.notSignedIn(
      'The Authorization header is neither Basic with user name and password nor Bearer with a token',
    )
  }
  refusePublic(context, isPublicTill(basic.code, basic.password))
  return signInTill(context, basic.code, basic.password, address)
}

/** Headers arrive as Latin-1; a name that was sent as UTF-8 is decoded. */
function decoded(value: string): string {
  // oxlint-disable-next-line no-control-regex
  if (/^[\u0000-\u007F]*$/.test(value)) return value
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'))
  } catch {
    return value
  }
}

function readType<Type extends string>(text: string, known: readonly Type[]): Type {
  const type = known.find((one) => one === text.trim().toUpperCase())
  if (type === undefined) throw badParameter('the attribution type', text, `one of ${known.join(', ')}`)
  return type
}

interface Attribution {
  readonly type: LookupType
  readonly value: string
  /** Whether the pair of headers looks tills up by codes of other systems. */
  readonly isLookup: boolean
}

/** Three generations of headers have the same meaning; the newest one with a value counts, with its own type. */
function readAttribution(headers: IncomingHttpHeaders): Attribution | undefined {
  const header = (name: string) => single(headers, `x-cap-api-attribution-${name}`)
  const lookup = header('lookup')
  const lookupType = header('lookup-type')
  const entity = header('entity-code')
  if (lookup !== undefined && lookupType === undefined) throw refuse.attributionTypeMissing()
  // An unused type must be valid, too, since its intention is unknown otherwise.
  const entityType = readType(header('entity-type') ?? 'TILL', attributionTypes)
  // One chain of shops sends only a type with every call, which names nothing.
  const typeOfLookup = lookup === undefined ? undefined : readType(lookupType ?? '', lookupTypes)
  // The type TILL without a value means the calling till, whereas a store must be named.
  if (entityType.startsWith('STORE') && entity === undefined)
    throw refuse.badRequest(`The attribution type ${entityType} needs a value beside it`)
  if (entity !== undefined) return { type: entityType, value: valueOf(entity), isLookup: false }
  if (lookup !== undefined && typeOfLookup !== undefined)
    return { type: typeOfLookup, value: valueOf(lookup), isLookup: true }
  const olderTill = header('till-code')
  return olderTill === undefined ? undefined : { type: 'TILL', value: valueOf(olderTill), isLookup: false }
}

function valueOf(given: string): string {
  const value = decoded(given)
  if (value.includes('\0')) throw badParameter('the attribution', value, 'text without control characters')
  return value
}

/**
 * Identifies the caller of a request, and the till and store to which its operations are attributed.
 *
 * @param address of the caller.
 * @throws Refusal 401 for missing or wrong credentials, 429 after too many wrong ones, 400 or 1061 for attribution
 * headers that name nothing, 403 for a change with a session cookie that another site may have sent.
 */
export async function authenticate(
  context: Context,
  request: FastifyRequest,
  address: string,
): Promise<Caller> {
  const caller = await signIn(context, request, address)
  context.lastUses.note(caller, context.fixedNow?.getTime() ?? Date.now())
  return attributed(context, caller, request.headers)
}

/** The caller with the place of the attribution headers. @throws Refusal 400 or 1061 if they name nothing. */
export async function attributed(
  context: Context,
  caller: Caller,
  headers: IncomingHttpHeaders,
): Promise<Caller> {
  const attribution = readAttribution(headers)
  return attribution === undefined ? caller : attribute(context, caller, attribution)
}
