import { availableParallelism } from 'node:os'
import type { Findings, Violation } from './findings.ts'

/** The actions and the verdict, for a reader who did not see the run. */
export function describeRun(findings: Findings, seed: number, processes: number, tookMs: number): string {
  const tally = (name: string): string => findings.tally(name).toLocaleString('en')
  const prefixed = (prefix: string): [string, number][] =>
    [...findings.tallies]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, n]) => [name.slice(prefix.length), n])
  const list = (entries: [string, number][]): string =>
    entries.map(([name, n]) => `${name} ${n}`).join(', ') || 'none'
  const kills = prefixed('killed: ')
  const lines: [string, string][] = [
    ['server processes', `${processes} on one database, ${availableParallelism()} cores`],
    ['rounds', tally('rounds')],
    ['requests sent', tally('requests')],
    ['acknowledged', tally('acknowledged')],
    ['returns', `${tally('returns')} requests that gave something back`],
    ['races', `${tally('races')} requests sent while another one was after the same thing`],
    ['duplicated', `${tally('duplicated')} requests sent to several servers at once`],
    ['hang-ups', tally('hang-ups')],
    ['retries', tally('retries')],
    ['replays', `${tally('replays')} answers given a second time`],
    ['kills', `${kills.reduce((sum, [, n]) => sum + n, 0)}: ${list(kills)}`],
    ['failures answered', list(prefixed('answers '))],
    ...(findings.tally('deliveries') > 0
      ? [
          ['webhooks', `${tally('events delivered')} events in ${tally('deliveries')} deliveries`] satisfies [
            string,
            string,
          ],
        ]
      : []),
    ['checks', findings.checks.toLocaleString('en')],
    ['seed', String(seed)],
    ['duration', `${(tookMs / 1_000).toFixed(0)} s`],
  ]
  return lines.map(([name, value]) => `  ${name.padEnd(18)}${value}`).join('\n')
}

export function describeViolation({ rule, detail, where }: Violation): string {
  return `  ${rule}\n      ${detail}\n      in ${where}`
}

export function describeViolations(findings: Findings): string {
  const shown = findings.violations.map((violation) => describeViolation(violation))
  for (const [rule, n] of findings.unkept) shown.push(`  ${rule}: ${n} more`)
  return shown.join('\n')
}
