import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { AnswerParser, type ParsedAnswer } from './answer-parser.ts'
import { findAnswerFiles, readAnswers } from './read-answers.ts'

const parse = (pieces: readonly string[], isLines = false): ParsedAnswer[] => {
  const parser = new AnswerParser(isLines)
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()]
}
const one = { a: [1, { b: 'x\n"}' }], n: null }
const two = { c: [], ü: '€' }
const pretty = (value: unknown) => JSON.stringify(value, null, 2)
const lines = `${JSON.stringify(one)}\n\n${JSON.stringify(two)}`

describe('the location of an answer', () => {
  const forms: [name: string, text: string, roots: string[]][] = [
    ['one answer', pretty(one), ['$']],
    ['one answer in one line', JSON.stringify(one), ['$']],
    ['an array', JSON.stringify([one, two]), ['$[0]', '$[1]']],
    ['an array over several lines', pretty([one, two]), ['$[0]', '$[1]']],
    ['one per line', lines, ['line 1 $', 'line 3 $']],
    ['one after another over several lines', `${pretty(one)}\n${pretty(two)}`, ['line 1 $', 'line 10 $']],
    ['an array per line', `[${JSON.stringify(one)}]\n[${JSON.stringify(two)}]\n`, ['$[0]', 'line 2 $[0]']],
    ['with blank lines around', `\n\n${pretty(one)}\n\n`, ['$']],
  ]
  test.each(forms)('%s', (_name, text, roots) => {
    const found = parse([text])
    expect(found.map(({ root }) => root)).toEqual(roots)
    expect(found.map((each) => 'value' in each && each.value)).toEqual([one, two].slice(0, roots.length))
  })

  test('does not depend on how the text is cut into pieces', () => {
    const texts = forms.map(([, text]) => text)
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(fc.nat({ max: 200 })), (text, cuts) => {
        const ends = [...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length]
        const pieces = ends.map((end, at) => text.slice(ends[at - 1] ?? 0, end))
        expect(parse(pieces)).toEqual(parse([text]))
      }),
    )
  })
})

describe('a malformed text', () => {
  test('has an invalid line reported with its number, and the other lines read', () => {
    const found = parse([`${JSON.stringify(one)}\n{"cut":\n${JSON.stringify(two)}\n`])
    expect(found).toEqual([
      { root: 'line 1 $', value: one },
      { root: 'line 2', failure: expect.stringContaining('malformed JSON') },
      { root: 'line 3 $', value: two },
    ])
  })

  test('has an invalid first line reported if the file name implies lines', () => {
    const found = parse([`{"cut":\n${JSON.stringify(two)}\n`], true)
    expect(found.map(({ root }) => root)).toEqual(['line 1', 'line 2 $'])
  })

  test('that is a truncated array gives the answers before the cut, and its location', () => {
    const text = pretty([one, two])
    const found = parse([text.slice(0, -12)])
    expect(found).toEqual([
      { root: '$[0]', value: one },
      { root: '', failure: expect.stringMatching(/the text ends at line 1\d in the middle of the array$/) },
    ])
  })

  test('has an error in the middle reported with its line', () => {
    expect(parse(['{\n "a": 1,\n "b": oops\n}\n'])).toEqual([
      { root: '', failure: expect.stringContaining('malformed JSON at line 3') },
    ])
  })

  test('is reported if it is empty, unlike an empty array', () => {
    expect(parse([' \n'])).toEqual([{ root: '', failure: 'there is no answer in it' }])
    expect(parse(['[]'])).toEqual([])
  })

  test('never makes the parser throw, and every returned answer is in the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.json(), fc.constantFrom('{', '[', '}', ']', '\n', ','))),
        (pieces) => {
          for (const found of parse(pieces)) expect('value' in found || 'failure' in found).toBe(true)
        },
      ),
    )
  })
})

describe('files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'answers-'))
  afterAll(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'more'))
  await writeFile(join(folder, 'page-10.json'), '{"n":10}')
  await writeFile(join(folder, 'page-9.json'), '\uFEFF{"n":9}')
  await writeFile(join(folder, 'more', 'z.NDJSON'), '{"n":1}\n{"n":2}\n')
  await writeFile(join(folder, 'notes.txt'), 'not read')
  await writeFile(join(folder, 'latin1.txt'), Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x7d]))

  const read = async (names: string[], stdin?: AsyncIterable<Uint8Array>) => {
    const found = []
    for await (const each of readAnswers(await findAnswerFiles(names), stdin)) found.push(each)
    return found
  }

  test('of a directory and its subdirectories are read, with numbers in names ordered by value', async () => {
    const found = await read([folder])
    expect(found.map((each) => 'value' in each && each.value)).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 9 },
      { n: 10 },
    ])
  })

  test('that are unreadable are reported, and the next one is read', async () => {
    const found = await read([
      join(folder, 'gone.json'),
      join(folder, 'latin1.txt'),
      join(folder, 'page-9.json'),
    ])
    expect(found).toMatchObject([
      { root: '', failure: 'cannot be read: there is no such file' },
      { root: '', failure: 'not UTF-8 text, near line 1' },
      { root: '$', value: { n: 9 } },
    ])
  })

  test('can be standard input, named -, which may be cut anywhere, even inside a character', async () => {
    const bytes = Buffer.from(lines)
    async function* stdin() {
      for (const byte of bytes) yield Uint8Array.of(byte)
    }
    const found = await read(['-'], stdin())
    expect(found.map((each) => 'value' in each && each.value)).toEqual([one, two])
  })

  test.each(['lines', 'an array'])(
    'larger than memory are streamed: %s are read only as far as requested',
    async (form) => {
      const answer = JSON.stringify({ text: 'x'.repeat(10_000) })
      let given = 0
      async function* stdin() {
        if (form === 'an array') yield Buffer.from('[')
        for (let at = 0; at < 2_000; at += 1) {
          given += 1
          yield Buffer.from(form === 'an array' ? `${at === 0 ? '' : ','}${answer}` : `${answer}\n`)
        }
        if (form === 'an array') yield Buffer.from(']')
      }
      let taken = 0
      for await (const found of readAnswers([{ name: '-', sizeBytes: undefined }], stdin())) {
        expect(found).toHaveProperty('value')
        taken += 1
        expect(given - taken).toBeLessThanOrEqual(2)
      }
      expect(taken).toBe(2_000)
    },
  )
})
