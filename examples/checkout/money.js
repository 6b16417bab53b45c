// Money is whole paise (hundredths) inside, and decimal text outside. Never a floating-point number.

/** @param {string} text such as "12.00" or "12.5" */
export function toPaise(text) {
  const [, whole, hundredths = ''] = /^(\d{1,12})(?:\.(\d{1,2})0*)?$/.exec(text) ?? []
  if (whole === undefined) throw new Error(`${text} is no amount with at most two decimals`)
  return Number(whole) * 100 + Number(hundredths.padEnd(2, '0'))
}

/** @param {number} paise */
export const toText = (paise) => `${Math.trunc(paise / 100)}.${String(paise % 100).padStart(2, '0')}`
