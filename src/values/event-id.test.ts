import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventUuid, readEventId } from './event-id.ts'
import { maxId } from './ids.ts'

const id = fc.integer({ min: 1, max: maxId })

test('an event has one UUID of version 8, which leads back to it only in its own organisation', () => {
  fc.assert(
    fc.property(id, id, id, (orgId, eventId, otherId) => {
      const uuid = eventUuid(orgId, eventId)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(readEventId(orgId, uuid.toUpperCase())).toBe(eventId)
      expect(readEventId(otherId, uuid)).toBe(otherId === orgId ? eventId : undefined)
    }),
  )
})

test('rejects ids that are not events of the organisation', () => {
  expect(readEventId(1, '255')).toBe(255)
  for (const text of ['', '0', '-1', 'x', '99999999999999999', '78871533-bec4-457b-8dce-17bc38a5a2d1'])
    expect(readEventId(1, text)).toBeUndefined()
})
