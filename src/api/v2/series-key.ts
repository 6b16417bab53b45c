import { Type, type Static, type TSchema } from 'typebox'
import { instant } from '../../http/answer-fields.ts'
import { given, numeric, optional } from '../../http/fields.ts'
import { constant, type Key } from '../../http/shape.ts'
import type { StatedSeries } from '../../ledger/series/series-rules.ts'
import type { Series, SeriesTerms } from '../../ledger/series/terms.ts'
import { formatInstant } from '../../values/calendar.ts'
import { readFlag, readLimit, readLines } from './series-values.ts'

/** The kinds of keys in `series-fields.ts`: what a key prints of a series, and the term that it states in a request. */

/** A series to print, with values that several keys need. */
export interface Outgoing {
  readonly series: Series
  readonly timeZone: string
  /** The maximum number of coupons, in the form of the call. */
  readonly numTotal: number
  readonly lastDayS: number
  /** The day of the last change. */
  readonly savedOnS: number
  readonly prefix: string | null
  readonly suffix: string | null
}

/**
 * The calls that print a key: all, those without details, those with details, or those with a separate key for the last
 * day.
 */
export type Part = 'all' | 'plain' | 'detailed' | 'dated'
const inPart =
  <In extends Part>(part: In) =>
  <Schema extends TSchema>(schema: Schema, from: Key<Outgoing, Schema>['from']) => ({ part, schema, from })
export const printed = inPart('all')
export const plain = inPart('plain')
export const detailed = inPart('detailed')
export const dated = inPart('dated')

/** A key without a meaning here, which always prints the usual value of the contract. */
export const always = <const Value extends string | number | boolean>(value: Value) => ({
  part: 'all' as const,
  ...constant(value),
})
export const plainly = <const Value extends string | number | boolean>(value: Value) => ({
  part: 'plain' as const,
  ...constant(value),
})

export const moment = (description: string, from: (outgoing: Outgoing) => number) =>
  printed(instant(description), (outgoing) => formatInstant(outgoing.timeZone, from(outgoing)))

type Read<Body extends TSchema, Value> = (
  name: string,
  value: Static<Body> | undefined,
  timeZone: string,
) => Value

/** A key of a request that states several terms. */
export const states = <Body extends TSchema, Value extends Partial<StatedSeries>>(
  body: Body,
  read: Read<Body, Value>,
) => ({ body, read })

/** A key of a request that states one term. */
export const stated = <Term extends keyof StatedSeries, Body extends TSchema, Value>(
  term: Term,
  body: Body,
  read: Read<Body, Value>,
) => states(body, (...value) => ({ [term]: read(...value) }) as Readonly<Record<Term, Value>>)

export const textBody = optional(Type.String())
export const codeBody = optional(Type.Union([Type.String(), Type.Number()]))
export const numberBody = optional(numeric)
export const flagBody = optional(Type.Union([Type.Boolean(), Type.String({ maxLength: 5 })]))

type Shared = keyof SeriesTerms & keyof StatedSeries
type TermOf<Value> = { [Term in Shared]: SeriesTerms[Term] extends Value ? Term : never }[Shared]

const isSet = (name: string, value: Static<typeof flagBody> | undefined): boolean =>
  readFlag(name, value) ?? false

/** A Boolean term, by default false. */
export const flag = <Term extends TermOf<boolean>>(term: Term) => ({
  ...printed(Type.Boolean(), ({ series }) => series[term]),
  ...stated(term, flagBody, isSet),
})

/** A term that is a limit, by default −1 for none. */
export const limit = <Term extends TermOf<number | null>, Value>(
  term: Term,
  read: Read<typeof numberBody, Value>,
) => ({
  ...printed(Type.Number({ description: '-1: none.' }), ({ series }) => series[term] ?? -1),
  ...stated(term, numberBody, read),
})
export const atLeastOne: Read<typeof numberBody, number | null> = (name, value) => readLimit(name, value)

/** A term that is text with line breaks. */
export const lines = <Term extends 'description' | 'info' | 'tag'>(term: Term, maxLength: number) => ({
  ...printed(Type.String(), ({ series }) => series[term]),
  ...stated(term, textBody, (name, value) => given(readLines(name, value, maxLength))),
})

/** A flag of the prefix or suffix, which is printed if the series has either of them. */
export const affixFlag = <Term extends TermOf<boolean>>(term: Term) => ({
  ...plain(Type.Optional(Type.Boolean()), ({ series, prefix, suffix }) =>
    prefix === null && suffix === null ? undefined : series[term],
  ),
  ...stated(term, flagBody, isSet),
})
