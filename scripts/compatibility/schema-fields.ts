import type { FieldTree } from './fields.ts'

/** The part of JSON Schema that the routes use. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  /** The schema of all other names; the document uses it for objects with arbitrary names. */
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly description?: string
  /** A single value: the document writes constants this way. */
  readonly enum?: readonly unknown[]
  readonly maxItems?: number
  readonly maxProperties?: number
}

/** A field as described by a schema. */
export interface SchemaField {
  readonly description: string | undefined
  /** The value that it has in every answer; undefined: it varies. */
  readonly fixed: string | undefined
}

function merge(one: FieldTree | undefined, other: FieldTree | undefined): FieldTree | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return Object.fromEntries(names.map((name) => [name, merge(one[name], other[name])]))
}

/** The fields that a schema allows. */
export function treeOf(schema: Schema): FieldTree | undefined {
  let tree: FieldTree | undefined
  if (schema.properties !== undefined) {
    const entries = Object.entries(schema.properties).map(([name, one]) => [name, treeOf(one)] as const)
    tree = Object.fromEntries(entries)
  }
  if (typeof schema.additionalProperties === 'object') tree = merge(tree, { '*': undefined })
  if (schema.items !== undefined) tree = merge(tree, treeOf(schema.items))
  for (const one of schema.anyOf ?? []) tree = merge(tree, treeOf(one))
  return tree
}

/** Every schema that describes a path; a union has several. */
function schemasAt(schema: Schema, path: readonly string[]): Schema[] {
  const unions = (schema.anyOf ?? []).flatMap((one) => schemasAt(one, path))
  if (path.length === 0) return [schema, ...unions]
  const inItems = schema.items === undefined ? [] : schemasAt(schema.items, path)
  const [name = '', ...rest] = path
  const named = schema.properties?.[name]
  return [...unions, ...inItems, ...(named === undefined ? [] : schemasAt(named, rest))]
}

function fixedOf({ enum: values, maxItems, maxProperties }: Schema): string | undefined {
  if (values?.length === 1) return values[0] === '' ? 'empty' : JSON.stringify(values[0])
  return maxItems === 0 || maxProperties === 0 ? 'empty' : undefined
}

export function fieldAt(schema: Schema, path: string): SchemaField {
  // An object with arbitrary names is described at the object itself.
  const all = schemasAt(schema, path.replace(/\.\*$/, '').split('.'))
  const values = new Set(all.filter(({ anyOf }) => anyOf === undefined).map(fixedOf))
  return {
    description: all.find(({ description }) => description !== undefined)?.description,
    fixed: values.size === 1 ? [...values][0] : undefined,
  }
}
