import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Lane, type LaneLimits } from './lane.ts'

/** A lane whose batches wait until they are released. */
function heldLane(limits: Omit<LaneLimits, 'minBeside'> & { minBeside?: number }) {
  const batches: { items: number[]; makeRoom(): void; finish(): void; fail(error: Error): void }[] = []
  const lane = new Lane<number, number>(
    { minBeside: 1, ...limits },
    (items, makeRoom) =>
      new Promise((resolve, reject) => {
        const finish = () => resolve(items.map((item) => item * 10))
        batches.push({ items, makeRoom, finish, fail: reject })
      }),
  )
  return { lane, batches }
}

/** Two turns of the event loop: a batch that ends in the first starts the next batch in the second. */
const tick = async () => {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a lane', () => {
  test('sends items that arrive in one turn together, and items that arrive meanwhile in the next batch, in order', async () => {
    const { lane, batches } = heldLane({ maxBatch: 10, maxInFlight: 1, maxQueue: 100 })
    const answers = [1, 2].map((item) => lane.submit(item))
    await tick()
    expect(batches.map(({ items }) => items)).toEqual([[1, 2]])
    answers.push(...[3, 4, 5].map((item) => lane.submit(item)))
    await tick()
    expect(lane.depth).toBe(3)
    batches[0]?.finish()
    await tick()
    expect(batches.map(({ items }) => items)).toEqual([
      [1, 2],
      [3, 4, 5],
    ])
    batches[1]?.finish()
    expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50])
    expect(lane.depth).toBe(0)
  })

  test('never exceeds the limits on the items of a batch and on concurrent batches', async () => {
    const { lane, batches } = heldLane({ maxBatch: 2, maxInFlight: 2, maxQueue: 100 })
    const answers = Array.from({ length: 7 }, (_, item) => lane.submit(item))
    await tick()
    await tick()
    expect(batches.map(({ items }) => items)).toEqual([
      [0, 1],
      [2, 3],
    ])
    for (let at = 0; at < 4; at++) {
      batches[at]?.finish()
      await tick()
    }
    expect(await Promise.all(answers)).toEqual([0, 10, 20, 30, 40, 50, 60])
    expect(batches.map(({ items }) => items.length)).toEqual([2, 2, 2, 1])
  })

  test('starts a batch while another is in flight only if enough items wait for it', async () => {
    const { lane, batches } = heldLane({ maxBatch: 10, maxInFlight: 2, minBeside: 3, maxQueue: 100 })
    void lane.submit(1)
    await tick()
    void lane.submit(2)
    void lane.submit(3)
    await tick()
    expect(batches.map(({ items }) => items)).toEqual([[1]])
    void lane.submit(4)
    await tick()
    expect(batches.map(({ items }) => items)).toEqual([[1], [2, 3, 4]])
    void lane.submit(5)
    batches[0]?.finish()
    batches[1]?.finish()
    await tick()
    expect(batches.at(-1)?.items).toEqual([5])
  })

  test('starts the next batch at the moment at which one makes room, if enough items wait for it', async () => {
    const { lane, batches } = heldLane({ maxBatch: 10, maxInFlight: 1, minBeside: 2, maxQueue: 100 })
    const answers = [lane.submit(1)]
    await tick()
    answers.push(...[2, 3].map((item) => lane.submit(item)))
    await tick()
    expect(batches).toHaveLength(1)
    batches[0]?.makeRoom()
    expect(batches.map(({ items }) => items)).toEqual([[1], [2, 3]])
    // A second call has no effect: the slot is already released.
    batches[0]?.makeRoom()
    answers.push(...[4, 5, 6].map((item) => lane.submit(item)))
    batches[0]?.finish()
    await tick()
    expect(batches).toHaveLength(2)
    batches[1]?.makeRoom()
    expect(batches.at(-1)?.items).toEqual([4, 5, 6])
    answers.push(lane.submit(7))
    batches[2]?.makeRoom()
    await tick()
    expect(batches).toHaveLength(3)
    batches[1]?.finish()
    batches[2]?.finish()
    await tick()
    expect(batches.at(-1)?.items).toEqual([7])
    batches[3]?.finish()
    expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50, 60, 70])
  })

  test('refuses with 503 at once while its queue is full, and accepts items when there is room again', async () => {
    const { lane, batches } = heldLane({ maxBatch: 1, maxInFlight: 1, maxQueue: 2 })
    const accepted = [lane.submit(1)]
    await tick()
    accepted.push(lane.submit(2), lane.submit(3))
    const error: unknown = await lane.submit(4).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'Refusal', code: 503, httpStatus: 503, retryAfterS: 1 })
    batches[0]?.finish()
    await tick()
    accepted.push(lane.submit(5))
    for (let at = 1; at < 4; at++) {
      batches[at]?.finish()
      await tick()
    }
    expect(await Promise.all(accepted)).toEqual([10, 20, 30, 50])
  })

  test('fails only the items of a failing batch, and goes on', async () => {
    const { lane, batches } = heldLane({ maxBatch: 2, maxInFlight: 1, maxQueue: 100 })
    const answers = [lane.submit(1)]
    await tick()
    answers.push(...[2, 3, 4, 5].map((item) => lane.submit(item)))
    const settled = Promise.allSettled(answers)
    batches[0]?.finish()
    await tick()
    batches[1]?.fail(new Error('broken'))
    await tick()
    batches[2]?.finish()
    expect((await settled).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
  })

  test('goes on when its work throws before it has begun', async () => {
    let calls = 0
    const lane = new Lane<number, number>(
      { maxBatch: 1, maxInFlight: 1, minBeside: 1, maxQueue: 10 },
      (items) => {
        calls += 1
        if (calls === 1) throw new Error('at once')
        return Promise.resolve(items)
      },
    )
    await expect(lane.submit(1)).rejects.toThrow('at once')
    expect(await lane.submit(2)).toBe(2)
  })

  test('gives each item its own result and keeps its limits, whenever items arrive and batches fail', async () => {
    const anyWork = fc.record({
      arrivals: fc.array(fc.nat(3), { minLength: 1, maxLength: 60 }),
      limits: fc.record({
        maxBatch: fc.integer({ min: 1, max: 5 }),
        maxInFlight: fc.integer({ min: 1, max: 3 }),
        minBeside: fc.integer({ min: 1, max: 4 }),
        maxQueue: fc.integer({ min: 1, max: 20 }),
      }),
      failing: fc.nat(7),
      turns: fc.integer({ min: 1, max: 4 }),
      makesRoom: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(anyWork, async ({ arrivals, limits, failing, turns, makesRoom }) => {
        let running = 0
        const seen: number[] = []
        const lane = new Lane<number, string>(limits, async (items, makeRoom) => {
          running += 1
          seen.push(...items)
          expect(running).toBeLessThanOrEqual(limits.maxInFlight)
          expect(items.length).toBeLessThanOrEqual(limits.maxBatch)
          for (let turn = 0; turn < turns; turn++) await tick()
          running -= 1
          if (makesRoom) {
            makeRoom()
            for (let turn = 0; turn < turns; turn++) await tick()
          }
          if (items.some((item) => item % 8 === failing)) throw new Error('broken')
          return items.map((item) => `result ${item}`)
        })
        const answers: Promise<unknown>[] = []
        for (const [item, pause] of arrivals.entries()) {
          answers.push(lane.submit(item).catch((error: Error) => error.name))
          expect(lane.depth).toBeLessThanOrEqual(limits.maxQueue)
          for (let turn = 0; turn < pause; turn++) await tick()
        }
        const results = await Promise.all(answers)
        const done = results
          .map((result, item) => (result === 'Refusal' ? -1 : item))
          .filter((item) => item >= 0)
        expect(seen.toSorted((a, b) => a - b)).toEqual(done)
        expect(results).toEqual(
          results.map((result, item) =>
            result === 'Refusal' || result === 'Error' ? result : `result ${item}`,
          ),
        )
        expect(seen).toEqual(seen.toSorted((a, b) => a - b))
        expect(lane.depth).toBe(0)
      }),
      { numRuns: 50 },
    )
  })
})
