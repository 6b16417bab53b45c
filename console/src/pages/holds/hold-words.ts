import type { Hold } from '../../api/types.ts'

const kinds: Readonly<Record<string, string>> = { till: 'Till', client: 'Client', user: 'By' }

/** Who made a hold, and where: "Till front-1, High Street". */
export function holderWords({ madeBy, store, till }: Pick<Hold, 'madeBy' | 'store' | 'till'>): string {
  const by = `${kinds[madeBy.kind] ?? madeBy.kind} ${madeBy.name ?? `No. ${madeBy.id}`}`
  const at = madeBy.kind !== 'till' && till !== null ? `till ${till.name}` : undefined
  return [by, at, store?.name].filter((one) => one !== undefined).join(', ')
}

export const holdStates: Readonly<Record<string, string>> = {
  live: 'Live',
  redeemed: 'Redeemed',
  released: 'Released',
  replaced: 'Replaced by a newer basket',
  expired: 'Expired',
}
