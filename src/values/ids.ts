/** Ids stay below this, so that new ones can go on above any that is brought in and still be exact in JSON. */
export const maxId = 2 ** 52

/** The lower bits of the id of a coupon that is made here are random; see migration 0018. */
export const randomIdBits = 20
/** Coupons that are brought in keep their ids. Above these there is room for two thousand million new ones. */
export const maxImportedCouponId = 2 ** 51

/** True for a whole number that can be an id of ours. */
export function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= maxId
}

/** The id that a text of digits stands for; undefined: the text is not an id. */
export function parseId(text: string): number | undefined {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : undefined
  return isId(id) ? id : undefined
}
