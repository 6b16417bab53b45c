import type { IncomingHttpHeaders } from 'node:http'
import { attribute, attributionTypes, type AttributionType } from '../access/attribution.ts'
import type { Caller } from '../access/caller.ts'
import { signInClient, signInTill } from '../access/sign-in.ts'
import type { Context } from '../context.ts'
import { badParameter, Refusal } from '../errors.ts'

/** An attribution is a code or a name; longer ones name nothing. */
const maxHeaderLength = 4_096

function single(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function readBasic(header: string): { code: string; password: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_=-]+) *$/i.exec(header)?.[1]
  if (encoded === undefined) return undefined
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon < 1 ? undefined : { code: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

/** The header that the contract names may carry the token bare or, as some clients send it, after "Bearer". */
function readToken(headers: IncomingHttpHeaders): string | undefined {
  const own = single(headers, 'x-cap-api-oauth-token')
  if (own !== undefined) return own.replace(/^Bearer +/i, '')
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
}

async function signIn(context: Context, headers: IncomingHttpHeaders): Promise<Caller> {
  const token = readToken(headers)
  if (token !== undefined) {
    if (token.length > maxHeaderLength) throw new Refusal(401, 'The access token is not valid')
    return signInClient(context, token)
  }
  const header = headers.authorization
  if (header === undefined) {
    throw new Refusal(401, 'Authentication is missing: send Authorization: Basic or X-CAP-API-OAUTH-TOKEN')
  }
  const basic = header.length > maxHeaderLength ? undefined : readBasic(header)
  if (basic === undefined || basic.code.includes('\0')) {
    throw new Refusal(
      401,
      'The Authorization header is neither Basic with user name and password nor Bearer with a token',
    )
  }
  return signInTill(context, basic.code, basic.password)
}

function readAttribution(headers: IncomingHttpHeaders): { type: AttributionType; value: string } | undefined {
  const lookup = single(headers, 'x-cap-api-attribution-lookup')
  const lookupType = single(headers, 'x-cap-api-attribution-lookup-type')
  if (lookup !== undefined && lookupType === undefined) throw new Refusal(1061)
  const olderTill = single(headers, 'x-cap-api-attribution-till-code')
  const value = single(headers, 'x-cap-api-attribution-entity-code') ?? lookup ?? olderTill
  const typeText = single(headers, 'x-cap-api-attribution-entity-type') ?? lookupType ?? 'TILL'
  const type = attributionTypes.find((known) => known === typeText.toUpperCase())
  if (type === undefined)
    throw badParameter('the attribution type', typeText, `one of ${attributionTypes.join(', ')}`)
  if (value?.includes('\0')) throw badParameter('the attribution', value, 'text without control characters')
  return value === undefined ? undefined : { type, value }
}

/**
 * Who sends a request, and where what it does is attributed to.
 *
 * @throws Refusal 401 for missing or wrong credentials, 400 or 1061 for attribution headers that name nothing.
 */
export async function authenticate(context: Context, headers: IncomingHttpHeaders): Promise<Caller> {
  const caller = await signIn(context, headers)
  const attribution = readAttribution(headers)
  return attribution === undefined ? caller : attribute(context, caller, attribution.type, attribution.value)
}
