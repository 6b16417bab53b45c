import type { Happened } from '../../api/types.ts'
import { actionWords, actorNames, fieldWords, valueWords } from '../admin/audit-words.ts'

const words: Readonly<Record<string, string>> = {
  note: 'Note',
  'customer.registered': 'Registered',
  'customer.identifier.created': 'Number or address added',
  'customer.identifier.deleted': 'Number or address removed',
  'customer.merged': 'Another customer was merged into this one',
  'coupon.created': 'Created',
  'coupon.issued': 'Issued',
  'coupon.redeemed': 'Redeemed',
  'coupon.reversed': 'Redemption reversed',
  'coupon.returned': 'Discount returned',
  'coupon.revoked': 'Revoked',
  'coupon.expiry-changed': 'Last day changed',
  'coupon.held': 'Held by a checkout',
  'coupon.hold-released': 'Hold released',
  'coupon.hold-expired': 'Hold expired',
}

/** What happened, in words. */
export function happenedWords({ what, before, after }: Pick<Happened, 'what' | 'before' | 'after'>): string {
  if (what === 'customer.changed' && before && 'blockedAt' in before)
    return after?.['blockedAt'] ? 'Blocked' : 'Block lifted'
  return words[what] ?? actionWords({ action: what, before, after })
}

/** Who did it; undefined: nobody, or unknown. */
export const authorWords = ({ by }: Pick<Happened, 'by'>): string | undefined =>
  by === null
    ? undefined
    : by.kind === 'till'
      ? `till ${by.name ?? by.id}`
      : (by.name ?? actorNames[by.kind] ?? by.kind)

const uncounted: ReadonlySet<string> = new Set(['version', 'updatedAt', 'blockedAt', 'validUntil'])

/** The changes of a record: "name: old → new". */
export function changesOf({ what, before, after }: Pick<Happened, 'what' | 'before' | 'after'>): string[] {
  if (what.startsWith('coupon.') || before === null) return []
  const names = Object.keys(before).filter(
    (name) => !uncounted.has(name) && JSON.stringify(before[name]) !== JSON.stringify(after?.[name]),
  )
  return names.map(
    (name) => `${fieldWords(name)}: ${valueWords(before[name], name)} → ${valueWords(after?.[name], name)}`,
  )
}
