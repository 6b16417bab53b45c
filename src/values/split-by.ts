/** Splits a list into consecutive parts of the given sizes. */
export function splitBy<Item>(items: readonly Item[], sizes: readonly number[]): Item[][] {
  let next = 0
  return sizes.map((size) => {
    next += size
    return items.slice(next - size, next)
  })
}
