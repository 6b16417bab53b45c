import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { startEmbedded } from '../../src/platform/embedded-postgres/embedded.ts'
import { openFolder, query, restoreHere, succeed } from '../support/backup-cases.ts'
import {
  emptyFolder,
  kill,
  madeFolder,
  postmasterPid,
  runProgram,
  setUpProcesses,
  startServer,
  stop,
  until,
} from '../support/process-harness.ts'

setUpProcesses()
vi.setConfig({ testTimeout: 300_000 })

const log = pino({ level: 'silent' })

/** The complete contents of the ledger, as one text. */
async function ledgerOf(dataDir: string): Promise<string> {
  const [row] = await query<{ ledger: string }>(
    dataDir,
    `select jsonb_build_object(
      'coupons', (select jsonb_agg(to_jsonb(c) order by id) from coupons c where org_id = 1),
      'redemptions', (select jsonb_agg(to_jsonb(r) order by id) from redemptions r where org_id = 1),
      'events', (select jsonb_agg(to_jsonb(e) order by id) from events e where org_id = 1),
      'usage', (select jsonb_agg(to_jsonb(u) order by series_id) from series_usage u where org_id = 1))::text as ledger`,
  )
  return row?.ledger ?? ''
}

const authorization = `Basic ${Buffer.from('demo.till:demo').toString('base64')}`

async function call(url: string, path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const json = (await answer.json()) as Record<string, unknown>
  expect({ path, status: answer.status, json }).toMatchObject({ status: 200 })
  return json
}

/** Issues and redeems coupons continuously until it is paused. */
async function openTills(url: string) {
  const { id: seriesId } = await call(url, '/v2/coupon/series', {
    CouponSeriesV2: {
      description: 'Ten off',
      discountCode: 'TEN',
      discountType: 'ABS',
      discountValue: 10,
      validTillDate: '2099-12-31',
      anyUser: true,
      clientHandlingType: 'DISC_CODE',
      expiryStrategyType: 'SERIES_EXPIRY',
      isMultipleVouchersPerUserAllowed: true,
      smsTemplate: '-',
    },
  })
  const customer = { mobile: '919400488244' }
  const shop = { isOpen: false }
  let at: Promise<unknown> = Promise.resolve()
  const one = async (): Promise<void> => {
    const { code } = await call(url, '/v2/coupon/issue', { seriesId, customer })
    const redemption = {
      redemptionRequestList: [{ code }],
      user: customer,
      billAmount: 5,
      transactionNumber: 'b',
    }
    await call(url, '/v2/coupon/redeem', redemption)
  }
  return {
    begin() {
      shop.isOpen = true
      at = Promise.all(
        Array.from({ length: 3 }, async () => {
          while (shop.isOpen) await one()
        }),
      )
    },
    async rest() {
      shop.isOpen = false
      await at
    },
  }
}

/** Reads the database of a restored folder, on which PostgreSQL is started. */
async function ledgerIn(dataDir: string): Promise<string> {
  const postgres = await startEmbedded(dataDir, log)
  const ledger = await ledgerOf(dataDir)
  expect(await succeed(['audit'], dataDir)).not.toContain('FAULT')
  await postgres.release()
  return ledger
}

test('a backup under load and the archived log restore the ledger of any later instant', async () => {
  const [dataDir, backups] = [await madeFolder(), await emptyFolder()]
  // The parent folder does not exist yet either.
  const archive = join(await openFolder(), 'brand', 'wal')
  const backup = join(backups, 'monday')
  expect(await succeed(['wal-archive', '--to', archive], dataDir)).toBe(`${archive}\n`)
  const server = await startServer(dataDir, { env: { COUNTERFOIL_DEMO: '1' } })
  const tills = await openTills(server.url)
  tills.begin()
  await sleep(500)
  await succeed(['backup', '--to', backup], dataDir)
  await sleep(500)
  await tills.rest()
  const [moment] = await query<{ at: string }>(dataDir, `select to_json(clock_timestamp())#>>'{}' as at`)
  const ledgerThen = await ledgerOf(dataDir)
  tills.begin()
  await sleep(500)
  await tills.rest()
  const ledgerAtTheEnd = await ledgerOf(dataDir)
  expect(ledgerAtTheEnd.length).toBeGreaterThan(ledgerThen.length)
  const [{ segment } = { segment: '' }] = await query<{ segment: string }>(
    dataDir,
    'select pg_walfile_name(pg_switch_wal()) as segment',
  )
  await until('the log is archived', async () => (await readdir(archive)).includes(segment))
  kill(postmasterPid(dataDir))
  await stop(server, 'SIGKILL')

  const [then, latest, alone] = [await emptyFolder(), await emptyFolder(), await emptyFolder()]
  await succeed(['restore', '--from', backup, '--wal', archive, '--until', moment?.at ?? ''], then)
  expect(await ledgerIn(then)).toBe(ledgerThen)
  // A server starts on the restored database, too.
  const restored = await startServer(then)
  expect(await ledgerOf(then)).toBe(ledgerThen)
  await stop(restored)
  expect(await restoreHere(backup, latest, { archive })).toBe('')
  expect(await ledgerIn(latest)).toBe(ledgerAtTheEnd)
  expect(await restoreHere(backup, alone)).toBe('')
  expect((await ledgerIn(alone)).length).toBeLessThan(ledgerThen.length)
})

test('a failed restore is reported and leaves nothing behind', async () => {
  const [dataDir, archive, backups, target] = [
    await madeFolder(),
    await openFolder(),
    await emptyFolder(),
    await emptyFolder(),
  ]
  await succeed(['wal-archive', '--to', archive], dataDir)
  // The commands find the running server.
  const postgres = await startEmbedded(dataDir, log)
  const backup = join(backups, 'monday')
  await succeed(['backup', '--to', backup], dataDir)
  const refused = async (args: readonly string[], into: string): Promise<string> => {
    const { code, stderr } = await runProgram(args, into)
    expect(code).toBe(1)
    return stderr
  }
  expect(await refused(['backup', '--to', backup], dataDir)).toContain('exists already')
  expect(await refused(['restore', '--from', backups], target)).toContain('holds no backup')
  expect(await restoreHere(backup, dataDir)).toContain('contains a database already')
  expect(await restoreHere(backup, target, { archive, until: '2020-01-01T00:00:00Z' })).toContain(
    'use an earlier one',
  )
  expect(await restoreHere(backup, target, { archive, until: '2099-01-01T00:00:00Z' })).toContain(
    'does not reach 2099-01-01T00:00:00Z',
  )
  expect(await readdir(target)).not.toContain('postgres')
  expect(await refused(['wal-archive', '--to', target], dataDir)).toMatch(/something else|cannot reach/)
  // A path that a setting of PostgreSQL cannot contain.
  await refused(['wal-archive', '--to', join(archive, "new's", 'wal')], dataDir)
  expect(await readdir(archive)).not.toContain("new's")
  expect(await succeed(['wal-archive', '--off'], dataDir)).toBe('No archive\n')
  await postgres.release()
})
