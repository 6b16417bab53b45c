/** Who did something; null: unknown, or nobody, as when a hold expires. */
interface Author {
  readonly authorKind: string | null
  readonly authorId: number | null
  readonly authorName: string | null
}

/** Something that happened, as the ledger tells it. */
export interface Happening extends Author {
  readonly what: string
  /** Epoch microseconds. */
  readonly atUs: number
  readonly key: string
  readonly couponId: number | null
  readonly code: string | null
  readonly seriesId: number | null
  readonly seriesDescription: string | null
  readonly redemptionId: number | null
  readonly tillId: number | null
  readonly tillCode: string | null
  readonly storeName: string | null
  readonly billNumber: string | null
  /** Thousandths; null: none or unknown. */
  readonly amount: number | null
  readonly reason: string | null
  readonly requestId: string | null
  /** By column. */
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  /** Of a note. */
  readonly text: string | null
}

/** An entry of the audit log about a coupon. */
export interface CouponEntry extends Author {
  readonly couponId: number
  readonly action: string
  readonly redemptionId: number | null
  readonly amount: number | null
  readonly requestId: string | null
  readonly reason: string | null
}

/** What the ledger and the audit log have in common about one happening. */
const matchOf = (
  what: string,
  {
    couponId,
    redemptionId,
    amount,
    requestId,
  }: Pick<CouponEntry, 'redemptionId' | 'amount' | 'requestId'> & { readonly couponId: number | null },
): string => {
  const own =
    what === 'coupon.expiry-changed'
      ? requestId
      : what === 'coupon.returned'
        ? `${redemptionId} ${amount}`
        : redemptionId
  return `${what} ${couponId} ${own}`
}

/**
 * Adds authors and reasons of the audit log to what the ledger tells: a person's redemption is one happening, not two.
 * Without an entry the author is the till.
 *
 * @param happenings latest first. @param entries oldest first.
 */
export function attribute(happenings: readonly Happening[], entries: readonly CouponEntry[]): Happening[] {
  const left = new Map<string, CouponEntry[]>()
  for (const entry of entries) {
    const key = matchOf(entry.action, entry)
    left.set(key, [...(left.get(key) ?? []), entry])
  }
  return happenings.map((one) => {
    const entry = left.get(matchOf(one.what, one))?.pop()
    if (entry !== undefined) {
      const { authorKind, authorId, authorName, reason } = entry
      return { ...one, authorKind, authorId, authorName, reason: reason ?? one.reason }
    }
    if (one.authorKind !== null || one.tillId === null) return one
    return { ...one, authorKind: 'till', authorId: one.tillId, authorName: one.tillCode }
  })
}
