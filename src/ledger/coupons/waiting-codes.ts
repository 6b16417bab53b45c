import type { Caller } from '../../values/caller.ts'

/**
 * Whether the caller may see unassigned codes. Ids are not secret, and an unassigned code is worth as much as any
 * other: a caller who may not export the codes of a batch must not obtain them through ids either. Knowing a code
 * proves that its user already has it.
 *
 * @returns true if the caller may export the codes of a batch.
 */
export const seesWaiting = ({ access }: Pick<Caller, 'access'>): boolean => access.campaign === 'write'

/** A condition on coupons `c` that are requested by id. @param parameter true: the caller sees unassigned codes. */
export const isShownById = (parameter: string): string =>
  `(${parameter}::boolean or c.customer_id is not null or c.redeemed > 0)`
