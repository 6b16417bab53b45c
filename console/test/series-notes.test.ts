import { expect, test } from 'vitest'
import { newFields, type SeriesFields } from '../src/pages/series/series-fields.ts'
import { notesOf } from '../src/pages/series/series-notes.ts'

const today = '2026-05-04'
const notes = (changed: Partial<SeriesFields>): string[] =>
  notesOf({ ...newFields, validTillDate: '2026-05-31', ...changed }, today)

test('a sensible series has no notes', () => {
  expect(notesOf(newFields, today)).toEqual([])
  expect(notes({ discountValue: '50', minBillAmount: '50', maxCreate: '10', maxRedeem: '10' })).toEqual([])
  expect(notes({ validTillDate: today })).toEqual([])
  expect(
    notes({ redemptionValidAfterDays: '27', expiryStrategyType: 'DAYS', expiryStrategyValue: '27' }),
  ).toEqual([])
})

test.each<[Partial<SeriesFields>, string]>([
  [{ validTillDate: '2026-05-03' }, 'The last day has passed'],
  [{ redemptionValidAfterDays: '28' }, 'only after the last day'],
  [
    { redemptionValidAfterDays: '3', expiryStrategyType: 'DAYS', expiryStrategyValue: '2' },
    'ends before it begins',
  ],
  [{ maxCreate: '1000', maxRedeem: '999' }, 'At most 999 of 1,000'],
  [{ maxRedeem: '5', maxRedemptionsInSeriesPerUser: '6' }, 'more often than all'],
  [{ discountType: 'PERC', discountValue: '0' }, 'nothing'],
  [{ discountType: 'PERC', discountValue: '100' }, 'pays the whole bill'],
  [{ discountValue: '100', minBillAmount: '99' }, 'larger than the smallest bill'],
])('%j gets one', (changed, words) => {
  expect(notes(changed)).toEqual([expect.stringContaining(words)])
})
