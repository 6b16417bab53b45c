/** Lists of products as people type them: one on each line, or separated by commas. */

export const productKinds = ['SKU', 'BRAND', 'CATEGORY'] as const
type ProductKind = (typeof productKinds)[number]
export type ProductTexts = Readonly<Record<ProductKind, string>>

interface ProductGroup {
  readonly productType: string
  readonly productIds?: number[]
  readonly productCodes?: string[]
}

export const kindNames: Readonly<Record<string, string>> = {
  SKU: 'SKUs',
  BRAND: 'Brands',
  CATEGORY: 'Categories',
  ATTRIBUTE: 'Attributes',
}

/** A list that the texts do not show: it names ids, or products of another kind. It is kept as it is. */
const isKept = ({ productType, productCodes = [] }: ProductGroup): boolean =>
  productCodes.length === 0 || !productKinds.some((kind) => kind === productType)

export function textsOf(groups: readonly ProductGroup[]): ProductTexts {
  const codes = (kind: ProductKind): string =>
    groups
      .filter((group) => !isKept(group) && group.productType === kind)
      .flatMap(({ productCodes = [] }) => productCodes)
      .join('\n')
  return { SKU: codes('SKU'), BRAND: codes('BRAND'), CATEGORY: codes('CATEGORY') }
}

/** @param before the lists that the texts were made of. */
export function groupsOf(texts: ProductTexts, before: readonly ProductGroup[]): ProductGroup[] {
  const typed = productKinds.flatMap((productType) => {
    const productCodes = [...new Set(texts[productType].split(/[\n,]/).map((one) => one.trim()))].filter(
      (one) => one !== '',
    )
    return productCodes.length === 0 ? [] : [{ productType, productCodes }]
  })
  return [...before.filter(isKept), ...typed]
}

/** "SKUs SH-1, SH-2", "Brands with 3 ids"; at most a few products are named. */
export function groupWords({ productType, productIds = [], productCodes = [] }: ProductGroup): string {
  const name = kindNames[productType] ?? productType
  if (productCodes.length === 0) return `${name} with ${productIds.length} ids`
  const shown = productCodes.slice(0, 5).join(', ')
  return `${name} ${shown}${productCodes.length > 5 ? ` and ${productCodes.length - 5} more` : ''}`
}
