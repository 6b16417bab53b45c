import type { Caller } from '../../values/caller.ts'

/** The caller that made a hold: a till, a client or a person. Each caller has its own references. */
export interface Holder {
  readonly kind: Caller['kind']
  readonly id: number
}

/** A caller's own name for a sale; it has at most one open hold. */
export interface Checkout {
  readonly holder: Holder
  readonly reference: string
}

export const holderOf = ({ kind, holderId }: Pick<Caller, 'kind' | 'holderId'>): Holder => ({
  kind,
  id: holderId,
})
