import { expect, test } from 'vitest'
import { ownDatabase, runProgram, setUpProcesses, startServer, stop } from '../support/process-harness.ts'

setUpProcesses()

const password = 'correct horse battery'
const basic = `Basic ${Buffer.from(`till.001:${password}`).toString('base64')}`
const keys = { SECRET_KEYS: Buffer.alloc(32, 7).toString('base64') }

interface Wire {
  readonly [key: string]: Wire
}

async function call(url: string, method: string, path: string, body?: object): Promise<Wire> {
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: basic, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return (await answer.json()) as Wire
}

async function createBrand(folder: string): Promise<void> {
  for (const line of [
    'org create --name Brand --time-zone UTC --country IN',
    'store create --org Brand --code s1 --name One',
    `till create --org Brand --store s1 --code till.001 --access-group default --password`,
  ]) {
    const args = line.split(' ')
    const { code, stderr } = await runProgram(
      line.endsWith('--password') ? [...args, password] : args,
      folder,
      { env: keys },
    )
    expect([code, stderr]).toEqual([0, expect.any(String)])
  }
}

const series = {
  CouponSeriesV2: {
    description: 'Ten off',
    discountCode: 'TEN',
    validTillDate: '2099-12-31T00:00:00Z',
    anyUser: false,
    smsTemplate: '-',
    discountValue: 10,
    discountType: 'ABS',
    clientHandlingType: 'DISC_CODE',
    expiryStrategyType: 'SERIES_EXPIRY',
  },
}

test('the report of a till day between two servers names the one rule that differs, through the command line', async () => {
  const [theirs, ours] = [await ownDatabase(), await ownDatabase()]
  await createBrand(theirs)
  await createBrand(ours)
  const original = await startServer(theirs, { env: keys })
  const made = await call(original.url, 'POST', '/v2/coupon/series', series)
  expect(JSON.stringify(made)).toContain('Ten off')
  const seriesId = Number(made['id'])
  const codes: string[] = []
  for (const n of [1, 2]) {
    const mobile = `91981234500${n}`
    await call(original.url, 'POST', '/v2/customers?source=INSTORE', {
      profiles: [{ firstName: 'Asha', identifiers: [{ type: 'mobile', value: mobile }] }],
    })
    const issued = await call(original.url, 'POST', '/v2/coupon/issue', { seriesId, customer: { mobile } })
    codes.push(JSON.stringify(issued['code']).slice(1, -1))
  }
  const front = await startServer(ours, {
    env: { ...keys, UPSTREAM_URL: original.url, SHADOW: 'upstream', SHADOW_LEARN: '1' },
  })
  for (const n of [1, 2]) await call(front.url, 'GET', `/v2/customers/coupons?mobile=91981234500${n}`)
  // A second server on the same database, without shadow mode, changes a term.
  await new Promise((resolve) => void setTimeout(resolve, 2_000))
  const beside = await startServer(ours, { env: keys })
  const changed = await call(beside.url, 'PUT', `/v2/coupon/series/${seriesId}`, {
    CouponSeriesV2: { ...made, minBillAmount: 150 },
  })
  expect(JSON.stringify(changed)).toContain('150')
  await stop(beside)
  for (const [at, code] of codes.entries()) {
    const mobile = `91981234500${at + 1}`
    await call(front.url, 'GET', `/v2/coupon/is_redeemable?mobile=${mobile}&code=${code}`)
    await call(front.url, 'POST', '/v2/coupon/redeem', {
      redemptionRequestList: [{ code }],
      user: { mobile },
      billAmount: at === 0 ? 100 : 200,
      transactionNumber: `B-${at}`,
    })
  }
  const { code } = await stop(front)
  expect(code).toBe(0)
  await stop(original)
  const report = await runProgram(['shadow', 'report', '--org', 'Brand'], ours, { env: keys })
  expect(report.code).toBe(0)
  const lines = report.stdout.split('\n')
  expect(lines.filter((line) => /: theirs |another value/.test(line) && !line.includes(' at '))).toEqual([
    '  POST /v2/coupon/redeem: verdict: theirs accepted, ours 733 (Invalid transaction amount)',
  ])
  expect(lines).toContain('  POST /v2/coupon/redeem                1          1          0          0')
  for (const secret of [...codes, '9198123450', 'Asha', 'till.001'])
    expect(report.stdout).not.toContain(secret)
  const json = await runProgram(['shadow', 'report', '--json'], ours, { env: keys })
  expect(JSON.parse(json.stdout)).toMatchObject({
    organisations: [{ name: 'Brand', differences: [{ field: 'verdict', theirs: 'accepted', ours: '733' }] }],
  })
  expect((await runProgram(['shadow', 'clear'], ours, { env: keys })).code).toBe(0)
  const empty = await runProgram(['shadow', 'report'], ours, { env: keys })
  expect(empty.stdout).toBe('Nothing has been compared yet\n')
})

test('shadow mode without a service or a key is refused at the start, in one line', async () => {
  const folder = await ownDatabase()
  const alone = await runProgram(['serve'], folder, { env: { SHADOW: 'upstream' } })
  expect([alone.code, alone.stderr]).toEqual([
    1,
    'counterfoil: SHADOW=upstream compares with the service at UPSTREAM_URL, which is empty\n',
  ])
  const keyless = await runProgram(['serve'], folder, {
    env: { SHADOW: 'upstream', UPSTREAM_URL: 'http://127.0.0.1:1' },
  })
  expect(keyless.code).toBe(1)
  expect(keyless.stderr).toContain('set SECRET_KEYS')
})
