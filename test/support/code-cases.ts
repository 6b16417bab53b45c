import { expect } from 'vitest'
import type { App } from '../../src/http/app.ts'
import { workOnOpenBatches } from '../../src/bulk/codes/work-on-open-batches.ts'
import type { Context } from '../../src/ledger/context.ts'
import type { SeedSeries } from './seed.ts'
import { openShop, type Sending } from './write-cases.ts'

/** A brand with the calls that generate codes for its series. */
export async function openCodeShop(context: Context, app: App) {
  const shop = await openShop(context, app)
  const { pool } = context.database
  const order = (seriesId: number, count: number, extra: object = {}, sending?: Sending) =>
    shop.post(`/admin/v1/series/${seriesId}/codes`, { count, ...extra }, sending)
  const batch = (id: unknown) => shop.call('GET', `/admin/v1/code-batches/${String(id)}`)
  const work = async () => {
    while (await workOnOpenBatches(context));
  }
  return {
    ...shop,
    order,
    batch,
    work,
    /** A series that assigns pre-generated codes to customers. */
    poolSeries: (terms: SeedSeries = {}) => shop.series({ client_handling_type: 'DISC_CODE_PIN', ...terms }),
    /** Orders and generates a batch, and returns its id. */
    made: async (seriesId: number, count: number, extra: object = {}): Promise<number> => {
      const ordered = await order(seriesId, count, extra)
      expect(ordered).toMatchObject({ status: 202 })
      await work()
      return ordered.at('id') as number
    },
    change: (id: unknown, how: 'cancel' | 'void') =>
      shop.call('POST', `/admin/v1/code-batches/${String(id)}/${how}`),
    exported: async (id: unknown) => {
      const reply = await shop.call('GET', `/admin/v1/code-batches/${String(id)}/codes.csv`)
      return { ...reply, codes: reply.text.split('\r\n').slice(1, -1) }
    },
    codesOf: async (batchId: unknown): Promise<string[]> => {
      const { rows } = await pool.query<{ code: string }>(
        'select code from coupons where org_id = $1 and batch_id = $2 order by id',
        [shop.orgId, batchId],
      )
      return rows.map(({ code }) => code)
    },
    setForm: (seriesId: number, form: object) => shop.put(`/admin/v1/series/${seriesId}/code-form`, form),
  }
}
