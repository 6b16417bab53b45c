import { count } from '../../parts/format.ts'
import type { SeriesFields } from './series-fields.ts'

const dayMs = 86_400_000
const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text))

/**
 * Combinations that the server accepts but that are probably unintended, in the wording of the form.
 *
 * @param today YYYY-MM-DD in the organisation's time zone.
 */
export function notesOf(fields: SeriesFields, today: string): string[] {
  const notes: string[] = []
  const rests = numberOf(fields.redemptionValidAfterDays) ?? 0
  const last = fields.validTillDate
  if (last !== '' && last < today) notes.push('The last day has passed: nothing of the series works.')
  else if (last !== '' && Date.parse(today) + rests * dayMs > Date.parse(last))
    notes.push('A coupon that is issued today begins to work only after the last day.')
  const days = numberOf(fields.expiryStrategyValue)
  if (fields.expiryStrategyType === 'DAYS' && days !== null && rests > days)
    notes.push('A coupon ends before it begins to work.')
  const [given, redeemed] = [numberOf(fields.maxCreate), numberOf(fields.maxRedeem)]
  if (given !== null && redeemed !== null && redeemed < given)
    notes.push(`At most ${count(redeemed)} of ${count(given)} coupons can be redeemed.`)
  const [each, all] = [numberOf(fields.maxRedemptionsInSeriesPerUser), redeemed]
  if (each !== null && all !== null && each > all)
    notes.push('A customer may redeem more often than all of them together.')
  const [worth, bill] = [numberOf(fields.discountValue), numberOf(fields.minBillAmount)]
  if (worth === 0) notes.push('The discount is nothing.')
  if (fields.discountType === 'PERC' && worth === 100 && numberOf(fields.discountUpto) === null)
    notes.push('The coupon pays the whole bill, whatever it comes to.')
  if (fields.discountType === 'ABS' && worth !== null && bill !== null && bill < worth)
    notes.push('The discount is larger than the smallest bill.')
  return notes
}
