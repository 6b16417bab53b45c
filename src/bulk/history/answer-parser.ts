import { Assembler } from 'stream-json/core/assembler.js'
import { jsonParser } from 'stream-json/core/parser.js'

/** One saved answer, or what is wrong with a part of the text. */
export type ParsedAnswer =
  | { readonly root: string; readonly value: unknown }
  | { readonly root: string; readonly failure: string }

/** Longer lines are not kept whole: they go through the streaming parser in pieces. */
const maxLineLength = 64 * 1024 * 1024

/**
 * Takes text in pieces and gives the answers in it: one answer, an array of them, or many one after another (a line
 * each, or printed over several lines). Holds one answer at a time. Lines that hold a whole answer go through
 * `JSON.parse`, which is many times faster; after one that is malformed the next line is read as if nothing was.
 */
export class AnswerParser {
  readonly #found: ParsedAnswer[] = []
  /** The first answer waits until it is known whether it is the only one: that decides how it is called. */
  #first: { value: unknown; line: number } | undefined
  #count = 0
  #isLines: boolean
  readonly #isNamedLines: boolean
  #line = 1
  #text = ''
  readonly #tokens = jsonParser({ jsonStreaming: true, streamValues: false })
  readonly #assembler = new Assembler()
  #beginsAt: number | undefined
  /** Index of the next element of the array that the parser is in. */
  #element: number | undefined
  #isBroken = false
  /** Something other than blanks was in the text. */
  #isEmpty = true

  /** @param isLines true: the name says that each line is an answer, so a malformed one stands alone. */
  constructor(isLines = false) {
    this.#isLines = isLines
    this.#isNamedLines = isLines
  }

  /** @returns what has become complete. */
  push(text: string): ParsedAnswer[] {
    let from = 0
    while (from < text.length && !this.#isBroken) {
      const newline = text.indexOf('\n', from)
      const to = newline === -1 ? text.length : newline + 1
      this.#segment(text.slice(from, to), newline !== -1)
      if (newline !== -1) this.#line += 1
      from = to
    }
    return this.#found.splice(0)
  }

  /** The text has ended. @returns the rest. */
  end(): ParsedAnswer[] {
    if (!this.#isBroken && this.#text.trim() !== '') this.#wholeLine()
    if (!this.#isBroken && this.#beginsAt !== undefined) {
      const where = this.#beginsAt === 1 ? '' : ` that begins at line ${this.#beginsAt}`
      const what = this.#element === undefined ? 'answer' : 'array'
      this.#fail(`malformed JSON: the text ends at line ${this.#line} in the middle of the ${what}${where}`)
    }
    if (this.#isEmpty) this.#fail('there is no answer in it')
    this.#release(this.#count > 1 || this.#isNamedLines)
    return this.#found.splice(0)
  }

  /** The rest cannot be had. @returns what is complete. */
  abandon(): ParsedAnswer[] {
    this.#release(this.#count > 1)
    return this.#found.splice(0)
  }

  /** The line that is being read, from 1. */
  get line(): number {
    return this.#line
  }

  #segment(segment: string, isLineEnd: boolean): void {
    if (this.#beginsAt !== undefined) return this.#stream(segment)
    this.#text += segment
    if (isLineEnd) return this.#wholeLine()
    if (/^\s*\[/.test(this.#text) || this.#text.length > maxLineLength) this.#flushToStream()
  }

  /** A line that begins between two answers. */
  #wholeLine(): void {
    const text = this.#text
    if (text.trim() === '') {
      this.#text = ''
      return
    }
    if (/^\s*\[/.test(text)) return this.#flushToStream()
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      return this.#notALine(error as Error)
    }
    this.#text = ''
    this.#isEmpty = false
    this.#isLines = true
    this.#emit(value, this.#line)
  }

  #notALine(error: Error): void {
    // An opening brace alone begins an answer that is printed over several lines.
    if (!this.#isLines || this.#text.trim() === '{') return this.#flushToStream()
    this.#text = ''
    this.#isEmpty = false
    this.#release(true)
    const reason = error.message.replaceAll(/\s+/g, ' ').slice(0, 200)
    this.#found.push({ root: `line ${this.#line}`, failure: `malformed JSON: ${reason}` })
  }

  #flushToStream(): void {
    const text = this.#text
    this.#text = ''
    this.#isEmpty = false
    this.#beginsAt = this.#line
    this.#stream(text)
  }

  #stream(text: string): void {
    const assembler = this.#assembler
    try {
      const result = this.#tokens(text)
      if (typeof result === 'symbol') return
      for (const token of result.values) {
        const isBetween = assembler.done
        if (isBetween && token.name === 'startArray' && this.#element === undefined) {
          this.#beginsAt ??= this.#line
          this.#element = 0
        } else if (isBetween && token.name === 'endArray') {
          this.#element = undefined
          this.#beginsAt = undefined
        } else {
          this.#beginsAt ??= this.#line
          assembler.consume(token)
          if (assembler.done) this.#assembled(assembler.current)
        }
      }
    } catch (error) {
      const message = (error as Error).message.replace(/^Parser (cannot parse input: |has |error: )/, '')
      this.#fail(`malformed JSON at line ${this.#line}: ${message}`)
    }
  }

  #assembled(value: unknown): void {
    if (this.#element === undefined) {
      this.#emit(value, this.#beginsAt ?? this.#line)
      this.#beginsAt = undefined
    } else {
      this.#release(true)
      const inLine = this.#beginsAt === 1 ? '' : `line ${this.#beginsAt} `
      this.#found.push({ root: `${inLine}$[${this.#element}]`, value })
      this.#element += 1
      this.#count += 1
    }
  }

  #emit(value: unknown, line: number): void {
    this.#count += 1
    if (this.#count === 1) this.#first = { value, line }
    else {
      this.#release(true)
      this.#found.push({ root: `line ${line} $`, value })
    }
  }

  #release(isOneOfMany: boolean): void {
    if (this.#first === undefined) return
    const { value, line } = this.#first
    this.#found.push({ root: isOneOfMany ? `line ${line} $` : '$', value })
    this.#first = undefined
  }

  #fail(failure: string): void {
    this.#isBroken = true
    this.#release(this.#count > 1)
    this.#found.push({ root: '', failure })
  }
}
