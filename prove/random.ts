/** Random choices that a seed repeats (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new Error('nothing to pick from')
    return items[Math.floor(this.next() * items.length)] as Item
  }

  /** Mostly one of a few, the oldest or the newest: many clients compete for the same item. */
  pickHot<Item>(items: readonly Item[]): Item {
    if (this.chance(0.35)) return this.pick(items.slice(0, 4))
    return this.chance(0.5) ? this.pick(items.slice(-4)) : this.pick(items)
  }

  /** Several different items. */
  pickSome<Item>(items: readonly Item[], count: number): Item[] {
    const left = [...items]
    const picked: Item[] = []
    while (picked.length < count && left.length > 0)
      picked.push(...left.splice(this.int(0, left.length - 1), 1))
    return picked
  }

  weighted<Name extends string>(weights: Readonly<Partial<Record<Name, number>>>): Name {
    const entries = Object.entries(weights) as [Name, number][]
    let at = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [name, weight] of entries) {
      at -= weight
      if (at < 0) return name
    }
    return entries[0]?.[0] as Name
  }
}
