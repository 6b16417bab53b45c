/** A number as people type it, `50,000`, `1 00 000` or `99,50`, as the server reads it; undefined: it is not a number. */
export function typedNumber(text: string): string | undefined {
  const bare = text.replaceAll(/\s/g, '')
  const isGrouped = /^\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?$/.test(bare)
  const read = isGrouped ? bare.replaceAll(',', '') : bare.replace(/^(\d+),(\d{1,2})$/, '$1.$2')
  return /^\d{1,12}(\.\d{1,3})?$/.test(read) ? read : undefined
}

/** The same for an amount that is more than nothing. */
export function typedAmount(text: string): string | undefined {
  const read = typedNumber(text)
  return Number(read) > 0 ? read : undefined
}
