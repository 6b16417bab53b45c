import { XMLBuilder } from 'fast-xml-parser'
import { withXmlCharacters } from './xml.ts'

/**
 * Values of version 1.1 that programs need in two forms. Most programs compare texts ("true"); others cast to Booleans,
 * whole numbers and decimals. Endpoints print such a value without knowing its reader; the form is chosen here, where
 * an answer is written. JSON.stringify writes the text.
 */
export class TwoWays {
  readonly text: string | number
  /** The JSON text of the typed value. */
  readonly literal: string

  constructor(text: string | number, literal: string) {
    this.text = text
    this.literal = literal
  }

  toJSON(): string | number {
    return this.text
  }

  toString(): string {
    return String(this.text)
  }
}

const yes = new TwoWays('true', 'true')
const no = new TwoWays('false', 'false')

/** "true" or "false"; typed: a boolean. */
export const flag = (value: boolean): TwoWays => (value ? yes : no)

/** Some items succeeded and others failed. A typed answer has false, since true would promise more than was done. */
export const partial = new TwoWays('partial', 'false')

/** A whole number as text; typed: a number. */
export const whole = (value: number): TwoWays => new TwoWays(String(value), String(value))

/** "0" or "1"; typed: a number. */
export const bit = (value: boolean): TwoWays => whole(value ? 1 : 0)

/** An amount as text without needless zeros; typed: a number that always has a decimal point. */
export const decimal = (value: number): TwoWays =>
  new TwoWays(String(value), Number.isInteger(value) ? `${value}.0` : String(value))

/** The replacement for an absent object: an empty text; typed: null. */
export const noObject = new TwoWays('', 'null')

/** The form in which the values of an answer are written. */
export type Writing = 'json' | 'typed json' | 'xml'

/** The text of an answer. */
export function writeWire(writing: Writing, wire: object): string {
  if (writing === 'xml') return toXml(wire)
  return writing === 'json' ? JSON.stringify(wire) : typedJson(wire)
}

function typedJson(value: unknown): string {
  if (value instanceof TwoWays) return value.literal
  if (Array.isArray(value)) return `[${value.map(typedJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).filter(([, one]) => one !== undefined)
  return `{${fields.map(([name, one]) => `${JSON.stringify(name)}:${typedJson(one)}`).join(',')}}`
}

const builder = new XMLBuilder({ ignoreAttributes: true, processEntities: true, suppressEmptyNode: true })

/**
 * XML with the same content as the JSON: a key is an element, a list is a repeated element; null, an empty text and an
 * empty list are an empty element. An empty list in a wrapper, such as `{"coupons":{"coupon":[]}}`, leaves the empty
 * wrapper.
 */
export function toXml(wire: object): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${withXmlCharacters(builder.build(forXml(wire)))}`
}

function forXml(value: unknown): unknown {
  if (value instanceof TwoWays) return value.text
  if (Array.isArray(value)) return value.length === 0 ? '' : value.map(forXml)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value)
  const [first] = fields
  if (fields.length === 1 && Array.isArray(first?.[1]) && first[1].length === 0) return ''
  return Object.fromEntries(fields.map(([name, one]) => [name, forXml(one)]))
}
