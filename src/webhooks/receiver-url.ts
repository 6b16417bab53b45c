import { isIP } from 'node:net'
import type { Config } from '../platform/config.ts'
import { badParameter } from '../values/errors.ts'
import { isPublicAddress } from './receiver-address.ts'

const maxLength = 2_000

/** The host of a URL, without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1')

/**
 * Validates the URL for a webhook's messages. A name is resolved when a connection is made; an address that is not
 * public is refused at once.
 *
 * @returns the URL to call, without a fragment.
 * @throws Refusal 400.
 */
export function readReceiverUrl(
  { webhooksMayReachPrivateAddresses: mayReachInside }: Config,
  name: string,
  text: string,
): string {
  const refuse = (allowed: string) => badParameter(name, text, allowed)
  if (text.length > maxLength || !URL.canParse(text)) throw refuse(`a URL of at most ${maxLength} characters`)
  const url = new URL(text)
  const protocols = mayReachInside ? ['https:', 'http:'] : ['https:']
  if (!protocols.includes(url.protocol)) throw refuse('it must begin with https://')
  if (url.username !== '' || url.password !== '') throw refuse('credentials belong in a header')
  const host = hostOf(url)
  const isInside = isIP(host) ? !isPublicAddress(host) : /(^|\.)localhost\.?$/i.test(host)
  if (isInside && !mayReachInside) throw refuse('it must be a public address')
  url.hash = ''
  return url.href
}
