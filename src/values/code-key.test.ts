import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../test/support/harness.ts'
import { anyText } from '../../test/support/code-texts.ts'
import { codeKey } from './coupon-code.ts'

const { pool } = await createTestDatabase(1)

async function keysInSql(codes: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ key: string }>(
    'select code_key(code collate "C") as key from unnest($1::text[]) with ordinality as t(code, n) order by n',
    [codes],
  )
  return rows.map(({ key }) => key)
}

test('the key of every character is the same in the server and in the database', async () => {
  const points = Array.from({ length: 0x110000 }, (_, at) => at)
  const characters = points
    .filter((one) => one > 0 && (one < 0xd800 || one > 0xdfff))
    .map((one) => String.fromCodePoint(one))
  // Many per call, separated by letters, because each call has its cost.
  const texts = Array.from({ length: Math.ceil(characters.length / 100) }, (_, at) =>
    characters
      .slice(at * 100, at * 100 + 100)
      .map((one) => `x${one}`)
      .join(''),
  )
  const keys = await keysInSql(texts)
  const different = texts.filter((text, at) => codeKey(text) !== keys[at])
  expect(different).toEqual([])
}, 300_000)

test('the key of every text is the same in the server and in the database, and is the key of itself', async () => {
  const codes = fc.sample(anyText, 10_000)
  const keys = await keysInSql(codes)
  expect(codes.filter((code, at) => codeKey(code) !== keys[at])).toEqual([])
  expect(keys.filter((key) => codeKey(key) !== key)).toEqual([])
  expect(await keysInSql(keys)).toEqual(keys)
})

test.each([
  ['sharp s', ['gruß15', 'GRUSS15', 'GRUßß15'.replace('ßß', 'ß'), 'GRUẞ15', 'grusſ15']],
  ['letters with marks, composed or not', ['FRÜHLING', 'frühling', 'FRU\u0308HLING', 'fru\u0308hling']],
  ['sigma in the middle and at the end', ['ΣΑΣ1', 'σας1', 'σασ1', 'ςας1']],
  ['a ligature', ['ﬁt9', 'FIT9', 'fit9']],
  ['the Kelvin and the Ångström sign', ['K5Å', 'K5Å', 'k5å', 'k5a\u030A']],
  ['the dotless i', ['ışik', 'IŞIK', 'işik']],
  ['the dotted I', ['İZ', 'i\u0307z', 'I\u0307z']],
  ['Cyrillic, Georgian, Cherokee, Deseret', ['ДӘთᎠꭰ\u{10400}', 'дәᲗꭰᎠ\u{10428}']],
  [
    'invisible characters',
    ['AB12', '\uFEFFab\u200B\u00AD1\u20602\u200E\uFE0F', 'A\u034FB\u{E0041}12', '\u0085ab12'],
  ],
  ['blanks around, and one kind of blank inside', ['A B', ' a b ', '\u00A0a\u3000b\u2009']],
])('codes that differ only by %s are the same', async (_, codes) => {
  const keys = new Set([...codes.map(codeKey), ...(await keysInSql(codes))])
  expect([...keys]).toEqual([codeKey(codes[0] ?? '')])
})

test('codes that people distinguish are different codes', () => {
  const codes = ['AB-12', 'AB12', 'AB 12', 'ÄB12', 'ABI2', 'AB1٢', 'ΑB12', 'AB①2', 'AB12\u0600', 'ÁB12']
  expect(new Set(codes.map(codeKey)).size).toBe(codes.length)
})
