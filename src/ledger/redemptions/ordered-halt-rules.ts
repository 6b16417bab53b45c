import type { Facts } from './redemption-facts.ts'
import type { Rule, Seen } from './ordered-redemption-rules.ts'

const seen = ({ series: { halt } }: Facts): Readonly<Record<string, Seen>> =>
  halt === null ? {} : { haltedAtS: halt.atS, reason: halt.reason }

/**
 * The rules of halts. The contract has no halts, so its calls report a stop like the end of the series, and a pause
 * like a day on which the series does not work; `ownCode` is the refusal in our own calls. They are judged by the
 * current time, since a till could state a time before the halt.
 */
export const haltRules = [
  {
    name: 'seriesNotStopped',
    code: 712,
    ownCode: 9021,
    isBroken: ({ series: { halt } }: Facts) => halt?.as === 'stopped',
    applies: ({ series: { halt } }: Facts) => halt?.as === 'stopped',
    seen,
  },
  {
    name: 'seriesNotPaused',
    code: 739,
    ownCode: 9022,
    // The checkout that has reserved the coupon is paying now.
    isBroken: ({ series: { halt }, circumstances }: Facts) =>
      halt?.as === 'paused' && circumstances.isReserved !== true,
    applies: ({ series: { halt } }: Facts) => halt?.as === 'paused',
    seen,
  },
] as const satisfies readonly Rule[]
