/** Ids stay below this limit, so that new ids can follow any imported one and remain exact in JSON. */
export const maxId = 2 ** 52

/** Number of random lower bits in the id of a newly created coupon; see migration 0018. */
export const randomIdBits = 20
/** Imported coupons keep their ids. Above this limit there is room for two thousand million new ones. */
export const maxImportedCouponId = 2 ** 51

/** True for an integer that can be an id. */
export function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= maxId
}

/** Parses an id from digits; undefined: the text is not an id. */
export function parseId(text: string): number | undefined {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : undefined
  return isId(id) ? id : undefined
}
