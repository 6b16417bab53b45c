import { Assembler } from 'stream-json/core/assembler.js'
import { jsonParser } from 'stream-json/core/parser.js'

/** A saved answer, or a description of what is wrong with a part of the text. */
export type ParsedAnswer =
  | { readonly root: string; readonly value: unknown }
  | { readonly root: string; readonly failure: string }

/** Longer lines are not kept in one piece: they go through the streaming parser. */
const maxLineLength = 64 * 1024 * 1024

/**
 * Parses text piece by piece into answers: a single answer, an array of them, or a sequence (one per line, or
 * pretty-printed). It holds one answer at a time. Lines with a complete answer go through `JSON.parse`, which is many
 * times faster; after a malformed line, reading continues with the next.
 */
export class AnswerParser {
  readonly #found: ParsedAnswer[] = []
  /** The first answer is held back until it is known whether it is the only one: that decides its path. */
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
  /** Whether the text contained only blanks so far. */
  #isEmpty = true

  /** @param isLines true: the file name implies one answer per line, so a malformed line affects no other. */
  constructor(isLines = false) {
    this.#isLines = isLines
    this.#isNamedLines = isLines
  }

  /** @returns the answers completed by this piece. */
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

  /** Ends the text. @returns the remaining answers. */
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

  /** The rest cannot be read. @returns the complete answers. */
  abandon(): ParsedAnswer[] {
    this.#release(this.#count > 1)
    return this.#found.splice(0)
  }

  /** The current line, from 1. */
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
    // A lone opening brace begins a pretty-printed answer.
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
