import { XMLParser } from 'fast-xml-parser'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../src/values/errors.ts'
import { toXml } from '../../src/http/v1_1-values.ts'
import { parseXml } from '../../src/http/xml.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext({ now: '2025-09-28T09:00:00Z' })
const app = await createTestServer(context)
const xml = { headers: { 'content-type': 'application/xml' } }

/** An answer as read by a client that does not know this server. */
const read = (text: string) =>
  new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true }).parse(text) as Record<
    string,
    unknown
  >

/** The XML form of a JSON value: numbers and flags are text, null and an empty list are an empty element. */
function asText(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value.map(asText)
    return list.length === 0 ? '' : list.length === 1 ? list[0] : list
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    // Of an empty list in a wrapper only the wrapper is left.
    if (entries.every(([, one]) => Array.isArray(one) && one.length === 0) && entries.length <= 1) return ''
    return Object.fromEntries(entries.map(([key, one]) => [key, asText(one)]))
  }
  if (typeof value === 'string') return value
  return value === null ? '' : JSON.stringify(value)
}

async function prepare() {
  const shop = await openShop(context, app)
  const seriesId = await shop.series({ description: 'Ten <off> & "more"' })
  const customerId = await shop.customer({
    firstName: 'Ilse',
    mobile: '9400488260',
    email: 'ilse@example.com',
    externalId: '0007',
  })
  return { shop, seriesId, customerId }
}

describe('format=xml', () => {
  test('answers every reading call with the content of the JSON', async () => {
    const { shop, seriesId, customerId } = await prepare()
    const first = await shop.coupon(seriesId, customerId, { storeId: shop.storeId })
    const second = await shop.coupon(seriesId, customerId)
    await shop.redeem(first.code, customerId, { transactionNumber: 'a&b<c>' })
    for (const url of [
      `/v1.1/coupon/get?code=${first.code},NOPE,${second.code}`,
      `/v1/coupon/get?id=${second.id}`,
      `/v1.1/coupon/isredeemable?mobile=9400488260&code=${first.code}&details=true`,
      `/v1.1/coupon/isredeemable?mobile=9400488260&code=${first.code},${second.code}`,
      `/v1.1/coupon/resend?mobile=9400488260&code=${first.code}`,
      `/v1.1/coupon/series?id=${seriesId}`,
      `/v1.1/coupon/series?id=999999999`,
      '/v1.1/customer/coupons?mobile=9400488260',
      '/v1.1/customer/coupons?mobile=9400488269',
      '/v1.1/customer/redemptions?mobile=9400488260',
      '/v1.1/customer/get?mobile=9400488260',
      '/v1.1/coupon/get',
      '/v1.1/nothing?a=b',
    ]) {
      const json = await shop.call('GET', url)
      const reply = await shop.call('GET', `${url}${url.includes('?') ? '&' : '?'}format=XML`)
      expect(reply.headers['content-type'], url).toBe('application/xml; charset=utf-8')
      expect(reply.status, url).toBe(json.status)
      const { '?xml': declaration, ...content } = read(reply.text)
      expect(declaration, url).toBeDefined()
      expect(content, url).toEqual(asText(json.json))
    }
  })

  test('is chosen by the query, then by Accept; json is the default', async () => {
    const { shop } = await prepare()
    const typeOf = async (query: string, accept?: string) => {
      const headers = accept === undefined ? {} : { accept }
      const reply = await shop.call('GET', `/v1.1/customer/get?mobile=9400488260${query}`, undefined, {
        headers,
      })
      return String(reply.headers['content-type'])
    }
    expect(await typeOf('')).toBe('application/json; charset=utf-8')
    expect(await typeOf('', '*/*')).toMatch(/json/)
    expect(await typeOf('', 'application/xml')).toMatch(/xml/)
    expect(await typeOf('', 'text/xml;q=0.9')).toMatch(/xml/)
    expect(await typeOf('', 'text/xml, application/json')).toMatch(/json/)
    expect(await typeOf('', 'application/json, application/xml')).toMatch(/json/)
    expect(await typeOf('&format=json', 'application/xml')).toMatch(/json/)
    expect(await typeOf('&format=xml', 'application/json')).toMatch(/xml/)
  })

  test('is refused with 400 and the supported formats if another format is named', async () => {
    const { shop } = await prepare()
    const reply = await shop.call('GET', '/v1.1/customer/get?mobile=9400488260&format=yaml')
    expect([reply.status, reply.json]).toEqual([
      400,
      {
        response: {
          status: {
            success: 'false',
            code: 400,
            message: 'Invalid value "yaml" for format: one of json, xml',
          },
        },
      },
    ])
  })

  test.each([
    ['without sign-in', '/v1.1/customer/get?mobile=1&format=xml', 401],
    ['without sign-in to an unknown path', '/v1.1/coupon/none?format=xml', 401],
  ])('gets the failure of a request %s in the envelope, in XML', async (_, url, status) => {
    const answer = await app.inject({ url })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toBe('application/xml; charset=utf-8')
    const { response } = read(answer.body) as { response: { status: Record<string, string> } }
    expect(response.status).toMatchObject({ success: 'false', code: String(status) })
  })
})

describe('a body in XML', () => {
  test.each(['application/xml', 'text/xml; charset=utf-8'])('of type %s is read like JSON', async (type) => {
    const { shop, seriesId, customerId } = await prepare()
    const coupon = await shop.coupon(seriesId, customerId, { code: '0042&<' })
    const headers = { 'content-type': type }
    const issued = await shop.post(
      '/v1.1/coupon/issue',
      `<?xml version="1.0"?><root><coupon><series_id>${seriesId}</series_id><customer><external_id>0007</external_id><mobile/></customer></coupon></root>`,
      { headers },
    )
    expect(issued.at('response.coupon.customer.mobile')).toBe('919400488260')
    expect(issued.status).toBe(200)
    const redeemed = await shop.post(
      '/v1.1/coupon/redeem?format=xml',
      `<root><coupon><code>0042&amp;&#x3C;</code><customer><mobile>9400488260</mobile></customer>
         <custom_fields><field><name>Sport</name><value><![CDATA[<Soccer>]]></value></field></custom_fields>
         <transaction><number>&apos;1&apos;</number><amount>7.5</amount></transaction></coupon>
       <coupon><code>nope</code><customer><mobile>9400488260</mobile></customer></coupon></root>`,
      { headers },
    )
    expect(redeemed.status).toBe(200)
    expect(read(redeemed.text)).toMatchObject({
      response: {
        status: { success: 'partial', code: '201' },
        coupons: {
          coupon: [
            {
              code: coupon.code,
              transaction: { amount: '7.50', number: "'1'" },
              item_status: { code: '700' },
            },
            { code: 'nope', item_status: { success: 'false', code: '719' } },
          ],
        },
      },
    })
    const history = await shop.call('GET', '/v1.1/customer/redemptions?mobile=9400488260')
    expect(history.at('response.customer.redemptions.coupons.coupon.0')).toMatchObject({
      transaction_number: "'1'",
      custom_fields: { field: [{ name: 'Sport', value: '<Soccer>' }] },
    })
    await shop.expectLedgerAdds()
  })

  test.each([
    [
      'that ends too early',
      '<root>\n<coupon>\n<code>1</code>',
      /not valid XML: elements are not closed: root, coupon/,
    ],
    ['with tags that cross', '<root>\n<a>\n</b></root>', /in line 3: Expected closing tag 'a'/],
    ['that is empty', '', /not valid XML/],
    ['that is JSON', '{"root":{}}', /not valid XML in line 1/],
    ['with a document type', '<!DOCTYPE r [<!ENTITY x "y">]><root>&x;</root>', /DOCTYPE declarations/],
    ['with an external entity', '<!doctype r SYSTEM "file:///etc/passwd"><root/>', /DOCTYPE declarations/],
    ['with an undefined entity', '<root><a>&nbsp;</a></root>', /The entity "&nbsp;" is not known/],
    ['with a bare ampersand', '<root>\n<a>x & y</a></root>', /in line 2: char '&' is not expected/],
    ['with a character that XML does not allow', '<root><a>&#0;</a></root>', /no character of XML/],
    ['with half of a surrogate pair', '<root><a>&#xD800;</a></root>', /no character of XML/],
    ['nested too deep', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`, /Maximum nested tags/],
    ['with two roots', '<root><a/></root><root/>', /not valid XML/],
    ['that names a prototype', '<root><__proto__><x>1</x></__proto__></root>', /not valid XML/],
    ['without required elements', '<root><other/></root>', /root is missing|coupon is missing/],
    ['of only text', '<root>x</root>', /Invalid value|is missing/],
  ])('%s is refused with 400 and the reason', async (_, body, message) => {
    const { shop } = await prepare()
    for (const call of ['issue', 'redeem']) {
      const reply = await shop.post(`/v1.1/coupon/${call}`, body, xml)
      expect(reply.status, reply.text).toBe(400)
      expect(reply.at('response.status')).toMatchObject({ success: 'false', code: 400 })
      expect(reply.at('response.status.message')).toMatch(message)
    }
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  test('is accepted only by calls of version 1.1', async () => {
    const { shop } = await prepare()
    const reply = await shop.post('/v2/coupon/issue', '<root/>', xml)
    expect(reply.status).toBe(415)
    const other = await shop.post('/v1.1/coupon/issue', 'x', { headers: { 'content-type': 'text/plain' } })
    expect([other.status, other.at('response.status.code')]).toEqual([415, 415])
  })

  test('of a megabyte of references is read in time proportional to its length', async () => {
    const text = '&amp;'.repeat(200_000)
    const startedAt = performance.now()
    expect(parseXml(`<root><a>${text}</a></root>`)).toEqual({ root: { a: '&'.repeat(200_000) } })
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })
})

function outcomeOf(text: string): unknown {
  try {
    parseXml(text)
    return 'read'
  } catch (error) {
    return error instanceof Refusal ? 'refused' : error
  }
}

const letters = fc.string({ unit: 'binary', maxLength: 30 })
const names = fc.constantFrom('a', 'b', 'coupon', 'item_status', 'x1')
/**
 * Possible contents of an answer; a list has at least two elements, since a single element does not read as a list in
 * XML.
 */
const wire = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    letters,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.dictionary(names, tie('value'), { minKeys: 1, maxKeys: 4 }),
  ),
})).value

describe('XML of any content', () => {
  test('is read back unchanged from an answer, except for characters that XML does not allow', () => {
    // oxlint-disable-next-line no-control-regex
    const odd = /[^\u{9}\u{A}\u{D}\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu
    const clean = (value: unknown): unknown => {
      if (typeof value === 'string') return value.replaceAll(odd, '\uFFFD')
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, clean(one)]))
    }
    fc.assert(
      fc.property(fc.dictionary(names, wire, { minKeys: 1, maxKeys: 4 }), (content) => {
        const text = toXml({ response: content })
        const { response } = read(text)
        expect(response).toEqual(asText(clean(content)))
      }),
      { numRuns: 500 },
    )
  })

  test('is read or refused as a body, and never causes a server failure', () => {
    const pieces = fc.constantFrom(
      '<a>',
      '</a>',
      '<a/>',
      '&lt;',
      '&',
      ';',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?x?>',
      '"',
      'x',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          letters,
          fc.array(pieces, { maxLength: 20 }).map((list) => list.join('')),
        ),
        (text) => {
          expect(['read', 'refused']).toContain(outcomeOf(text))
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
