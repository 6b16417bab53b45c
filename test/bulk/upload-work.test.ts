import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { eraseCustomer } from '../../src/operate/erase-customer.ts'
import { forgetOldUploads } from '../../src/bulk/uploads/forget-old-uploads.ts'
import { workOnUpload } from '../../src/bulk/uploads/work-on-upload.ts'
import { csv } from '../support/file-cases.ts'
import { createTestContext, createTestDatabase, createTestServer } from '../support/harness.ts'
import { base, openUploads, type UploadShop } from '../support/upload-cases.ts'

const database = await createTestDatabase(20)
const context = await createTestContext({ database })
const app = await createTestServer(context)
const { queries } = database

const byExternalId = { customerIdentifier: 'EXTERNAL_ID' }
const free = { is_multiple_per_customer_allowed: true }

async function seedPeople(orgId: number, count: number): Promise<void> {
  await sql`
    with people as (
      insert into customers (org_id, first_name, last_name) select ${orgId}, '', '' from generate_series(1, ${count})
      returning id
    )
    insert into customer_identifiers (org_id, type, value, customer_id, shown)
    select ${orgId}, 'externalId', 'E' || row_number() over (), id, '' from people`.execute(queries)
}

const peopleFile = (count: number, header = 'who'): string =>
  csv(header, ...Array.from({ length: count }, (_, n) => `E${n + 1}`))

const statusOf = async (shop: UploadShop, seriesId: number): Promise<Record<string, unknown>> =>
  (await shop.get(`${base}/getUploadStatus/${seriesId}`)).at('result.uploadJobStatuses.0') as Record<
    string,
    unknown
  >

describe('the work on an upload', () => {
  test('can be interrupted after any chunk and resumed: the counts continue, and nothing is issued twice', async () => {
    const shop = await openUploads(context, app)
    await seedPeople(shop.orgId, 2_500)
    const seriesId = await shop.series(free)
    await shop.send('file', seriesId, peopleFile(2_500), byExternalId)
    const told: unknown[] = []
    for (let turn = 0; turn < 4; turn++) {
      const { state } = (await workOnUpload(context, shop.orgId, seriesId, { shouldPause: () => true })) ?? {}
      const { uploadStatus, totalUploadedCount } = await statusOf(shop, seriesId)
      told.push([state, uploadStatus, totalUploadedCount])
    }
    expect(told).toEqual([
      ['running', 'RUNNING', 1_000],
      ['running', 'RUNNING', 2_000],
      ['running', 'RUNNING', 2_500],
      ['done', 'FINISHED', 2_500],
    ])
    expect(await workOnUpload(context, shop.orgId, seriesId)).toBeUndefined()
    expect(await shop.rows('count(*)::int as n', 'coupons where org_id = $1')).toEqual([{ n: 2_500 }])
    await shop.expectLedgerAdds()
  })

  test('updates the planner statistics of tables that were empty before', async () => {
    const fresh = await createTestDatabase(4)
    const own = await createTestContext({ database: fresh })
    const shop = await openUploads(own, await createTestServer(own))
    const known = async () =>
      (
        await fresh.pool.query<{ n: number }>(
          `select reltuples::int as n from pg_class where relname = 'coupons'`,
        )
      ).rows[0]?.n
    const seriesId = await shop.series({ client_handling_type: 'DISC_CODE_PIN' })
    const codes = Array.from({ length: 2_000 }, (_, n) => `C${n}`)
    await shop.send('file', seriesId, csv('code', ...codes), { customerIdentifier: 'NOT_TAGGED' })
    expect(await known()).toBeLessThanOrEqual(0)
    await workOnUpload({ ...context, database: fresh }, shop.orgId, seriesId)
    expect(await known()).toBeGreaterThan(500)
  })

  test('is done by one of several processes at a time, and each row once', async () => {
    const shop = await openUploads(context, app)
    await seedPeople(shop.orgId, 3_000)
    const seriesId = await shop.series(free)
    await shop.send('file', seriesId, peopleFile(3_000), byExternalId)
    let working = 0
    let most = 0
    const process = async (): Promise<void> => {
      for (;;) {
        let isMine = false
        const upload = await workOnUpload(context, shop.orgId, seriesId, {
          shouldPause: () => {
            if (!isMine) most = Math.max(most, ++working)
            isMine = true
            return true
          },
        })
        if (isMine) working -= 1
        if (upload?.state === 'done' || (await statusOf(shop, seriesId))['uploadStatus'] === 'FINISHED')
          return
      }
    }
    await Promise.all([process(), process(), process()])
    expect(most).toBe(1)
    const { totalUploadedCount, errorCount } = await statusOf(shop, seriesId)
    expect([totalUploadedCount, errorCount]).toEqual([3_000, 0])
    expect(
      await shop.rows(
        'count(*)::int as n, count(distinct customer_id)::int as people',
        'coupons where org_id = $1',
      ),
    ).toEqual([{ n: 3_000, people: 3_000 }])
    await shop.expectLedgerAdds()
  })

  test('refuses only the row that the database refuses, and imports its neighbours', async () => {
    const shop = await openUploads(context, app)
    await seedPeople(shop.orgId, 5)
    const seriesId = await shop.series(free)
    await shop.send('file', seriesId, csv('who,code', 'E1,A', 'E2,TROUBLE', 'E3,C'), byExternalId)
    await sql`alter table coupons add constraint coupons__trouble check (code <> 'TROUBLE')`.execute(queries)
    try {
      await shop.work()
    } finally {
      await sql`alter table coupons drop constraint coupons__trouble`.execute(queries)
    }
    const job = await statusOf(shop, seriesId)
    expect([job['totalUploadedCount'], job['errorCount']]).toEqual([2, 1])
    expect((await shop.results(job['errorFileUrl']))[1]?.join()).toContain(
      'TROUBLE,3,,"the ledger rejects it: a value breaks a rule of the ledger (coupons__trouble',
    )
    await shop.expectLedgerAdds()
  })

  test('ends as FAILED after repeated failures, with the remaining rows in the file of errors', async () => {
    const shop = await openUploads(context, app)
    await seedPeople(shop.orgId, 1_001)
    const seriesId = await shop.series(free)
    await shop.send('file', seriesId, peopleFile(1_001), byExternalId)
    await workOnUpload(context, shop.orgId, seriesId, { shouldPause: () => true })
    const broken = { ...database, queries: undefined as never }
    for (let n = 0; n < 20; n++) {
      expect((await statusOf(shop, seriesId))['uploadStatus']).toBe('RUNNING')
      await expect(workOnUpload({ ...context, database: broken }, shop.orgId, seriesId)).rejects.toThrow(
        'undefined',
      )
    }
    const job = await statusOf(shop, seriesId)
    expect([job['uploadStatus'], job['totalUploadedCount'], job['errorCount']]).toEqual(['FAILED', 1_000, 1])
    const errors = await shop.results(job['errorFileUrl'])
    expect(errors.slice(1)).toEqual([['E1001', '1002', '', 'the upload was abandoned before this row']])
    expect(await workOnUpload(context, shop.orgId, seriesId)).toBeUndefined()
  })
})

describe('the rows of an upload', () => {
  test('are safe to open in a spreadsheet, and are read back unchanged when they are sent again', async () => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series(free)
    const { errors } = await shop.run('file', seriesId, csv('=who,+code', '=1+1,@A', "'=x,-B"), {
      customerIdentifier: 'EXTERNAL_ID',
      couponCodeColumn: '1',
    })
    expect(errors.map((cells) => cells.slice(0, 2))).toEqual([
      ["'=who", "'+code"],
      ["'=1+1", "'@A"],
      ["'=x", "'-B"],
    ])
  })

  test('are retained for the configured time after the end, and then its files answer 410', async () => {
    const shop = await openUploads(context, app)
    await shop.customer({ externalId: 'E1' })
    const seriesId = await shop.series(free)
    const { job } = await shop.codes(seriesId, csv('who', 'E1', 'E2'), 'EXTERNAL_ID')
    const open = await shop.series(free)
    await shop.send('file', open, csv('who', 'E1'), byExternalId)
    const age = (days: number) =>
      sql`update uploads set ended_at = now() - make_interval(days => ${days}), created_at = now() - interval '30 days'
        where org_id = ${shop.orgId} and ended_at is not null`.execute(queries)
    await age(6)
    await forgetOldUploads(context)
    expect((await shop.get(String(job['errorFileUrl']))).status).toBe(200)
    await age(8)
    await forgetOldUploads(context)
    for (const name of ['errorFileUrl', 'successFileUrl'])
      expect((await shop.get(String(job[name]))).at('status')).toBe(410)
    expect(await statusOf(shop, seriesId)).toMatchObject({
      uploadStatus: 'FINISHED',
      errorFileUrl: null,
      successFileUrl: null,
      actualRowCount: 2,
      errorCount: 1,
    })
    // The other upload has not ended.
    expect(await shop.rows('count(*)::int as n', 'upload_rows where org_id = $1')).toEqual([{ n: 1 }])
    await shop.work()
  })
})

describe('an erased person', () => {
  const rowsLeft = async (shop: UploadShop): Promise<string[]> =>
    (await shop.rows('raw', 'upload_rows where org_id = $1 order by upload_id, line')).map(({ raw }) =>
      String(raw),
    )

  test('leaves no row of an upload that names them in any way, whatever its verdict; other rows stay', async () => {
    const shop = await openUploads(context, app)
    const customerId = await shop.customer({
      mobile: '9400488244',
      email: 'zoë.a@example.com',
      externalId: 'Z"1',
    })
    await shop.customer({ mobile: '9400488245', externalId: 'OTHER' })
    const seriesId = await shop.series(free)
    const { code } = await shop.coupon(seriesId, customerId)
    await shop.codes(
      seriesId,
      csv('who,code', '+91 94004-88244,A1', '9400488245,A2', '"09400488244",bad,'),
      'MOBILE',
    )
    await shop.codes(seriesId, csv('who', 'ZOË.A@example.com'), 'EMAIL')
    await shop.codes(seriesId, csv('who', '"Z""1"', 'OTHER'), 'EXTERNAL_ID')
    await shop.codes(seriesId, csv('who', String(customerId)), 'USER_ID')
    const map = { userId: 0, mobile: 1, couponCode: 2, redeemedDateInMillis: 3 }
    await shop.redemptions(
      seriesId,
      csv('u,m,c,t', `,9400488244,${code},1601835836973`, ',9400488244,NONE,1'),
      map,
    )
    // A row that was not processed yet counts as refused.
    const waiting = await shop.series(free)
    await shop.send('file', waiting, csv('who', '919400488244', '9400488245'), {
      customerIdentifier: 'MOBILE',
    })
    expect(await rowsLeft(shop)).toHaveLength(11)
    await eraseCustomer(queries, shop.orgId, customerId)
    expect(await rowsLeft(shop)).toEqual(['["9400488245","A2"]', '["OTHER"]', '["9400488245"]'])
    await shop.work()
    const { uploadStatus, totalUploadedCount, errorCount } = await statusOf(shop, waiting)
    expect([uploadStatus, totalUploadedCount, errorCount]).toEqual(['FINISHED', 1, 1])
    await shop.expectLedgerAdds()
  })

  test('leaves no trace in the header of a file that had no header', async () => {
    const shop = await openUploads(context, app)
    const customerId = await shop.customer({ externalId: 'ASHA' })
    const seriesId = await shop.series(free)
    await shop.codes(seriesId, csv('ASHA,code', 'RAVI,A2'), 'EXTERNAL_ID')
    await eraseCustomer(queries, shop.orgId, customerId)
    expect(await shop.rows('header, reading', 'uploads where org_id = $1')).toEqual([
      { header: [], reading: null },
    ])
  })

  test('leaves no row that names them by a former identifier', async () => {
    const shop = await openUploads(context, app)
    const customerId = await shop.customer({ externalId: 'OLD' })
    const seriesId = await shop.series(free)
    await shop.codes(seriesId, csv('who', 'OLD'), 'EXTERNAL_ID')
    await shop.change(customerId, {
      remove: [{ type: 'externalId', value: 'OLD' }],
      add: [{ type: 'externalId', value: 'NEW' }],
    })
    await eraseCustomer(queries, shop.orgId, customerId)
    expect(await rowsLeft(shop)).toEqual([])
  })

  test('leaves rows alone that only look alike: a number of another country, a longer id', async () => {
    const shop = await openUploads(context, app)
    const customerId = await shop.customer({ mobile: '9400488244', externalId: 'E1' })
    const seriesId = await shop.series(free)
    await shop.send('file', seriesId, csv('who', '+49 1514 0048824', '7400488244'), {
      customerIdentifier: 'MOBILE',
    })
    await shop.send('file', seriesId, csv('who', 'E11', 'e1'), byExternalId)
    await eraseCustomer(queries, shop.orgId, customerId)
    expect(await rowsLeft(shop)).toHaveLength(4)
    await shop.work()
  })

  test('leaves nothing behind while the upload is processed: the counts add up, and neither waits for ever', async () => {
    for (let round = 0; round < 6; round++) {
      const shop = await openUploads(context, app)
      await seedPeople(shop.orgId, 400)
      const [{ id }] = (await shop.rows(
        'customer_id as id',
        `customer_identifiers where org_id = $1 and value = 'E200'`,
      )) as [{ id: number }]
      const seriesId = await shop.series(free)
      await shop.send('file', seriesId, peopleFile(400, `who ${round}`), byExternalId)
      const erasing = new Promise((resolve) => setTimeout(resolve, round * 15)).then(() =>
        eraseCustomer(queries, shop.orgId, id),
      )
      await Promise.all([shop.work(), erasing])
      await shop.work()
      expect(await rowsLeft(shop)).not.toContain('["E200"]')
      const job = await statusOf(shop, seriesId)
      expect(job['uploadStatus']).toBe('FINISHED')
      expect(Number(job['totalUploadedCount']) + Number(job['errorCount'])).toBe(400)
      await shop.expectLedgerAdds()
    }
  })
})
