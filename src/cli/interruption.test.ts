import { expect, test } from 'vitest'
import { Interrupted, interruptible } from './interruption.ts'

test('an interrupted command reports what remains at the moment of the signal', async () => {
  for (const hasBegun of [false, true]) {
    let remains = 'nothing was deleted'
    const ending = interruptible(
      () => remains,
      (signal) =>
        new Promise<never>((_resolve, reject) => {
          if (hasBegun) remains = 'part of it remains'
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    )
    process.emit('SIGHUP', 'SIGHUP')
    await expect(ending).rejects.toThrow(
      new Interrupted('SIGHUP', hasBegun ? 'part of it remains' : 'nothing was deleted'),
    )
  }
  expect(process.listenerCount('SIGHUP')).toBe(0)
})
