import type { BilledRedemption } from '../../api/types.ts'

/** The redemptions of one bill: the same number, day, store and till. */
export interface Sale {
  readonly key: string
  readonly day: string
  readonly storeName: string | null
  readonly tillCode: string | null
  /** Latest first. */
  readonly redemptions: readonly BilledRedemption[]
  /** Those that a reversal still gives back. */
  readonly open: readonly BilledRedemption[]
}

/** Groups the redemptions that bear a bill number by the sale they belong to, latest first. */
export function salesOf(redemptions: readonly BilledRedemption[]): Sale[] {
  const sales = new Map<string, BilledRedemption[]>()
  for (const one of redemptions) {
    const key = `${one.day} ${one.storeId} ${one.tillId}`
    sales.set(key, [...(sales.get(key) ?? []), one])
  }
  return [...sales].flatMap(([key, all]) => {
    const [first] = all
    if (first === undefined) return []
    const { day, storeName, tillCode } = first
    const open = all.filter(({ isReversed, isRevoked }) => !isReversed && !isRevoked)
    return [{ key, day, storeName, tillCode, redemptions: all, open }]
  })
}
