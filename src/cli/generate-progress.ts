import { MultiBar } from 'cli-progress'
import type { CodeBatch } from '../bulk/codes/code-batch.ts'

/** Progress of a batch of codes, on stderr. */
export interface GenerateProgress {
  readonly made: (batch: CodeBatch) => void
  /** Prints a separate line above the bar. */
  readonly say: (line: string) => void
  readonly stop: () => void
}

const lineEveryMs = 5_000

/** A bar on a terminal, otherwise a line every few seconds. */
export function createGenerateProgress(batch: CodeBatch): GenerateProgress {
  return process.stderr.isTTY ? createBar(batch) : createLines()
}

function createBar({ asked, made }: CodeBatch): GenerateProgress {
  const bars = new MultiBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: '{bar} {percentage} %, {value} of {total} codes',
  })
  const bar = bars.create(asked, made)
  return {
    made: (batch) => bar.update(batch.made),
    say: (line) => bars.log(`${line}\n`),
    stop: () => bars.stop(),
  }
}

function createLines(): GenerateProgress {
  let saidAtMs = Date.now()
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`)
  }
  return {
    made({ made, asked }) {
      if (Date.now() - saidAtMs < lineEveryMs) return
      saidAtMs = Date.now()
      say(`${made} of ${asked} codes made`)
    },
    say,
    stop() {},
  }
}
