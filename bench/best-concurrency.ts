import { say } from './folder.ts'

/** The numbers of connections at which a floor is tried. */
const tried = [2, 4, 8, 16, 32]

/** How long each is tried, and how long it warms up before. */
export const trial = { warmUpMs: 1_000, timedMs: 2_000 }

/**
 * Finds the number of connections at which a floor is fastest, so that nothing is compared with a floor at its worst.
 *
 * @param rateWith measures the rate per second with a number of connections for the time of a trial; undefined: it
 * cannot be measured here.
 */
export async function bestConcurrency(
  name: string,
  rateWith: (connections: number) => Promise<number | undefined>,
): Promise<number> {
  const rates: { connections: number; rate: number }[] = []
  for (const connections of tried) rates.push({ connections, rate: (await rateWith(connections)) ?? 0 })
  rates.sort((a, b) => b.rate - a.rate)
  const shown = rates.map(({ connections, rate }) => `${connections}: ${Math.round(rate)}/s`)
  say(`${name}, by connections: ${shown.join(', ')}`)
  return rates[0]?.connections ?? 1
}
