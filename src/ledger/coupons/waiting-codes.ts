import type { Caller } from '../../values/caller.ts'

/**
 * Ids are no secret, and codes that nobody has been given yet are worth as much as any: whoever may not take them out of
 * the system by the export of their batch does not come by them through ids. The code itself shows that somebody has it.
 *
 * @returns true for whoever may export the codes of a batch.
 */
export const seesWaiting = ({ access }: Pick<Caller, 'access'>): boolean => access.campaign === 'write'

/** A condition on coupons `c` that are named by id. @param parameter true: the caller sees waiting codes. */
export const isShownById = (parameter: string): string =>
  `(${parameter}::boolean or c.customer_id is not null or c.redeemed > 0)`
