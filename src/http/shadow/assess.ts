import type { CountedDifference } from '../../operate/shadow/shown-rules.ts'
import { countedDifference } from '../../operate/shadow/shown-rules.ts'
import type { HashValue } from '../../operate/shadow/hash-values.ts'
import type { Outcome } from '../../operate/shadow/figures.ts'
import type { CallKind } from './calls-rules.ts'
import { compareAnswers } from './compare-rules.ts'
import { unknownCodesOf, verdictsOf, type Verdict } from './verdict-rules.ts'

/** A parsed answer. */
export interface ReadAnswer {
  readonly status: number
  readonly value: unknown
}

export interface Assessment {
  readonly outcome: Outcome
  /** Why the answers were not compared; empty if they were. */
  readonly reason: string
  readonly differences: readonly CountedDifference[]
}

export const unknownHere = 'the customer or the coupon is not in this ledger'

export const notCompared = (outcome: 'stale' | 'skipped', reason: string): Assessment => ({
  outcome,
  reason,
  differences: [],
})

/**
 * Compares the answers of both services to a request: the verdicts of a write; the verdicts of a check, and its fields
 * if they agree; the fields of a read.
 */
export function assess(kind: CallKind, theirs: ReadAnswer, ours: ReadAnswer, hash: HashValue): Assessment {
  const known = unknownCodesOf(theirs.status, theirs.value)
  if (unknownCodesOf(ours.status, ours.value).some((code) => !known.includes(code)))
    return notCompared('stale', unknownHere)
  const verdicts = kind === 'read' ? [] : differingVerdicts(theirs, ours, hash)
  const differences =
    kind === 'judged' || verdicts.length > 0 ? verdicts : differingFields(kind, theirs, ours, hash)
  return { outcome: differences.length === 0 ? 'equal' : 'different', reason: '', differences }
}

function differingVerdicts(theirs: ReadAnswer, ours: ReadAnswer, hash: HashValue): CountedDifference[] {
  const [theirVerdicts, ourVerdicts] = [theirs, ours].map(({ status, value }) =>
    verdictsOf(status, value),
  ) as [Verdict[], Verdict[]]
  const found: CountedDifference[] = []
  for (let at = 0; at < Math.max(theirVerdicts.length, ourVerdicts.length); at++) {
    const [one, other] = [theirVerdicts[at]?.verdict, ourVerdicts[at]?.verdict]
    const code = theirVerdicts[at]?.code || ourVerdicts[at]?.code || ''
    if (one !== other)
      found.push(countedDifference({ field: 'verdict', theirs: one, ours: other }, code, hash))
  }
  return found
}

function differingFields(
  kind: CallKind,
  theirs: ReadAnswer,
  ours: ReadAnswer,
  hash: HashValue,
): CountedDifference[] {
  if (theirs.status !== ours.status)
    return [countedDifference({ field: 'HTTP status', theirs: theirs.status, ours: ours.status }, '', hash)]
  const codes = kind === 'check' ? verdictsOf(theirs.status, theirs.value) : []
  const code = codes.length === 1 ? (codes[0]?.code ?? '') : ''
  return compareAnswers(theirs.value, ours.value).map((one) => countedDifference(one, code, hash))
}
