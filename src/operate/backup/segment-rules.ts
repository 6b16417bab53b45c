/** Size of a WAL segment in bytes: PostgreSQL's default, which the embedded one keeps. */
export const segmentBytes = 16 * 1024 ** 2

/** A segment, by its name in an archive: eight digits each of timeline, file and segment. */
export const isSegment = (name: string): boolean => /^[0-9A-F]{24}$/.test(name)

const segmentsAFile = 2n ** 32n / BigInt(segmentBytes)

/** Position of a segment in the log, counted from its beginning, regardless of the timeline. */
export function segmentNumber(name: string): bigint {
  return BigInt(`0x${name.slice(8, 16)}`) * segmentsAFile + BigInt(`0x${name.slice(16, 24)}`)
}

/** The part of a segment's name after the timeline. */
export function nameOfNumber(number: bigint): string {
  const digits = (value: bigint): string => value.toString(16).toUpperCase().padStart(8, '0')
  return digits(number / segmentsAFile) + digits(number % segmentsAFile)
}

/** The segment with the last byte before a position. @param lsn as PostgreSQL prints it, `0/3000028`. */
export function segmentOf(lsn: string): bigint {
  const [high = '0', low = '0'] = lsn.split('/')
  return (BigInt(`0x${high}`) * 2n ** 32n + BigInt(`0x${low}`) - 1n) / BigInt(segmentBytes)
}

/** A segment of the archive with its size in bytes. */
export interface ArchivedSegment {
  readonly name: string
  readonly bytes: number
}

/**
 * Finds faults in an archive for the replay of a backup: a missing segment between others, or an incomplete one.
 * PostgreSQL would take either for the end of the log.
 *
 * @param first name of the segment in which the backup began.
 * @param last number of the segment in which the backup ended; the backup has its own copies up to it.
 */
export function findGaps(segments: readonly ArchivedSegment[], first: string, last: bigint): string[] {
  const timeline = first.slice(0, 8)
  const needed = segments
    .filter(({ name }) => isSegment(name) && name.slice(0, 8) >= timeline && segmentNumber(name) > last)
    .toSorted((one, other) => (segmentNumber(one.name) < segmentNumber(other.name) ? -1 : 1))
  const faults: string[] = []
  let before = last
  for (const { name, bytes } of needed) {
    const number = segmentNumber(name)
    for (let missing = before + 1n; missing < number && faults.length < 20; missing++)
      faults.push(`${timeline}${nameOfNumber(missing)} is missing`)
    if (bytes !== segmentBytes) faults.push(`${name} is ${bytes} bytes long instead of ${segmentBytes}`)
    before = number
  }
  return faults
}
