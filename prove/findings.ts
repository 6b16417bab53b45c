/** A violated rule. */
export interface Violation {
  readonly rule: string
  /** Enough to locate it in the database and the logs. */
  readonly detail: string
  readonly where: string
}

const maxKeptPerRule = 5

/** Actions and findings; everything that the end of a run prints. */
export class Findings {
  readonly tallies = new Map<string, number>()
  readonly violations: Violation[] = []
  checks = 0
  /** The current position of the run: part, round and its terms. */
  where = ''
  readonly #unkept = new Map<string, number>()
  readonly #onViolation: (violation: Violation) => void

  /** @param onViolation called at once for each violation that is kept. */
  constructor(onViolation: (violation: Violation) => void = () => {}) {
    this.#onViolation = onViolation
  }

  count(what: string, by = 1): void {
    this.tallies.set(what, (this.tallies.get(what) ?? 0) + by)
  }

  tally(what: string): number {
    return this.tallies.get(what) ?? 0
  }

  get violationCount(): number {
    return this.violations.length + [...this.#unkept.values()].reduce((sum, n) => sum + n, 0)
  }

  /** Number of violations per rule beyond those that are kept. */
  get unkept(): ReadonlyMap<string, number> {
    return this.#unkept
  }

  /** Checks one rule. `detail` is computed only if it is violated. */
  expect(isTrue: boolean, rule: string, detail: () => string): void {
    this.checks += 1
    if (!isTrue) this.violate(rule, detail())
  }

  violate(rule: string, detail: string): void {
    const kept = this.violations.filter((one) => one.rule === rule).length
    if (kept >= maxKeptPerRule) {
      this.#unkept.set(rule, (this.#unkept.get(rule) ?? 0) + 1)
      return
    }
    const violation = { rule, detail, where: this.where }
    this.violations.push(violation)
    this.#onViolation(violation)
  }
}
