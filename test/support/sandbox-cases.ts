import { expect } from 'vitest'
import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { openCustomerShop } from './customer-cases.ts'
import { fieldParts, filePart, multipart } from './upload-cases.ts'
import type { Method, Body, Reply, Sending, Shop, ShopOptions } from './write-cases.ts'

/** A sandbox with its administrator, who sets the clock. */
export async function openSandbox(context: Context, app: App, options: ShopOptions = {}) {
  const shop = await openCustomerShop(context, app, { isSandbox: true, ...options })
  const administrator = await shop.signInAs('administrator')
  const admin = (method: Method, path: string, body?: Body, { app: at }: Sending = {}): Promise<Reply> =>
    shop.call(method, `/admin/v1/${path}`, body, { ...administrator, ...(at && { app: at }) })
  const change = async (method: Method, path: string, body: Body): Promise<Reply> => {
    const reply = await admin(method, `sandbox/${path}`, body)
    expect(reply).toMatchObject({ status: 200 })
    return reply
  }
  return {
    ...shop,
    admin,
    setClock: (at: string | null) => change('PUT', 'clock', { at }),
    reset: (body: object = {}) => change('POST', 'reset', body),
    /** The answer to redeeming the code. */
    redeemedAs: async (code: string, customerId: number, sending?: Sending) =>
      (await shop.redeem(code, customerId, {}, sending)).at('redemptionStatus.code'),
  }
}

/** A file with one code for a series of uploaded codes. */
export async function uploadCode({ call }: Pick<Shop, 'call'>, seriesId: number): Promise<void> {
  const parts = [...fieldParts({ customerIdentifier: 'NOT_TAGGED' }), filePart('code\nUPLOADED1\n')]
  const { type, payload } = multipart(parts)
  const headers = { 'content-type': type }
  const reply = await call('POST', `/coupon/api/v1/upload/file/${seriesId}`, payload, { headers })
  expect(reply).toMatchObject({ status: 200 })
}

/** The number of rows of an organisation in each table that has rows of organisations. */
export async function countRows(context: Context, orgId: number): Promise<Record<string, number>> {
  const { pool } = context.database
  const { rows: tables } = await pool.query<{ name: string }>(
    `select c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
     where a.attname = 'org_id' and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`,
  )
  const counts: Record<string, number> = {}
  for (const { name } of tables) {
    const { rows } = await pool.query<{ n: number }>(
      `select count(*)::int as n from ${name} where org_id = $1`,
      [orgId],
    )
    counts[name] = rows[0]?.n ?? 0
  }
  return counts
}
