import { describe, expect, test } from 'vitest'
import { clients, play, type Client } from '../support/client-replay.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

const connector = new Map(clients).get('commerce-connector') as Client

/** A clock as `YYYY-MM-DD HH:MM:SS`. */
const clockOf = (at: Date): string => at.toISOString().slice(0, 19).replace('T', ' ')

describe('published client programs work unchanged', () => {
  test.each(['Asia/Kolkata', 'UTC', 'America/New_York', 'Pacific/Honolulu'])(
    'the commerce connector of a web shop, with an organisation in %s',
    async (timeZone) => {
      const shop = await openShop(context, app, { timeZone })
      const email = 'mara@example.com'
      const customerId = await shop.customer({ email })
      const { code } = await shop.coupon(await shop.series({ is_multiple_use_allowed: false }), customerId)
      await play(app, connector, {
        clientKey: shop.clientKey,
        clientSecret: shop.clientSecret,
        email,
        code,
        utcClock: clockOf(new Date()),
      })
      const [coupon] = await shop.history(customerId)
      expect(coupon).toMatchObject({ redemptions: [], reversedRedemptions: [{ id: expect.any(Number) }] })
      await shop.expectLedgerAdds()
    },
  )
})
