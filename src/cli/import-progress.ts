import { MultiBar, type SingleBar } from 'cli-progress'
import type { ImportSummary } from '../bulk/history/import-summary.ts'
import type { AnswerFile } from '../bulk/history/read-answers.ts'

/** Progress of an import, on stderr. */
export interface ImportProgress {
  /** Adds the number of bytes read. */
  readonly read: (bytes: number) => void
  readonly written: (summary: ImportSummary) => void
  /** Prints a separate line above the bar. */
  readonly say: (line: string) => void
  readonly stop: () => void
}

const lineEveryMs = 5_000

/** A bar on a terminal if the size is known, otherwise a line every few seconds. */
export function createImportProgress(files: readonly AnswerFile[]): ImportProgress {
  const sizes = files.map((file) => file.sizeBytes)
  const isKnown = !sizes.includes(undefined)
  const totalBytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
  return process.stderr.isTTY && isKnown
    ? createBar(totalBytes)
    : createLines(isKnown ? totalBytes : undefined)
}

function createBar(totalBytes: number): ImportProgress {
  const bars = new MultiBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: '{bar} {percentage} %, {coupons} coupons',
  })
  let isStopped = false
  const bar: SingleBar = bars.create(Math.max(1, totalBytes), 0, { coupons: 0 })
  return {
    read: (bytes) => bar.increment(bytes),
    written: ({ coupons }) => bar.update({ coupons: coupons.new + coupons.present }),
    say: (line) => bars.log(`${line}\n`),
    stop() {
      if (!isStopped) bars.stop()
      isStopped = true
    },
  }
}

function createLines(totalBytes: number | undefined): ImportProgress {
  let readBytes = 0
  let saidAtMs = Date.now()
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`)
  }
  return {
    read(bytes) {
      readBytes += bytes
    },
    written({ coupons }) {
      if (Date.now() - saidAtMs < lineEveryMs) return
      saidAtMs = Date.now()
      const share = totalBytes ? `, ${Math.floor((readBytes / totalBytes) * 100)} % read` : ''
      say(`${coupons.new} coupons came in, ${coupons.present} were there${share}`)
    },
    say,
    stop() {},
  }
}
