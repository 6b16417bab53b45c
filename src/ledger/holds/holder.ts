import type { Caller } from '../../values/caller.ts'

/** The caller that made a hold: a till, a client or a person. References are names of its own. */
export interface Holder {
  readonly kind: Caller['kind']
  readonly id: number
}

/** A caller's own name of what it sells; it may have one hold that has not ended. */
export interface Checkout {
  readonly holder: Holder
  readonly reference: string
}

export const holderOf = ({ kind, holderId }: Pick<Caller, 'kind' | 'holderId'>): Holder => ({
  kind,
  id: holderId,
})
