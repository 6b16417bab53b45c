import type { RememberedSeries } from './series-terms.ts'

const maxSeries = 50_000
/** A series may name twelve thousand products, which take some hundred bytes each. */
const maxProducts = 1_000_000

const productsOf = ({ products, excludedProducts }: RememberedSeries): number =>
  [...(products ?? []), ...(excludedProducts ?? [])].reduce(
    (sum, { productIds, productCodes }) => sum + (productIds ?? productCodes ?? []).length,
    0,
  )

interface Remembered {
  readonly series: RememberedSeries
  readonly products: number
}

/** The terms that a process caches, by organisation and series. An entry is valid only for its version. */
export class SeriesMemory {
  readonly #remembered = new Map<string, Remembered>()
  #products = 0

  find(orgId: number, id: number, version: number): RememberedSeries | undefined {
    const known = this.#remembered.get(`${orgId} ${id}`)?.series
    return known?.version === version ? known : undefined
  }

  keep(orgId: number, series: RememberedSeries): void {
    const key = `${orgId} ${series.id}`
    const products = productsOf(series)
    this.#products -= this.#remembered.get(key)?.products ?? 0
    this.#remembered.delete(key)
    if (this.#remembered.size >= maxSeries || this.#products + products > maxProducts) {
      this.#remembered.clear()
      this.#products = 0
    }
    this.#remembered.set(key, { series, products })
    this.#products += products
  }
}
