import { SingleBar } from 'cli-progress'
import type { FileSummary } from '../bulk/rows/import-file.ts'

/** Progress of a file, on stderr. */
export interface FileProgress {
  readonly told: (readBytes: number, summary: FileSummary) => void
  readonly stop: () => void
}

const lineEveryMs = 5_000

/** A bar on a terminal, first for the bytes read, then for the rows; otherwise a line every few seconds. */
export function createFileProgress(name: string): FileProgress {
  return process.stderr.isTTY ? createBar(name) : createLines(name)
}

const done = ({ fresh, present, repeated, refused }: FileSummary): number =>
  fresh + present + repeated + refused

function createBar(name: string): FileProgress {
  const bar = new SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: `${name} {bar} {value} of {total} rows, {refused} refused, {megabytes} MB read`,
  })
  bar.start(1, 0, { refused: 0, megabytes: 0 })
  return {
    told(readBytes, summary) {
      bar.setTotal(Math.max(1, summary.rows))
      bar.update(done(summary), { refused: summary.refused, megabytes: Math.round(readBytes / 1e6) })
    },
    stop: () => bar.stop(),
  }
}

function createLines(name: string): FileProgress {
  let saidAtMs = Date.now()
  return {
    told(readBytes, summary) {
      if (Date.now() - saidAtMs < lineEveryMs) return
      saidAtMs = Date.now()
      const rows = `${done(summary)} of ${summary.rows} rows, ${summary.refused} refused`
      process.stderr.write(
        `${name}: ${summary.rows === 0 ? `${Math.round(readBytes / 1e6)} MB read` : rows}\n`,
      )
    },
    stop() {},
  }
}
