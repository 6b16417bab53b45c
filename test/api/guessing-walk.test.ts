import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { workOnOpenUploads } from '../../src/bulk/uploads/work-on-open-uploads.ts'
import { anyMobile } from '../support/customer-cases.ts'
import { guesses, harmless, type Budget, type GuessWorld } from '../support/guess-cases.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { send } from '../support/write-cases.ts'

/** A till has three failed look-ups of each kind free, and the buckets hardly drain while a test lasts. */
const free = 3
const context = await createTestContext({
  env: {
    ABUSE_LIMITS: '1',
    FAILED_LOOKUPS_TILL: '9',
    FAILED_CUSTOMER_LOOKUPS_TILL: '9',
    FAILED_LOOKUPS_ADDRESS: '0',
    FAILED_LOOKUPS_SERIES: '0',
    RATE_LIMIT_WRITES: '0',
    RATE_LIMIT_READS: '0',
    RATE_LIMIT_BULK: '0',
    RATE_LIMIT_ADMIN: '0',
  },
})
const { queries, pool } = context.database
const app = await createTestServer(context)
const tries = 10

const world = (async (): Promise<Omit<GuessWorld, 'as'>> => {
  const office = await openOffice(context, app)
  const holder = await office.customer()
  const [seriesId, poolSeriesId] = [
    await office.series({ is_any_user: false }),
    await office.series({ client_handling_type: 'DISC_CODE_PIN' }),
  ]
  const taken: string[] = []
  const takenMobiles: string[] = []
  for (let n = 0; n < tries; n++) {
    taken.push((await office.coupon(seriesId, holder)).code)
    takenMobiles.push(anyMobile())
    await office.registered({ mobile: takenMobiles[n] ?? '' })
  }
  return { ...office, seriesId, poolSeriesId, customerId: await office.customer(), taken, takenMobiles }
})()

/** A till with all permissions and without failures. */
async function freshTill({ orgId, storeCode }: { orgId: number; storeCode: string }) {
  const code = `till-${randomUUID()}`
  const till = { orgId, storeCode, code, password, isReadOnly: false, accessGroup: 'administrator' }
  await createTill(queries, till)
  return basic(code, password)
}

interface Operation {
  operationId?: string
  parameters?: { name: string; in: string }[]
  requestBody?: { content: Record<string, { schema?: unknown }> }
}

const document = app.swagger() as unknown as {
  paths: Record<string, Record<string, Operation>>
}

/** Names of the fields of a body, including those of nested objects. */
function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = 'properties' in schema ? Object.keys(schema.properties as object) : []
  return [...own, ...Object.values(schema).flatMap(namesIn)]
}

const telling = /code|coupon|customer|mobile|e-?mail|external|identifier|redemptionid|refid|^user|^q$|^file$/i
/** Parameters that select the format of the answer or the series, and so look nothing up. */
const silent = /codeCase|code_case|^couponSeriesId$/i

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.values(item).map((operation) => {
    const parameters = (operation.parameters ?? []).filter((one) => one.in !== 'header')
    const names = [
      ...parameters.map(({ name }) => name),
      ...Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema }) => namesIn(schema)),
    ]
    // An id in a path or query is an id of the subject of the path.
    const isAboutId = /customer|coupon/i.test(path) && names.some((name) => /^ids?$/.test(name))
    const isTelling = isAboutId || names.some((name) => telling.test(name) && !silent.test(name))
    return { id: operation.operationId ?? path, isTelling }
  }),
)

test('every operation that takes a code, a coupon id or a customer is tried below', () => {
  const found = operations.filter(({ isTelling }) => isTelling).map(({ id }) => id)
  const known = [...Object.keys(guesses), ...Object.keys(harmless)]
  expect(found.filter((id) => !known.includes(id))).toEqual([])
  // Every entry of the table names an existing operation.
  expect(known.filter((id) => !found.includes(id))).toEqual([])
})

const cases = Object.entries(guesses).flatMap(([operation, budgets]) =>
  (Object.entries(budgets) as [Budget, NonNullable<(typeof budgets)[Budget]>][]).flatMap(([budget, by]) =>
    Object.entries(by).map(([name, guess]) => ({ operation, budget, name, guess })),
  ),
)

/** Whether the row of the last file was looked up; a row that was not has the reason. */
async function wasLookedAt(orgId: number): Promise<boolean> {
  while (await workOnOpenUploads(context));
  const { rows } = await pool.query<{ refusal_code: number | null }>(
    'select refusal_code from upload_rows where org_id = $1 order by upload_id desc limit 1',
    [orgId],
  )
  return rows[0]?.refusal_code !== 429
}

describe('a caller gets only the free number of failed look-ups', () => {
  test.each(cases)('in $operation, of $budget by $name', async ({ operation, guess }) => {
    const given = await world
    const authorization = await freshTill(given)
    const as: GuessWorld['as'] = (method, url, body, headers = {}) =>
      send(app, method, url, { authorization, ...headers }, body)
    let looked = 0
    for (let n = 0; n < tries; n++) {
      const reply = await guess({ ...given, as }, n)
      expect(reply.status, reply.text).toBeLessThan(500)
      const isFile = operation.startsWith('upload')
      if (isFile && reply.status !== 200) throw new Error(reply.text)
      if (isFile ? await wasLookedAt(given.orgId) : reply.status !== 429) looked += 1
    }
    // A few more become free within the seconds of the test.
    expect(looked).toBeGreaterThanOrEqual(free)
    expect(looked).toBeLessThanOrEqual(free + 3)
  })
})
