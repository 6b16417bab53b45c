import { expect, test } from 'vitest'
import { judgeArchive, judgeSpace } from './surroundings-rules.ts'
import { byUrgency, within } from './within.ts'

const gib = 1024 ** 3
const space = { free: 10 * gib, total: 20 * gib, freeFiles: 1e6, files: 2e6 }

test.each([
  ['ok', space, '10.0 of 20.0 GiB are free'],
  ['warning', { ...space, free: 1.9 * gib }, '1.9 of 20.0 GiB'],
  ['warning', { ...space, free: 40 * gib, total: 1000 * gib }, '40.0 of 1000.0 GiB'],
  ['fault', { ...space, free: 0.4 * gib }, '0.4 of 20.0 GiB'],
  ['fault', { ...space, freeFiles: 10 }, 'Only 10 more files'],
  ['ok', { ...space, freeFiles: 0, files: 0 }, '10.0 of 20.0 GiB'],
])('a disk is judged by its free bytes and files: %s for %j', (verdict, is, what) => {
  expect(judgeSpace('DATA_DIR', is)).toMatchObject([{ verdict, what: expect.stringContaining(what) }])
})

test('an archive that is larger than the free space of its disk causes a warning with the command', () => {
  expect(judgeArchive('/wal', 64, gib, 2 * gib)).toMatchObject([{ verdict: 'ok' }])
  expect(judgeArchive('/wal', 64, gib, gib / 2)).toMatchObject([
    { verdict: 'warning', advice: expect.stringContaining('wal-archive prune') },
  ])
})

test('a check that hangs is a fault with the time limit, and one that fails is a fault with the reason', async () => {
  const ok = { verdict: 'ok', what: 'sound', advice: '' } as const
  expect(await within('The check', 1_000, async () => [ok])).toEqual([ok])
  expect(await within('The check', 10, () => new Promise(() => {}))).toMatchObject([
    { verdict: 'fault', what: 'The check timed out after 0.01 s' },
  ])
  expect(await within('The check', 1_000, () => Promise.reject(new Error('no')))).toMatchObject([
    { verdict: 'fault', what: 'The check failed: no' },
  ])
})

test('faults come first, then warnings, and otherwise the order is preserved', () => {
  const finding = (verdict: 'ok' | 'warning' | 'fault', what: string) => ({ verdict, what, advice: '' })
  const sorted = byUrgency([
    finding('ok', 'a'),
    finding('warning', 'b'),
    finding('fault', 'c'),
    finding('ok', 'd'),
    finding('fault', 'e'),
  ])
  expect(sorted.map(({ what }) => what).join('')).toBe('cebad')
})
