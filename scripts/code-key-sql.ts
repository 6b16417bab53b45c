import type { Range } from '../src/values/code-point-ranges.ts'

interface Tables {
  readonly invisible: readonly Range[]
  readonly blanks: readonly Range[]
}

/** A letter and its replacement for comparison, by code points. */
interface Folded {
  readonly from: number
  readonly to: readonly number[]
}

const point = (one: number): string => `\\U${one.toString(16).toUpperCase().padStart(8, '0')}`

/** A bracket expression of PostgreSQL's regular expressions. */
const bracket = (ranges: readonly Range[]): string =>
  `'[${ranges.map(([from, to]) => (from === to ? point(from) : `${point(from)}-${point(to)}`)).join('')}]'`

const escaped = (points: readonly number[]): string =>
  points.some((one) => one > 0x7f) ? `E'${points.map(point).join('')}'` : `'${textOf(points)}'`

/**
 * Where each group of letters ends: Latin, Greek, Cyrillic, further Latin, and rare letters. A single group costs
 * little.
 */
const groupEnds = [0x370, 0x400, 0x530, 0x1f00, 0x110000]

/** The only letter compared as several that commonly occurs in codes. */
const sharpS = 0xdf

const textOf = (points: readonly number[]): string => String.fromCodePoint(...points)

const wrapped = (text: string): string => {
  const characters = Array.from(text)
  const lines: string[] = []
  for (let at = 0; at < characters.length; at += 100)
    lines.push(`'${characters.slice(at, at + 100).join('')}'`)
  return lines.join('\n    ')
}

function translated(letters: readonly Folded[]): string {
  const from = textOf(letters.map((one) => one.from))
  const to = textOf(letters.flatMap((one) => one.to))
  return `  if key ~ ${bracket(mergedRanges(letters))} then
    key := translate(key,
    ${wrapped(from)},
    ${wrapped(to)});
  end if;`
}

/** The SQL function for the key of a code beyond ASCII; the same as `codeKey` in `values/coupon-code.ts`. */
export function codeKeySql({ invisible, blanks }: Tables, changed: readonly Folded[]): string {
  const single = changed.filter(({ to }) => to.length === 1)
  const several = changed.filter(({ to, from }) => to.length > 1 && from !== sharpS)
  const western = single.filter(({ from }) => from >= 0xc0 && from <= 0xff)
  const groups = groupEnds.map((end, at) =>
    single.filter(({ from }) => from < end && from >= (groupEnds[at - 1] ?? 0)),
  )
  const replaced = several
    .map(({ from, to }) => `    key := replace(key, ${escaped([from])}, ${escaped(to)});`)
    .join('\n')
  const points = (letters: readonly Folded[]) => bracket(letters.map(({ from }) => [from, from] as const))
  return `create function code_key_beyond_ascii(code text) returns text
  language plpgsql immutable strict parallel safe as $$
declare
  key text collate "C" := code;
begin
  -- Most such codes: beside ASCII the letters of Western Europe alone, which are normalised and visible as they stand.
  if key !~ ${bracket([
    [1, 0x1f],
    [0x7f, 0xbf],
    [0x100, 0x10ffff],
  ])} then
    return btrim(replace(translate(upper(key),
      '${textOf(western.map(({ from }) => from))}',
      '${textOf(western.flatMap(({ to }) => to))}'), 'ß', 'SS'));
  end if;
  key := regexp_replace(key, ${bracket(invisible)}, '', 'g');
  key := regexp_replace(key, ${bracket(blanks)}, ' ', 'g');
  key := normalize(key, nfc);
${groups.map((group) => translated(group)).join('\n')}
  key := replace(key, 'ß', 'SS');
  if key ~ ${points(several)} then
${replaced}
  end if;
  return btrim(normalize(upper(key), nfc));
end $$;`
}

/** A few ranges that contain all of the letters, and others too. */
function mergedRanges(letters: readonly Folded[]): Range[] {
  const ranges: [number, number][] = []
  for (const { from } of letters) {
    const last = ranges.at(-1)
    if (last && from - last[1] < 0x40) last[1] = from
    else ranges.push([from, from])
  }
  return ranges
}
