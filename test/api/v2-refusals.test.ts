import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { couponCodes, customerCodes, requestCodes } from '../../compatibility/codes.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { setClientSettings } from '../../src/identity/organisations/set-client-settings.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { numbers, openRefusalCases } from '../support/refusal-cases.ts'
import { changesRefusals } from '../support/refusals-of-changes.ts'
import { issuingRefusals } from '../support/refusals-of-issuing.ts'
import { redeemingRefusals } from '../support/refusals-of-redeeming.ts'
import { restRefusals } from '../support/refusals-of-rest.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const cases = await openRefusalCases(context, app)
const { shop, queries } = cases
const foreign = await openShop(context, app)

type Setting = 'published' | '200' | '400'

/** A till whose setting gives all refusals one status. */
async function tillWith(v2RefusalStatus: Setting) {
  const { orgId, storeCode } = shop
  const code = `refusals-${v2RefusalStatus}-${randomUUID().slice(0, 8)}`
  const id = await createTill(queries, {
    orgId,
    storeCode,
    code,
    password,
    isReadOnly: false,
    accessGroup: 'default',
  })
  await setClientSettings(queries, orgId, { kind: 'till', which: id }, { v2RefusalStatus })
  return { authorization: basic(code, password) }
}

const headersOf = {
  published: await tillWith('published'),
  200: await tillWith('200'),
  400: await tillWith('400'),
}

const rows = [issuingRefusals, redeemingRefusals, changesRefusals, restRefusals].flatMap((of) => of(cases))

/** Every code that an answer of these tests carries. */
const provoked = new Set<number>()

function note(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, one] of Object.entries(value))
    if ((name === 'code' || name === 'errorCode') && typeof one === 'number') provoked.add(one)
    else note(one)
}

describe('a refusal', () => {
  test.each(rows)('%s: HTTP %i', async (_, published, isMoved, prepare, body) => {
    for (const setting of ['published', '200', '400'] as const) {
      const [method, url, sent] = await prepare()
      const reply = await shop.call(method, url, sent, { headers: headersOf[setting] })
      note(reply.json)
      const expected = setting === 'published' || !isMoved ? published : Number(setting)
      expect([setting, reply.status, reply.json]).toEqual([setting, expected, body])
    }
  })

  test('for another organisation’s redemption is the same as for an unknown one', async () => {
    const customerId = await foreign.customer()
    const { code } = await foreign.coupon(await foreign.series(), customerId)
    const redemptionId = (await foreign.redeem(code, customerId)).at('redemption.0.redemptionId')
    const reply = await shop.post('/v2/coupon/reactivate', { redemptionIds: [redemptionId] })
    expect([reply.status, reply.at('errors.0.code')]).toEqual([200, 510])
  })
})

/** The codes that the contract's reference names for the writes, checks and look-ups of version 2. */
const listed = [
  numbers([400, 401], [403, 405], [415, 415], [429, 429], [501, 503], [108, 108], [510, 510]),
  numbers([629, 629], [633, 633], [660, 661], [677, 677], [682, 682], [690, 691], [695, 696]),
  numbers([701, 703], [707, 707], [709, 709], [711, 713], [749, 749], [751, 756], [762, 762], [780, 780]),
  numbers([786, 786], [788, 788], [811, 811], [5001, 5002], [5004, 5005]),
  Object.keys(customerCodes)
    .map(Number)
    .filter((code) => code >= 8001 && code <= 8056),
].flat()

/** Tests of all calls that provoke the refusals common to them. */
const elsewhere: Readonly<Record<number, readonly [file: string, text: string]>> = {
  401: [
    '../identity/access.test.ts',
    'answers 401 without credentials and with wrong ones, unless it is public',
  ],
  403: [
    '../identity/access.test.ts',
    'answers 403 to exactly those tills, clients and people who lack what it needs',
  ],
  405: ['../http/sign-in-first.test.ts', 'is 401 without credentials, and 405 with them'],
  415: ['../identity/write-access.test.ts', '415 for a body that is not JSON'],
  429: ['../http/rate-limits.test.ts', 'expect((await statusesOf(3, whole)).at(-1)).toBe(429)'],
  502: ['../http/front-door.test.ts', 'is reported as 504 and 502 in the shape of the family'],
  503: ['../http/outages.test.ts', 'an unreachable database is reported as such, with Retry-After'],
}

test('every listed code occurs in an answer above or in the tests of all calls, or the compatibility table says why it never does', () => {
  const table = { ...requestCodes, ...couponCodes, ...customerCodes }
  const wrong = listed.flatMap((code) => {
    if (table[code]?.missing !== undefined)
      return provoked.has(code) ? [`${code} arises, and the table denies it`] : []
    return provoked.has(code) || code in elsewhere ? [] : [`${code} does not arise, and nothing says why`]
  })
  expect(wrong).toEqual([])
  for (const [file, text] of Object.values(elsewhere))
    expect(readFileSync(new URL(file, import.meta.url), 'utf8'), file).toContain(text)
})
