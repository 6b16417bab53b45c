import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FairShare } from './fair-share.ts'

const statusOf = (work: () => unknown): number => {
  try {
    work()
    return 200
  } catch (error) {
    return (error as { httpStatus: number }).httpStatus
  }
}

test('an organisation that takes all possible places leaves places for a second and a third one', () => {
  const share = new FairShare(4, 'exports')
  const greedy = Array.from({ length: 10 }, () => statusOf(() => share.enter(1, 5)))
  expect(greedy).toEqual([200, 200, ...Array.from({ length: 8 }, () => 429)])
  expect([2, 2, 3, 4].map((orgId) => statusOf(() => share.enter(orgId, 5)))).toEqual([200, 503, 200, 503])
})

test('an organisation never has more than half of the places, and no place is lost, in any sequence', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.array(fc.integer({ min: -3, max: 3 })), (total, steps) => {
      const share = new FairShare(total, 'exports')
      const held = new Map<number, (() => void)[]>()
      for (const step of steps) {
        const orgId = Math.abs(step)
        const own = held.get(orgId) ?? []
        held.set(orgId, own)
        if (step < 0) own.pop()?.()
        else statusOf(() => own.push(share.enter(orgId, 1)))
        expect(own.length).toBeLessThanOrEqual(Math.max(1, Math.floor(total / 2)))
        expect([...held.values()].flat().length).toBeLessThanOrEqual(total)
      }
      for (const leave of [...held.values()].flat()) leave()
      expect(statusOf(() => share.enter(9, 1))).toBe(200)
    }),
  )
})
