import { connect, type AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { Readable } from 'node:stream'
import { beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/platform/config.ts'
import { workOnUpload } from '../../src/bulk/uploads/work-on-upload.ts'
import { csv } from '../support/file-cases.ts'
import { createTestContext, createTestDatabase, createTestServer } from '../support/harness.ts'
import { until } from '../support/process-harness.ts'
import {
  base,
  fieldParts,
  filePart,
  multipart,
  openUploads,
  type MultipartBody,
  type Part,
  type UploadShop,
} from '../support/upload-cases.ts'
import type { Reply } from '../support/write-cases.ts'

const database = await createTestDatabase(20)
const context = await createTestContext({ database })
const app = await createTestServer(context)
/** A server that accepts files of at most one mebibyte. */
const small = { ...context, config: readConfig({ UPLOAD_LIMIT_MIB: '1' }) }
const smallApp = await createTestServer(small)
let url = ''

beforeAll(async () => {
  await smallApp.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(smallApp.server.address() as AddressInfo).port}`
})

const codes = filePart(csv('who,code', 'E1,A1'))
const codesFields = { customerIdentifier: 'EXTERNAL_ID', customerIdentifierColumn: '0' }
const redeemed = filePart(csv('mobile,code,at', '9400488244,A1,1601835836973'))
const map = '{"mobile":0,"couponCode":1,"redeemedDateInMillis":2}'
const redeemedFields = { customerIdentifier: 'MOBILE', couponIdentifier: 'COUPON_CODE', uploadHeaders: map }

function expectRefused(reply: Reply, status: number, says: string): void {
  const message = reply.at('errors.0.message')
  expect(reply.json).toEqual({
    success: false,
    status,
    result: null,
    errors: [{ status: false, code: expect.any(Number), message }],
  })
  expect([reply.status, message]).toEqual([status, expect.stringContaining(says)])
}

async function expectNothingKept(shop: UploadShop): Promise<void> {
  expect(await shop.rows('count(*)::int as n', 'uploads where org_id = $1')).toEqual([{ n: 0 }])
  expect(await shop.rows('count(*)::int as n', 'upload_rows where org_id = $1')).toEqual([{ n: 0 }])
}

const fields = (more: Record<string, string>, given: Record<string, string> = codesFields): Part[] =>
  fieldParts({ ...given, ...more })
const without = (name: string, given: Record<string, string>): Part[] =>
  fieldParts(Object.fromEntries(Object.entries(given).filter(([key]) => key !== name)))
const headers = (uploadHeaders: string): Part[] => [...fields({ uploadHeaders }, redeemedFields), redeemed]

const badCodes: [string, Part[] | MultipartBody, string][] = [
  ['no part at all', [], 'The file is missing'],
  ['no file', fields({}), 'The file is missing'],
  ['a file without a file name', [...fields({}), { name: 'file', value: 'who\nE1' }], 'The file is missing'],
  ['a file under another name', [...fields({}), { ...codes, name: 'csv' }], 'sent as the part file'],
  ['two files', [...fields({}), codes, codes], 'Two files were sent'],
  ['no customerIdentifier', [codes], 'The field customerIdentifier is missing'],
  ['an empty one', [...fields({ customerIdentifier: '' }), codes], 'The field customerIdentifier is missing'],
  [
    'an unknown one',
    [...fields({ customerIdentifier: 'CARD' }), codes],
    'Invalid value "CARD" for customerIdentifier: one of MOBILE, EXTERNAL_ID, EMAIL, USER_ID, NOT_TAGGED',
  ],
  ['two of them', [...fields({}), ...fields({ customerIdentifier: 'EMAIL' }), codes], 'give it once'],
  [
    'a column that is not a number',
    [...fields({ customerIdentifierColumn: 'x' }), codes],
    'Invalid value "x" for customerIdentifierColumn: a whole number from 0',
  ],
  [
    'a negative column',
    [...fields({ customerIdentifierColumn: '-1' }), codes],
    'Invalid value "-1" for customerIdentifierColumn: a whole number from 0',
  ],
  [
    'a column behind the last',
    [...fields({ customerIdentifierColumn: '2' }), codes],
    'Invalid value "2" for customerIdentifierColumn: the columns of the file are 0 to 1',
  ],
  [
    'a column of codes behind the last',
    [...fields({ couponCodeColumn: '2' }), codes],
    'Invalid value "2" for couponCodeColumn: the columns of the file are 0 to 1',
  ],
  [
    'one column of codes and customers',
    [...fields({ couponCodeColumn: '0' }), codes],
    'it is not the customers',
  ],
  [
    'a column of codes that is not a number',
    [...fields({ couponCodeColumn: 'code' }), codes],
    'Invalid value "code" for couponCodeColumn: a whole number from 0',
  ],
  [
    'neither codes nor customers',
    [...fields({ customerIdentifier: 'NOT_TAGGED', couponCodeColumn: 'NONE' }), codes],
    'a file without customers has a column of codes',
  ],
  [
    'columns without a name of codes',
    [...fields({}), filePart(csv('who,a,b', 'E1,2,3'))],
    'The file has the columns "who", "a", "b", and none is called as codes are: call one code, coupon,',
  ],
  [
    'one other column',
    [...fields({}), filePart(csv('who,anything', 'E1,A1'))],
    'none is called as codes are',
  ],
  [
    'two columns of codes',
    [...fields({}), filePart(csv('who,code,coupon', 'E1,2,3'))],
    'and more than one is called as codes are: give the number of the column in couponCodeColumn',
  ],
  [
    'several columns in a file of codes',
    [...fields({ customerIdentifier: 'NOT_TAGGED' }), filePart(csv('a,b', '1,2'))],
    'none is called as codes are',
  ],
  [
    'one column of another name',
    [...fields({ customerIdentifier: 'NOT_TAGGED' }), filePart(csv('anything', 'A1'))],
    'The file has the columns "anything", and none is called as codes are',
  ],
  [
    'comments above the header',
    [...fields({ customerIdentifier: 'NOT_TAGGED' }), filePart(csv('# printed today', 'code', 'A1'))],
    'it begins with the comment "# printed today"',
  ],
  [
    'codes and no header',
    [...fields({ customerIdentifier: 'NOT_TAGGED', couponCodeColumn: '0' }), filePart(csv('AB12', 'CD34'))],
    'The first line of the file holds "AB12" where the rows below hold "CD34", so it seems to be a row',
  ],
  [
    'external ids and no header',
    [...fields({}), filePart(csv('E1', 'E2'))],
    'The first line of the file holds "E1"',
  ],
  [
    'mobile numbers and no header',
    [...fields({ customerIdentifier: 'MOBILE' }), filePart(csv('9400488244', '9400488245'))],
    'the first line holds "9400488244", which is not the name of a column',
  ],
  [
    'mobile numbers for codes',
    [
      ...fields({ customerIdentifier: 'NOT_TAGGED', couponCodeColumn: '0' }),
      filePart(csv('number', '9400488244', '+91 94004 88245', 'A1')),
    ],
    'Column 0, called "number", should hold codes and holds mobile numbers, such as "9400488244". If these are codes',
  ],
  [
    'codes in a column with a name of customers',
    [...fields({ customerIdentifier: 'NOT_TAGGED', couponCodeColumn: '0' }), filePart(csv('Phone No', 'A1'))],
    'this column is called "Phone No", as one of mobile numbers is',
  ],
  [
    'customers in a column with a name of codes',
    [...fields({ customerIdentifier: 'MOBILE' }), filePart(csv('code,mobile', 'A1,9400488244'))],
    'this column is called "code", as one of codes is',
  ],
  [
    'a workbook',
    [...fields({}), filePart(Buffer.from('PK\u0003\u0004....[Content_Types].xml', 'latin1'))],
    'The file cannot be read: it is an Excel workbook (.xlsx)',
  ],
  ['JSON', [...fields({}), filePart('{"code":"A1"}\n')], 'it is JSON: send CSV'],
  ['an empty file', [...fields({}), filePart('')], 'The file cannot be read: it is empty'],
  ['only a header', [...fields({}), filePart('who,code\n')], 'it has a header and no rows below it'],
  ['a header with a NUL', [...fields({}), filePart('who,code\0\nE1,A1\n')], 'its header contains U+0000'],
  ['a header that is not CSV', [...fields({}), filePart('"who,code\n')], 'the first line is no CSV'],
  [
    'a file that is not UTF-8',
    [
      ...fields({}),
      filePart(Buffer.concat([Buffer.from('who,code\nE1,A1\nE1,'), Buffer.from([0xff, 0x0a])])),
    ],
    'The file cannot be read: line 3 is not UTF-8',
  ],
  ['a compressed file', [...fields({}), filePart(gzipSync('who,code\nE1,A1\n'))], 'it is packed with gzip'],
  [
    'a line of a mebibyte',
    [...fields({}), filePart(`who\n${'x'.repeat(1_200_000)}`)],
    'line 2 is longer than',
  ],
  ['a field that never ends', [...fields({ customerIdentifier: 'x'.repeat(70_000) }), codes], 'longer than'],
  [
    'a field called __proto__',
    [...fields({}), { name: '__proto__', value: '1' }, codes],
    'no valid multipart',
  ],
  ['a body that breaks off', multipart([...fields({}), codes], false), 'no valid multipart'],
  ['no boundary', { type: 'multipart/form-data', payload: Buffer.from('x') }, 'no valid multipart'],
]

const badRedemptions: [string, Part[], string][] = [
  ['no uploadHeaders', [...without('uploadHeaders', redeemedFields), redeemed], 'uploadHeaders is missing'],
  ['no couponIdentifier', [...without('couponIdentifier', redeemedFields), redeemed], 'couponIdentifier is'],
  ['no file', fields({}, redeemedFields), 'The file is missing'],
  [
    'customers that are not named',
    [...fields({ customerIdentifier: 'NOT_TAGGED' }, redeemedFields), redeemed],
    'Invalid value "NOT_TAGGED" for customerIdentifier: one of MOBILE, EXTERNAL_ID, EMAIL, USER_ID',
  ],
  [
    'an unknown couponIdentifier',
    [...fields({ couponIdentifier: 'NAME' }, redeemedFields), redeemed],
    'Invalid value "NAME" for couponIdentifier: one of COUPON_ID, COUPON_CODE',
  ],
  ['a map that is not JSON', headers('{mobile:0}'), 'it is no JSON'],
  ['a map that is a list', headers('[0,1]'), 'it is no JSON object'],
  ['a map that is null', headers('"null"'), 'it is no JSON object'],
  ['an unknown key', headers('{"mobile":0,"shoe":1}'), '"shoe" is none of mobile, externalId'],
  ['a negative column', headers('{"mobile":-1}'), 'the column of mobile is no whole number'],
  ['half a column', headers('{"mobile":0.5}'), 'the column of mobile is no whole number'],
  ['a column that is text', headers('{"mobile":"a"}'), 'the column of mobile is no whole number'],
  ['one column for two', headers('{"mobile":1,"couponCode":1}'), 'column 1 is named twice'],
  [
    'no column of customers',
    headers('{"email":0,"couponCode":1,"redeemedDateInMillis":2}'),
    'it has to name the column of mobile or userId',
  ],
  [
    'no column of coupons',
    headers('{"mobile":0,"redeemedDateInMillis":2}'),
    'it has to name the column of couponCode or couponId',
  ],
  ['no column of times', headers('{"mobile":0,"couponCode":1}'), 'the column of redeemedDateInMillis'],
  [
    'a column behind the last',
    headers('{"mobile":0,"couponCode":1,"redeemedDateInMillis":3}'),
    'redeemedDateInMillis: 3" for uploadHeaders: the columns of the file are 0 to 2',
  ],
]

describe('an upload of codes is refused with 400 and the reason, and stores nothing, with', () => {
  test.each(badCodes)('%s', async (_, body, says) => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series()
    const reply = await shop.postParts(
      `${base}/file/${seriesId}`,
      Array.isArray(body) ? multipart(body) : body,
    )
    expectRefused(reply, 400, says)
    await expectNothingKept(shop)
  })
})

describe('an upload of redemptions is refused with 400 and the reason, and stores nothing, with', () => {
  test.each(badRedemptions)('%s', async (_, parts, says) => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series()
    expectRefused(await shop.postParts(`${base}/redeemFile/${seriesId}`, multipart(parts)), 400, says)
    await expectNothingKept(shop)
  })
})

describe('an upload is refused', () => {
  test('with 415 and a hint if it is not multipart', async () => {
    const shop = await openUploads(context, app)
    const path = `${base}/file/${await shop.series()}`
    expectRefused(await shop.post(path, {}), 415, 'send multipart/form-data')
    expectRefused(await shop.call('POST', path), 415, 'send multipart/form-data')
    const json = await shop.post('/v2/coupon/issue', '', {
      headers: { 'content-type': multipart([]).type },
    })
    expect(json.status).toBe(415)
  })

  test('with 404 for a series that is unknown or of another organisation, or for an invalid id; so are its status and files', async () => {
    const shop = await openUploads(context, app)
    const other = await openUploads(context, app)
    const foreign = await other.series({ client_handling_type: 'DISC_CODE_PIN' })
    const { job } = await other.codes(foreign, csv('code', 'A'), 'NOT_TAGGED')
    for (const id of [foreign, 999_999, 'x', '0', '99999999999999999999']) {
      const body = multipart([...fields({}), codes])
      for (const path of ['file', 'redeemFile'])
        expectRefused(await shop.postParts(`${base}/${path}/${id}`, body), 404, 'There is no')
      for (const path of ['getUploadStatus', 'getUploadRedeemedCouponStatus'])
        expectRefused(await shop.get(`${base}/${path}/${id}`), 404, 'There is no')
    }
    expect((await other.get(String(job['successFileUrl']))).status).toBe(200)
    expectRefused(await shop.get(String(job['successFileUrl'])), 404, 'There is no')
    for (const name of [
      'x.csv',
      `error_${foreign}_0.csv`,
      `error_${foreign + 1}_${String(job['jobId'])}.csv`,
    ])
      expectRefused(await other.get(`${base}/files/${name}`), 404, 'There is no')
    await expectNothingKept(shop)
  })

  test('with 712 for codes of a series that has ended, while past redemptions are accepted', async () => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series({ valid_until: new Date('2026-01-01T00:00:00Z') })
    const reply = await shop.postParts(`${base}/file/${seriesId}`, multipart([...fields({}), codes]))
    expectRefused(reply, 400, 'has expired')
    expect(reply.at('errors.0.code')).toBe(712)
    const body = multipart([...fields({}, redeemedFields), redeemed])
    expect((await shop.postParts(`${base}/redeemFile/${seriesId}`, body)).status).toBe(200)
  })

  test('with 401 and 403 for callers who may not write coupons; such a caller may read the status but no files', async () => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series()
    const { job } = await shop.codes(seriesId, csv('who', 'E1'), 'EXTERNAL_ID')
    const reader = await shop.signInAs('read-only')
    const body = multipart([...fields({}), codes])
    for (const path of ['file', 'redeemFile']) {
      const anonymous = { headers: { authorization: '' } }
      expectRefused(
        await shop.postParts(`${base}/${path}/${seriesId}`, body, anonymous),
        401,
        'Authorization',
      )
      expectRefused(await shop.postParts(`${base}/${path}/${seriesId}`, body, reader), 403, 'Access denied')
    }
    expect((await shop.get(`${base}/getUploadStatus/${seriesId}`, reader)).status).toBe(200)
    expectRefused(await shop.get(String(job['errorFileUrl']), reader), 403, 'Access denied')
  })

  test('with 409 when the files of an unfinished upload are requested', async () => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series()
    const sent = await shop.send('file', seriesId, csv('who', 'E1'), codesFields)
    const id = String(sent.at('result.uploadJobStatuses.0.jobId'))
    expectRefused(await shop.get(`${base}/files/error_${seriesId}_${id}.csv`), 409, 'worked on')
  })

  test('with 503 when a hundred uploads of the organisation are queued', async () => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series()
    const send = () => shop.send('file', seriesId, csv('who', 'E1'), codesFields)
    expect((await send()).status).toBe(200)
    // Copies the first upload in the database, because a hundred requests would take long.
    await context.database.pool.query(
      `insert into uploads
       select (jsonb_populate_record(u, jsonb_build_object('id', nextval('uploads_id_seq')))).*
       from uploads u, generate_series(1, 98) where u.org_id = $1`,
      [shop.orgId],
    )
    expect((await send()).status).toBe(200)
    expectRefused(await send(), 503, '100 uploads are waiting')
    expect(await workOnUpload(context, shop.orgId, seriesId)).toMatchObject({ state: 'done' })
    expect((await send()).status).toBe(200)
    expectRefused(await send(), 503, '100 uploads are waiting')
  })
})

/** An endless multipart body with a declared length. */
function longBody(bytes: number) {
  const { type, payload } = multipart([...fields({ customerIdentifier: 'NOT_TAGGED' }), filePart('@')])
  const [head = '', tail = ''] = payload.toString().split('@')
  const line = `${'7'.repeat(63)}\n`
  async function* body(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${head}code\n`)
    for (let sent = 0; sent < bytes; sent += line.length * 1_000) yield Buffer.from(line.repeat(1_000))
    yield Buffer.from(tail)
  }
  return { type, body }
}

describe('over a socket', () => {
  const sendLong = async (shop: UploadShop, seriesId: number, bytes: number): Promise<Response> => {
    const { type, body } = longBody(bytes)
    // The types of Node 20 lack that a body may be a Node stream.
    const init: object = { body: Readable.from(body()), duplex: 'half' }
    return fetch(`${url}${base}/file/${seriesId}`, {
      method: 'POST',
      headers: { authorization: shop.authorization, 'content-type': type },
      ...init,
    })
  }

  test('a file above the limit is refused with 413 while it arrives, and one below it is accepted', async () => {
    const shop = await openUploads(small, smallApp)
    const seriesId = await shop.series({ client_handling_type: 'DISC_CODE_PIN' })
    const large = await sendLong(shop, seriesId, 8 * 1024 ** 2)
    expect([large.status, await large.json()]).toMatchObject([
      413,
      { errors: [{ code: 413, message: 'The file is too large: 1 MiB are allowed' }] },
    ])
    await expectNothingKept(shop)
    const fitting = await sendLong(shop, seriesId, 900_000)
    expect(fitting.status).toBe(200)
  })

  test('a declared length above the limit is refused before the body is read, and the connection stays open', async () => {
    const shop = await openUploads(small, smallApp)
    const seriesId = await shop.series()
    const { type, payload } = multipart([...fields({}), filePart('x'.repeat(3 * 1024 ** 2))])
    const reply = await fetch(`${url}${base}/file/${seriesId}`, {
      method: 'POST',
      headers: { authorization: shop.authorization, 'content-type': type },
      body: new Uint8Array(payload),
    })
    expect(reply.status).toBe(413)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    await expectNothingKept(shop)
  })

  const arriving = async (): Promise<number> => {
    const { rows } = await context.database.pool.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity
       where datname = current_database() and query ilike 'copy upload_rows%' and state <> 'idle'`,
    )
    return rows[0]?.n ?? 0
  }

  /** Begins an upload and then sends nothing more. */
  const beginUpload = (shop: UploadShop, seriesId: number) => {
    const { type, payload } = multipart([...fields({}), filePart(csv('who,code', 'E1,A1'))], false)
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      `POST ${base}/file/${seriesId} HTTP/1.1\r\nHost: a\r\nAuthorization: ${shop.authorization}\r\n` +
        `Content-Type: ${type}\r\nContent-Length: 500000\r\n\r\n`,
    )
    socket.write(payload)
    return socket
  }

  test('a sender that disconnects halfway leaves neither rows nor a connection', async () => {
    const shop = await openUploads(small, smallApp)
    const socket = beginUpload(shop, await shop.series())
    await until('rows are taken', async () => (await arriving()) === 1)
    socket.destroy()
    await until('the connection is free', async () => (await arriving()) === 0)
    await expectNothingKept(shop)
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  test('one organisation sends at most two files at a time, so that others get in; further files are refused for now', async () => {
    const shops = await Promise.all([1, 2, 3].map(() => openUploads(small, smallApp)))
    const [[greedy, own], [second, other], [third, last]] = (await Promise.all(
      shops.map(async (shop) => [shop, await shop.series()] as const),
    )) as [[UploadShop, number], [UploadShop, number], [UploadShop, number]]
    const send = (shop: UploadShop, seriesId: number) =>
      shop.send('file', seriesId, csv('who', 'E1'), codesFields)
    const sockets = [beginUpload(greedy, own), beginUpload(greedy, own)]
    await until('two arrive', async () => (await arriving()) === 2)
    const refused = await send(greedy, own)
    expectRefused(refused, 429, '2 uploads of this organisation are under way; try again later')
    expect(refused.headers['retry-after']).toBe('5')
    sockets.push(beginUpload(second, other), beginUpload(third, last))
    await until('four arrive', async () => (await arriving()) === 4)
    const fifth = await send(third, last)
    expectRefused(fifth, 503, 'Other uploads are under way; try again later')
    expect(fifth.headers['retry-after']).toBe('5')
    for (const socket of sockets) socket.destroy()
    await until('the connections are free', async () => (await arriving()) === 0)
    expect((await send(greedy, own)).status).toBe(200)
  })
})

test('a body that is not an upload is still limited to 1 MiB', async () => {
  const shop = await openUploads(context, app)
  const reply = await shop.post('/v2/coupon/issue', { x: 'x'.repeat(1024 * 1024) })
  expect(reply.status).toBe(413)
})
