/**
 * Writes the tables for comparing coupon codes, `src/values/code-folding.gen.ts`, by the Unicode version of the Node
 * that runs it. With `--sql` it prints the SQL function for the same tables, for a migration.
 *
 * A unique index depends on the tables, so a change of them is a change of the schema: do not regenerate them just
 * because of a newer Unicode version. docs/decisions/0008-code-keys.md gives the reasons.
 */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { encodeRanges, type Range } from '../src/values/code-point-ranges.ts'
import { codeKeySql } from './code-key-sql.ts'

const points = Array.from({ length: 0x110000 }, (_, at) => at).filter((one) => one < 0xd800 || one > 0xdfff)

/**
 * Capitals of small letters of capitals: the result of Unicode's mappings in whatever order a till, a spreadsheet or a
 * printer applies them. It is the full case folding, in capitals, and also maps the dotless i to an i.
 */
function folded(text: string): string {
  const once = text.toUpperCase().toLowerCase().toUpperCase()
  return once === text ? once : folded(once)
}

/**
 * Visible formatting characters: the property Prepended_Concatenation_Mark, which regular expressions do not support.
 */
const seen = /[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]/u

/** Invisible: ignorable, formatting and control characters, and the Braille pattern without a dot. */
const isInvisible = (character: string): boolean =>
  /[\p{Default_Ignorable_Code_Point}\p{Cf}\u0080-\u009F\u2800]/u.test(character) && !seen.test(character)

/** Occupies space and draws nothing, like U+0020. */
const isBlank = (character: string): boolean => /\p{Z}/u.test(character) && character !== ' '

/**
 * Characters that normalisation changes and that were added after Unicode 14, the version of PostgreSQL 15: later
 * versions normalise them and it does not. From DerivedAge.txt and UnicodeData.txt of Unicode 17.
 */
const late: readonly Range[] = [
  [0x897, 0x897],
  [0x1acf, 0x1add],
  [0x1ae0, 0x1aeb],
  [0x105c9, 0x105c9],
  [0x105d2, 0x105d2],
  [0x105da, 0x105da],
  [0x105e4, 0x105e4],
  [0x10d69, 0x10d6d],
  [0x10efa, 0x10eff],
  [0x11382, 0x11391],
  [0x113b8, 0x113d0],
  [0x11f41, 0x11f42],
  [0x1611e, 0x16129],
  [0x1612f, 0x1612f],
  [0x16d63, 0x16d6a],
  [0x1e08f, 0x1e08f],
  [0x1e4ec, 0x1e4ef],
  [0x1e5ee, 0x1e5ef],
  [0x1e6e3, 0x1e6f5],
]

const isUnsettled = (character: string, point: number): boolean =>
  /\p{Cn}/u.test(character) || late.some(([from, to]) => from <= point && point <= to)

function rangesOf(test: (character: string, point: number) => boolean): Range[] {
  const ranges: [number, number][] = []
  for (const point of points) {
    if (!test(String.fromCodePoint(point), point)) continue
    const last = ranges.at(-1)
    if (last && last[1] === point - 1) last[1] = point
    else ranges.push([point, point])
  }
  return ranges
}

const codesOf = (text: string): number[] => Array.from(text, (one) => one.codePointAt(0) ?? 0)

/** Characters beyond ASCII that are compared as something else, among the texts that normalisation leaves unchanged. */
const changed = points
  .filter((point) => point > 0x7f)
  .map((point) => String.fromCodePoint(point))
  .filter((one) => one.normalize('NFC') === one && !isInvisible(one))
  .flatMap((from) => {
    const to = codesOf(folded(from).normalize('NFC'))
    const point = from.codePointAt(0) ?? 0
    return to.length === 1 && to[0] === point ? [] : [{ from: point, to }]
  })

/** Runs of `count` letters, `step` apart, each `distance` from the letter that it is compared as. */
function runs(): number[][] {
  const found: [from: number, count: number, step: number, distance: number][] = []
  for (const { from, to } of changed) {
    const [one, ...others] = to
    if (one === undefined || others.length > 0) continue
    const last = found.at(-1)
    const isNext = last !== undefined && last[3] === one - from
    if (isNext && last[1] === 1 && from - last[0] <= 2) last[2] = from - last[0]
    if (isNext && from === last[0] + last[1] * last[2]) last[1] += 1
    else found.push([from, 1, 1, one - from])
  }
  return found
}

const tables = {
  invisible: rangesOf(isInvisible),
  blanks: rangesOf(isBlank),
  unsettled: rangesOf(isUnsettled),
}

function constant(name: string, comment: string, text: string): string {
  return `/** ${comment} */\nexport const ${name} =\n  '${text}'\n`
}
const inBase36 = (lists: readonly (readonly number[])[]): string =>
  lists.map((numbers) => numbers.map((one) => one.toString(36)).join(',')).join(' ')

const text = [
  `// Generated from Unicode ${process.versions['unicode']} by scripts/code-folding.ts; read there before you write it anew.\n`,
  constant(
    'invisible',
    'Characters that draw nothing, as `decodeRanges` reads them.',
    encodeRanges(tables.invisible),
  ),
  constant('blanks', 'Blanks other than U+0020.', encodeRanges(tables.blanks)),
  constant(
    'unsettled',
    'Characters that are not assigned, or that versions of PostgreSQL normalise differently.',
    encodeRanges(tables.unsettled),
  ),
  constant(
    'foldedRuns',
    'Letters that are compared as one other: first, count, step and distance of each run, in base 36.',
    inBase36(runs()),
  ),
  constant(
    'foldedToSeveral',
    'Letters that are compared as several others: the letter and the others, in base 36.',
    inBase36(changed.filter(({ to }) => to.length > 1).map(({ from, to }) => [from, ...to])),
  ),
].join('\n')

if (process.argv.includes('--sql')) console.log(codeKeySql(tables, changed))
else await writeFile(fileURLToPath(new URL('../src/values/code-folding.gen.ts', import.meta.url)), text)
