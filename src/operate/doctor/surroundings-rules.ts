import type { Finding } from './facts.ts'

const gib = 1024 ** 3
/** If fewer files than this can be created, PostgreSQL is about to stop as it does without space. */
const leastFiles = 1_000

/** Of a file system: bytes, and the number of files that can still be created; `files` is 0 without a limit. */
export interface Space {
  readonly free: number
  readonly total: number
  readonly freeFiles: number
  readonly files: number
}

/** @param place as in "are free under DATA_DIR". Pure. */
export function judgeSpace(place: string, { free, total, freeFiles, files }: Space): Finding[] {
  const what = `${(free / gib).toFixed(1)} of ${(total / gib).toFixed(1)} GiB are free under ${place}`
  const advice = `Make room, or move ${place} to another disk: a full disk stops every write.`
  if (files > 0 && freeFiles < leastFiles)
    return [{ verdict: 'fault', what: `Only ${freeFiles} more files can be created under ${place}`, advice }]
  if (free < gib / 2) return [{ verdict: 'fault', what, advice }]
  const isScarce = free < 2 * gib || free < total / 20
  return [{ verdict: isScarce ? 'warning' : 'ok', what, advice: isScarce ? advice : '' }]
}

/** @param bytes total size of the archive's files. Pure. */
export function judgeArchive(archive: string, segments: number, bytes: number, free: number): Finding[] {
  const what = `The archive ${archive} holds ${segments} segments of the write-ahead log, ${(bytes / gib).toFixed(1)} GiB`
  return bytes > free
    ? [
        {
          verdict: 'warning',
          what: `${what}, more than is free on its disk`,
          advice: 'npx counterfoil wal-archive prune deletes the segments that no backup needs.',
        },
      ]
    : [{ verdict: 'ok', what, advice: '' }]
}
