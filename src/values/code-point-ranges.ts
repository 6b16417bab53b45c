/** Ranges of code points, first and last of each, in ascending order. */
export type Range = readonly [from: number, to: number]

/** Encodes ranges as text: for each, the distance from the end of the previous one and its length, in base 36. */
export function encodeRanges(ranges: readonly Range[]): string {
  let end = 0
  return ranges
    .flatMap(([from, to]) => {
      const numbers = [from - end, to - from]
      end = to
      return numbers.map((one) => one.toString(36))
    })
    .join(' ')
}

/** The inverse of `encodeRanges`. */
export function decodeRanges(text: string): Range[] {
  const numbers = text.split(' ').map((one) => Number.parseInt(one, 36))
  const ranges: Range[] = []
  let end = 0
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    const from = end + (numbers[at] ?? 0)
    end = from + (numbers[at + 1] ?? 0)
    ranges.push([from, end])
  }
  return ranges
}

/** True if one of the ranges, which are in ascending order, contains the code point. */
export function isWithin(ranges: readonly Range[], point: number): boolean {
  let [low, high] = [0, ranges.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const [from, to] = ranges[middle] as Range
    if (point < from) high = middle - 1
    else if (point > to) low = middle + 1
    else return true
  }
  return false
}
