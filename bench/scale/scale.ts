import { statfs, writeFile } from 'node:fs/promises'
import { checkAnswers } from '../history/check-answers.ts'
import { folderOf, say } from '../folder.ts'
import type { Scale } from '../history/dataset.ts'
import { describeMachine } from '../machine.ts'
import type { BenchOptions } from '../options.ts'
import { seededIntegers } from '../random.ts'
import { closeSide, openSide, type Side } from './side.ts'
import { readSizes, timeCommands, wear } from './upkeep.ts'
import { worksOf } from './works.ts'

/** The large side has a hundred times as many coupons, of the same series. */
const common = { couponsPerCustomer: 10, series: 5_000, validDays: 800, redeemedOfThree: 2 }
const pairs: Readonly<Record<string, readonly [Scale, Scale]>> = {
  full: [
    { ...common, name: '300k', customers: 30_000, couponsOfLargest: 10_000 },
    { ...common, name: '30m', customers: 3_000_000, couponsOfLargest: 1_000_000 },
  ],
  small: [
    { ...common, name: '60k', customers: 6_000, couponsOfLargest: 2_000 },
    { ...common, name: '600k', customers: 60_000, couponsOfLargest: 20_000 },
  ],
}
const mark = 1.3
/** Bytes on disk per coupon of the large side with everything that belongs to it, indexes, log and a backup included. */
const neededPerCoupon = 2_200
const checked = 100

async function requireRoom({ customers, couponsPerCustomer, name }: Scale): Promise<void> {
  const neededGb = (customers * couponsPerCustomer * neededPerCoupon) / 1e9
  const { bavail, bsize } = await statfs(folderOf('..'))
  const freeGb = (bavail * bsize) / 1e9
  say(`${name} needs about ${neededGb.toFixed(1)} GB of disk; ${freeGb.toFixed(0)} GB are free`)
  if (freeGb < neededGb) throw new Error(`the disk of ${folderOf('scale')} has too little room`)
}

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

interface Figure {
  readonly name: string
  readonly smallMs: number
  readonly largeMs: number
  readonly ratio: number
}

/** Both sides in turns, round by round; the first round only warms up. */
async function compare(small: Side, large: Side, { runs, runS }: BenchOptions): Promise<Figure[]> {
  const rounds = runs + 1
  const pace = { warmUpMs: 500, timedMs: runS * 1_000 }
  const works = worksOf([small, large], pace, rounds)
  const taken = works.map(({ name }) => ({ name, small: [] as number[], large: [] as number[] }))
  for (let round = 0; round < rounds; round++) {
    say(round === 0 ? 'warming up' : `round ${round} of ${runs}`)
    for (const [at, { run }] of works.entries()) {
      for (const side of round % 2 === 0 ? [small, large] : [large, small]) {
        const ms = await run(side)
        if (round > 0) taken[at]?.[side.name].push(ms)
      }
    }
  }
  return taken.map((one) => {
    const [smallMs, largeMs] = [medianOf(one.small), medianOf(one.large)]
    return { name: one.name, smallMs, largeMs, ratio: largeMs / smallMs }
  })
}

async function faultsOf({ dataset, origin, headers, scale }: Side): Promise<readonly string[]> {
  const customer = seededIntegers(7, scale.customers)
  const ids = Array.from({ length: checked }, customer)
  return (await checkAnswers(dataset.database.pool, origin, headers, ids)).faults
}

/** Compares what calls take at 300,000 and at 30 million coupons, and measures the upkeep of the latter. */
export async function benchScale(options: BenchOptions): Promise<boolean> {
  const pair = pairs[options.scale]
  if (pair === undefined) throw new Error(`--scale is one of ${Object.keys(pairs).join(', ')}`)
  await requireRoom(pair[1])
  const small = await openSide('small', pair[0])
  const large = await openSide('large', pair[1])
  say('checking')
  const faults = [...(await faultsOf(small)), ...(await faultsOf(large))]
  const figures = await compare(small, large, options)
  await closeSide(small)
  const sizes = await readSizes(large)
  say('wearing the tables')
  const worn = await wear(large)
  const commands = await timeCommands(large)
  print(pair, figures)
  for (const { table, rows, bytes, bytesWithIndexes } of sizes)
    console.log(
      `${table.padEnd(44)} ${String(rows).padStart(10)} rows of ${bytes.toFixed(0)} bytes, ${bytesWithIndexes.toFixed(0)} with indexes`,
    )
  console.log(JSON.stringify({ worn, commands }, undefined, 2))
  console.log(faults.length === 0 ? 'every answer is right' : `WRONG: ${faults.join('; ')}`)
  if (options.jsonFile !== undefined) {
    const report = { machine: describeMachine(), pair, figures, sizes, worn, commands, faults }
    await writeFile(options.jsonFile, JSON.stringify(report, undefined, 2))
  }
  return faults.length === 0
}

function print([small, large]: readonly [Scale, Scale], figures: readonly Figure[]): void {
  console.log(
    `${'p50 in ms'.padEnd(44)} ${small.name.padStart(8)} ${large.name.padStart(8)}   ratio (mark ${mark})`,
  )
  for (const { name, smallMs, largeMs, ratio } of figures)
    console.log(
      `${name.padEnd(44)} ${smallMs.toFixed(2).padStart(8)} ${largeMs.toFixed(2).padStart(8)}   ${ratio.toFixed(2)}${ratio <= mark ? '' : ', missed'}`,
    )
}
