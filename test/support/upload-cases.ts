import { randomUUID } from 'node:crypto'
import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { workOnOpenUploads } from '../../src/bulk/uploads/work-on-open-uploads.ts'
import { openCustomerShop } from './customer-cases.ts'
import { send, type Reply, type Sending, type ShopOptions } from './write-cases.ts'

/** A part of a multipart body, which is a file if it has a file name. */
export interface Part {
  readonly name: string
  readonly value: string | Buffer
  readonly fileName?: string
  readonly type?: string
}

export interface MultipartBody {
  readonly type: string
  readonly payload: Buffer
}

export function multipart(parts: readonly Part[], isClosed = true): MultipartBody {
  const boundary = `----${randomUUID()}`
  const pieces = parts.flatMap(({ name, value, fileName, type }) => [
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`,
    fileName === undefined ? '' : `; filename="${fileName}"`,
    type === undefined ? '' : `\r\ncontent-type: ${type}`,
    '\r\n\r\n',
    value,
    '\r\n',
  ])
  if (isClosed) pieces.push(`--${boundary}--\r\n`)
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    payload: Buffer.concat(pieces.map((piece) => Buffer.from(piece))),
  }
}

export const filePart = (value: string | Buffer, fileName = 'couponCode.csv'): Part => ({
  name: 'file',
  value,
  fileName,
  type: 'text/csv',
})
export const fieldParts = (fields: Readonly<Record<string, string>>): Part[] =>
  Object.entries(fields).map(([name, value]) => ({ name, value }))

export const base = '/coupon/api/v1/upload'
export type UploadShop = Awaited<ReturnType<typeof openUploads>>

/** An organisation whose till uploads files. */
export async function openUploads(context: Context, app: App, options: ShopOptions = {}) {
  const shop = await openCustomerShop(context, app, options)
  const post = (url: string, { type, payload }: MultipartBody, sending: Sending = {}): Promise<Reply> =>
    send(
      sending.app ?? app,
      'POST',
      url,
      { authorization: shop.authorization, 'content-type': type, ...sending.headers },
      payload,
    )
  const get = (path: string, sending?: Sending) => shop.call('GET', path, undefined, sending)
  const sendFile = (
    name: 'file' | 'redeemFile',
    seriesId: number,
    file: string | Buffer,
    fields: Readonly<Record<string, string>>,
    sending?: Sending,
  ) => post(`${base}/${name}/${seriesId}`, multipart([...fieldParts(fields), filePart(file)]), sending)
  const work = async (): Promise<void> => {
    while (await workOnOpenUploads(context)) {
      // Until nothing is left.
    }
  }
  const results = async (path: unknown): Promise<string[][]> => {
    if (typeof path !== 'string') return []
    const { status, text } = await get(path)
    if (status !== 200) throw new Error(text)
    return text
      .trim()
      .split('\n')
      .map((line) => line.split(','))
  }
  /** Sends a file, processes it, and returns the result: counts as `rows/in/refused`, and the rows of the files. */
  const run = async (
    name: 'file' | 'redeemFile',
    seriesId: number,
    file: string | Buffer,
    fields: Readonly<Record<string, string>>,
  ) => {
    const sent = await sendFile(name, seriesId, file, fields)
    if (sent.status !== 200) throw new Error(sent.text)
    await work()
    const [status, list] =
      name === 'file'
        ? ['getUploadStatus', 'uploadJobStatuses']
        : ['getUploadRedeemedCouponStatus', 'redeemUploadJobStatuses']
    const job = (await get(`${base}/${status}/${seriesId}`)).at(`result.${list}.0`) as Record<string, unknown>
    return {
      job,
      counts: `${String(job['actualRowCount'])}/${String(job['totalUploadedCount'])}/${String(job['errorCount'])}`,
      errors: await results(job['errorFileUrl']),
      successes: await results(job['successFileUrl']),
    }
  }
  const { pool } = context.database
  return {
    ...shop,
    postParts: post,
    get,
    send: sendFile,
    work,
    results,
    run,
    codes: (seriesId: number, file: string | Buffer, kind: string, column = 0) =>
      run('file', seriesId, file, { customerIdentifier: kind, customerIdentifierColumn: String(column) }),
    redemptions: (
      seriesId: number,
      file: string | Buffer,
      map: Readonly<Record<string, unknown>>,
      fields: Readonly<Record<string, string>> = {},
    ) =>
      run('redeemFile', seriesId, file, {
        customerIdentifier: 'MOBILE',
        couponIdentifier: 'COUPON_CODE',
        uploadHeaders: JSON.stringify(map),
        ...fields,
      }),
    /** Rows of a table of the organisation. */
    rows: async (columns: string, from: string): Promise<Record<string, unknown>[]> =>
      (await pool.query(`select ${columns} from ${from}`, [shop.orgId])).rows as Record<string, unknown>[],
  }
}
