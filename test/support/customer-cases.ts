import type { Context } from '../../src/ledger/context.ts'
import type { App } from '../../src/http/app.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { basic, password } from './harness.ts'
import { openShop, type Reply, type Sending, type Shop, type ShopOptions } from './write-cases.ts'

/** The customer calls of a till. */

export interface Person {
  readonly mobile?: unknown
  readonly email?: unknown
  readonly externalId?: unknown
  readonly firstName?: string
  readonly lastName?: string
  readonly [more: string]: unknown
}

/** A body with one profile. Properties that are not identifiers go into the profile. */
export function bodyOf({ mobile, email, externalId, ...profile }: Person) {
  const identifiers = Object.entries({ mobile, email, externalId }).flatMap(([type, value]) =>
    value === undefined ? [] : [{ type, value }],
  )
  return { profiles: [{ ...profile, identifiers }] }
}

let last = 9_400_000_000

/** A mobile number of India that no test has used. */
export const anyMobile = (): string => String(++last)

export type CustomerShop = Awaited<ReturnType<typeof openCustomerShop>>

/** @param own an existing shop to use. */
export async function openCustomerShop(context: Context, app: App, options: ShopOptions = {}, own?: Shop) {
  const shop = own ?? (await openShop(context, app, options))
  const { queries } = context.database
  const { orgId, storeCode, call } = shop
  const signInAs = async (accessGroup: string) => {
    const code = `${accessGroup}-${orgId}`
    await createTill(queries, { orgId, storeCode, code, password, isReadOnly: false, accessGroup })
    return { headers: { authorization: basic(code, password) } }
  }
  return {
    ...shop,
    /** Signs in a new till of an access group. */
    signInAs,
    register: (person: Person, sending?: Sending) =>
      call('POST', '/v2/customers?source=INSTORE', bodyOf(person), sending),
    registered: async (person: Person = { mobile: anyMobile() }) => {
      const reply = await call('POST', '/v2/customers?source=INSTORE', bodyOf(person))
      if (reply.status !== 200) throw new Error(reply.text)
      return reply.at('createdId') as number
    },
    find: (id: unknown, query = 'source=INSTORE') => call('GET', `/v2/customers/${String(id)}?${query}`),
    lookUp: (name: string, value: string, source = 'source=INSTORE&') =>
      call(
        'GET',
        `/v2/customers/lookup?${source}identifierName=${name}&identifierValue=${encodeURIComponent(value)}`,
      ),
    update: (id: unknown, body: object, sending?: Sending) =>
      call('PUT', `/v2/customers/${String(id)}?source=INSTORE`, body, sending),
    change: (id: unknown, body: object, sending?: Sending) =>
      call('POST', `/v2/customers/${String(id)}/changeIdentifier?source=INSTORE`, body, sending),
    search: (query: string) => call('GET', `/v2/customers/search?${query}`),
  }
}

/** The code of a failed reply in any envelope. */
export function codeOf(reply: Reply): unknown {
  return reply.at('errors.0.code') ?? reply.at('code')
}
