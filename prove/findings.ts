/** Something that must be true and was not. */
export interface Violation {
  readonly rule: string
  /** Enough to find it again in the database and in the logs. */
  readonly detail: string
  readonly where: string
}

const maxKeptPerRule = 5

/** What was done and what was found; everything that the end of a run prints. */
export class Findings {
  readonly tallies = new Map<string, number>()
  readonly violations: Violation[] = []
  checks = 0
  /** Where the run is: part, round and its terms. */
  where = ''
  #uncounted = 0

  count(what: string, by = 1): void {
    this.tallies.set(what, (this.tallies.get(what) ?? 0) + by)
  }

  tally(what: string): number {
    return this.tallies.get(what) ?? 0
  }

  get violationCount(): number {
    return this.violations.length + this.#uncounted
  }

  /** One check. `detail` is worked out only when it fails. */
  expect(isTrue: boolean, rule: string, detail: () => string): void {
    this.checks += 1
    if (!isTrue) this.violate(rule, detail())
  }

  violate(rule: string, detail: string): void {
    const kept = this.violations.filter((one) => one.rule === rule).length
    if (kept < maxKeptPerRule) this.violations.push({ rule, detail, where: this.where })
    else this.#uncounted += 1
  }
}
