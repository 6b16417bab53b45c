import type { Caller } from '../../values/caller.ts'

type Kind = Caller['kind']
type Holder = Pick<Caller, 'orgId' | 'kind' | 'holderId'>

/** When the credentials of a till, client or person were last used. */
export interface LastUse {
  readonly kind: Kind
  readonly holderId: number
  /** Epoch milliseconds. */
  readonly usedAtMs: number
}

/** Uses since the last write. In memory only: the row of a till must not be written with every request of it. */
export class LastUses {
  #uses = new Map<string, LastUse & { readonly orgId: number }>()

  note({ orgId, kind, holderId }: Holder, usedAtMs: number): void {
    this.#uses.set(`${kind} ${orgId} ${holderId}`, { orgId, kind, holderId, usedAtMs })
  }

  /** Returns the uses by organisation, in the order of the primary key, and forgets them. */
  take(): ReadonlyMap<number, LastUse[]> {
    const ordered = [...this.#uses.values()].sort(
      (a, b) => (a.kind === b.kind ? 0 : a.kind < b.kind ? -1 : 1) || a.holderId - b.holderId,
    )
    this.#uses = new Map()
    const taken = new Map<number, LastUse[]>()
    for (const { orgId, ...use } of ordered) {
      const ofOrganisation = taken.get(orgId)
      if (ofOrganisation === undefined) taken.set(orgId, [use])
      else ofOrganisation.push(use)
    }
    return taken
  }

  /** Restores uses that could not be written, unless there were later ones. */
  giveBack(orgId: number, uses: readonly LastUse[]): void {
    for (const use of uses) {
      const key = `${use.kind} ${orgId} ${use.holderId}`
      if (!this.#uses.has(key)) this.#uses.set(key, { orgId, ...use })
    }
  }
}
