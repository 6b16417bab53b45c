/** Latencies of requests: their number, median and 99th percentile. */
export class Latencies {
  readonly #valuesMs: number[] = []

  add(ms: number): void {
    this.#valuesMs.push(ms)
  }

  summary(): { requests: number; p50Ms: number; p99Ms: number } {
    const sorted = this.#valuesMs.sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
    return { requests: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) }
  }
}
