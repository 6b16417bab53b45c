import { describe, expect, test } from 'vitest'
import { describeFailure } from '../../src/operate/failure.ts'
import { whyRefused } from '../../src/platform/db/refused-by-database.ts'
import { csv, openImports } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { answerOf, importAnswers, savedCoupon, savedCustomer } from '../support/saved-answers.ts'
import { openUploads } from '../support/upload-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database

/** A statement for each kind of database error that a value in a row can cause. */
const kinds: [sqlState: string, statement: string][] = [
  ['22001', `perform 'abc'::varchar(2) || repeat('x', 9); raise string_data_right_truncation`],
  ['22003', `perform 1e9::int * 10000`],
  ['22007', `perform 'no day'::date`],
  ['22008', `perform '2026-02-30'::date`],
  ['22012', `perform 1 / 0`],
  ['22021', `perform convert_from('\\xff', 'UTF8')`],
  ['22P02', `perform 'x'::int`],
  ['23502', `insert into stores (org_id, code, name) values (new.org_id, null, 'secret')`],
  ['23503', `insert into stores (org_id, code, name) values (-1, 'secret', 'secret')`],
  [
    '23505',
    `insert into stores (org_id, code, name) select org_id, code, 'secret' from stores where org_id = new.org_id`,
  ],
  ['23514', `insert into stores (org_id, code, name) values (new.org_id, '', 'secret')`],
]

/** Makes the database refuse the coupon TROUBLE with this error while `work` runs. */
async function refusing<Result>(statement: string, work: () => Promise<Result>): Promise<Result> {
  await pool.query(`
    create function trouble() returns trigger language plpgsql as $t$ begin ${statement}; return new; end $t$;
    create trigger trouble before insert or update on coupons for each row when (new.code = 'TROUBLE') execute function trouble()`)
  try {
    return await work()
  } finally {
    await pool.query('drop trigger trouble on coupons; drop function trouble()')
  }
}

/** Words that only PostgreSQL uses. */
const itsWords =
  /violates|constraint "|invalid (input|byte)|out of range|relation|duplicate key|null value|too long for|division by zero|truncation|secret|DETAIL/i

describe.each(kinds)('a row that the database refuses with %s', (sqlState, statement) => {
  const ours = new RegExp(`^the ledger rejects it: .+SQLSTATE ${sqlState}\\)$`)

  test('is reported in our own words by an import, an upload and a recorded history, and does not affect neighbouring rows', async () => {
    const imports = await openImports(context)
    await imports.customer({ externalId: 'E1' })
    const seriesId = await imports.series({ is_multiple_per_customer_allowed: true })
    const uploads = await openUploads(context, app)
    await uploads.customer({ externalId: 'E1' })
    const uploadSeries = await uploads.series({ is_multiple_per_customer_allowed: true })
    const file = csv('externalId,code', 'E1,A', 'E1,TROUBLE', 'E1,C')
    const fields = { customerIdentifier: 'EXTERNAL_ID', customerIdentifierColumn: '0' }
    await uploads.send('file', uploadSeries, file, fields)
    await refusing(statement, async () => {
      const done = await imports.codes(seriesId, file)
      expect(done).toMatchObject({ fresh: 2, refused: 1 })
      expect(done.lines[0]?.reason).toMatch(ours)
      expect(done.lines[0]?.reason).not.toMatch(itsWords)

      await uploads.work()
      const { rows } = await pool.query<{ refusal_reason: string }>(
        'select refusal_reason from upload_rows where org_id = $1 and is_refused',
        [uploads.orgId],
      )
      expect(rows.map((row) => row.refusal_reason)).toEqual([expect.stringMatching(ours)])

      const history = await importAnswers(context, await openImports(context), [
        answerOf(savedCustomer(1, [savedCoupon(1), savedCoupon(2, { code: 'TROUBLE' })])),
      ])
      expect(history.summary).toMatchObject({ coupons: { new: 1, refused: 1 } })
      expect(history.refused[0]).toMatch(/: the ledger rejects it: /)
      expect(history.refused[0]).not.toMatch(itsWords)
    })
  })

  test('is reported in our own words by a command, and as a server failure by a call', async () => {
    const error: unknown = await refusing(statement, async () => {
      const imports = await openImports(context)
      const seriesId = await imports.series()
      return pool
        .query(
          `insert into coupons (org_id, series_id, created_at, valid_until, code) values ($1, $2, now(), now(), 'TROUBLE')`,
          [imports.orgId, seriesId],
        )
        .catch((failure: unknown) => failure)
    })
    expect(error).toMatchObject({ code: sqlState })
    expect(describeFailure(error)).toMatch(ours)
    expect(whyRefused(error)).not.toMatch(itsWords)
  })
})
