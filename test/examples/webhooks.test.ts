import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { printed, startExample } from '../support/examples.ts'
import { basic } from '../support/harness.ts'
import {
  emptyFolder,
  freePort,
  ownDatabase,
  setUpProcesses,
  startServer,
  until,
} from '../support/process-harness.ts'
import { quickDelivery } from '../support/webhook-cases.ts'

setUpProcesses()

const authorization = basic('demo.till', 'demo')
const ready = /Receives on (\S+)/

test('the receiver takes what the server signs, works once on each message, and refuses what is forged or old', async () => {
  const dataDir = await ownDatabase()
  const server = await startServer(dataDir, { env: { ...quickDelivery, COUNTERFOIL_DEMO: '1' } })
  const call = async (path: string, body: object) =>
    (await (
      await fetch(server.url + path, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).json()) as Record<string, unknown>
  const port = String(await freePort())
  const { secret } = await call('/admin/v1/webhooks', {
    name: 'example',
    url: `http://127.0.0.1:${port}/hook`,
    eventNames: ['CouponRedeem', 'DiscountReturn'],
  })
  const env = {
    PORT: port,
    WEBHOOK_SECRET: `whsec_${Buffer.from('a secret that was rotated').toString('base64')},${String(secret)}`,
    INBOX: join(await emptyFolder(), 'inbox.ndjson'),
  }
  const receiver = await startExample('webhooks/receiver.js', dataDir, { env, ready })
  const redeemed = await call('/till/v1/redemptions', {
    codes: ['RXYEDPREM3BRTF7U'],
    customer: { mobile: '919400488244' },
    bill: { amount: '100.00', transactionNumber: 'bill-1' },
  })
  expect(redeemed).toMatchObject({ total: '12.00' })
  await printed(receiver, 'CouponRedeem 1_')
  expect(receiver.output().stdout).toMatch(/^CouponRedeem 1_\S+ 12\.00$/m)

  const webhook = new Webhook(String(secret))
  const send = async (url: string, eventId: string, at: Date, signature?: string): Promise<number> => {
    const body = JSON.stringify({ eventName: 'CouponRedeem', eventId, refId: `ref-${eventId}`, data: {} })
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'webhook-id': eventId,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signature ?? webhook.sign(eventId, at, body),
      },
      body,
    })
    return answer.status
  }
  const now = new Date()
  const other = new Webhook(`whsec_${Buffer.from('somebody else').toString('base64')}`)
  expect(await send(receiver.url, 'forged', now, other.sign('forged', now, '{}'))).toBe(401)
  expect(await send(receiver.url, 'old', new Date(now.getTime() - 600_000))).toBe(401)
  expect((await fetch(receiver.url)).status).toBe(405)
  const large = await fetch(receiver.url, { method: 'POST', body: 'x'.repeat(1_100_000) }).catch(
    () => undefined,
  )
  expect([413, undefined]).toContain(large?.status)
  expect(
    await Promise.all(['twice', 'twice', 'twice'].map((eventId) => send(receiver.url, eventId, now))),
  ).toEqual([204, 204, 204])
  // Until it is written down as done, a crash repeats it.
  await until('the message is done', async () =>
    (await readFile(env.INBOX, 'utf8')).includes('{"done":"twice"}'),
  )
  receiver.child.kill('SIGKILL')
  const first = await receiver.ended

  const again = await startExample('webhooks/receiver.js', dataDir, { env, ready })
  expect(await send(again.url, 'twice', new Date())).toBe(204)
  expect(await send(again.url, 'after', new Date())).toBe(204)
  await printed(again, 'ref-after')
  const lines = `${first.stdout}${again.output().stdout}`.split('\n')
  expect(lines.filter((line) => /ref-(forged|old)/.test(line))).toEqual([])
  expect(lines.filter((line) => line.includes('ref-twice')).length).toBe(1)
})
