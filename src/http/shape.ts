import { Type, type Static, type TObject, type TOptional, type TSchema } from 'typebox'

/** A key of an answer: its schema, and the value that it prints of the subject of the answer. */
export interface Key<Given, Schema extends TSchema = TSchema> {
  readonly schema: Schema
  /** JSON omits keys with the value undefined. */
  readonly from: (given: Given) => Static<Schema> | (Schema extends TOptional ? undefined : never)
}

/** A key that always prints the same. */
export const constant = <const Value extends string | number | boolean>(value: Value) => ({
  schema: Type.Literal(value),
  from: () => value,
})

/** The schema and the writer of an answer from one table, in whose order the keys are printed. */
export const shapeOf =
  <Given>() =>
  <Schemas extends Record<string, TSchema>>(keys: {
    readonly [Name in keyof Schemas]: Key<Given, Schemas[Name]>
  }) => {
    const entries = Object.entries(keys) as [string, Key<Given>][]
    const properties = Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])) as Schemas
    const toWire = (given: Given): Static<TObject<Schemas>> => {
      const wire: Record<string, unknown> = {}
      for (const [name, { from }] of entries) wire[name] = from(given)
      return wire as Static<TObject<Schemas>>
    }
    return { properties, toWire }
  }
