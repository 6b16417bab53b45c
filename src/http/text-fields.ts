import type { InexactNumber } from '../values/json-numbers.ts'

interface Schema {
  readonly type?: string
  readonly $comment?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

/** Marks a schema of numbers that also accepts their text. */
export const readAsNumber = { $comment: 'read as a number' } as const

/** The possible schemas of a value with this name or index. */
function below(schema: Schema, step: string | number): Schema[] {
  const own: (Schema | boolean | undefined)[] =
    typeof step === 'number'
      ? [schema.items]
      : [
          schema.properties && Object.hasOwn(schema.properties, step) ? schema.properties[step] : undefined,
          ...Object.values(schema.patternProperties ?? {}),
          schema.additionalProperties,
        ]
  return [
    ...own.filter((one): one is Schema => typeof one === 'object'),
    ...(schema.anyOf ?? []).flatMap((one) => below(one, step)),
  ]
}

function takesText(schema: Schema): boolean {
  if (schema.type === 'string') return schema.$comment !== readAsNumber.$comment
  return (schema.anyOf ?? []).some(takesText)
}

/**
 * Finds the first number that the schema of the body would convert to text, which would differ from the sent digits.
 * Numbers in numeric fields and in fields that are not read do not matter.
 */
export function numberInTextField(
  schema: unknown,
  numbers: readonly InexactNumber[],
): InexactNumber | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined
  return numbers.find(({ path }) => {
    let schemas: Schema[] = [schema]
    for (const step of path) schemas = schemas.flatMap((one) => below(one, step))
    return schemas.some(takesText)
  })
}
