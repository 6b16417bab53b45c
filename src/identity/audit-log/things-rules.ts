import type { AuditEntry } from './list-audit.ts'

/** Kinds of things that have a name. */
const namedKinds = [
  'store',
  'till',
  'client',
  'user',
  'series',
  'zone',
  'concept',
  'access-group',
  'webhook',
  'coupon',
  'session',
  'code-batch',
  'upload',
] as const
export type NamedKind = (typeof namedKinds)[number]

/** The fields of entries that contain ids, and the kind of the things. */
const fieldKinds: Readonly<Record<string, NamedKind>> = {
  storeId: 'store',
  tillId: 'till',
  createdTillId: 'till',
  registeredTillId: 'till',
  updatedTillId: 'till',
  userId: 'user',
  seriesId: 'series',
  zoneId: 'zone',
  conceptId: 'concept',
  accessGroupId: 'access-group',
  couponId: 'coupon',
  redemptionStoreIds: 'store',
  redemptionTillIds: 'till',
  redemptionZoneIds: 'zone',
  redemptionConceptIds: 'concept',
  mutuallyExclusiveSeriesIds: 'series',
}

/** `store:5` */
export const thingKey = (kind: string, id: number): string => `${kind}:${id}`

const isNamed = (kind: string): kind is NamedKind => (namedKinds as readonly string[]).includes(kind)

/** The ids of all things that entries are about or mention, by kind. */
export function thingsIn(
  entries: readonly Pick<AuditEntry, 'subject' | 'before' | 'after'>[],
): ReadonlyMap<NamedKind, ReadonlySet<number>> {
  const found = new Map<NamedKind, Set<number>>()
  const add = (kind: NamedKind, value: unknown): void => {
    for (const id of [value].flat())
      if (typeof id === 'number') found.set(kind, (found.get(kind) ?? new Set()).add(id))
  }
  for (const { subject, before, after } of entries) {
    if (isNamed(subject.kind)) add(subject.kind, subject.id)
    for (const [name, value] of [...Object.entries(before ?? {}), ...Object.entries(after ?? {})]) {
      const kind = fieldKinds[name]
      if (kind !== undefined) add(kind, value)
    }
  }
  return found
}
