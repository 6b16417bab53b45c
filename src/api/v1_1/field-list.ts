import { Type, type Static } from 'typebox'
import { optional, readText } from '../../http/fields.ts'
import { scalar, textOf } from './customer.ts'

const field = Type.Object({ name: scalar, value: scalar })
const wrapper = Type.Object({ field: optional(Type.Union([field, Type.Array(field, { maxItems: 1_000 })])) })

/** Named values: `{"field":[…]}`, `{"field":{…}}` or `[{"field":{…}}]`. */
export const fieldListBody = optional(Type.Union([wrapper, Type.Array(wrapper, { maxItems: 1_000 })]))

/** The last value of a name holds; fields without a name are passed over. @throws Refusal 400 for a text that is too long. */
export function readFieldList(
  what: string,
  sent: Static<typeof fieldListBody> | undefined,
  { maxName, maxValue }: { maxName: number; maxValue: number },
): Record<string, string> {
  const fields = [sent ?? []].flat().flatMap((one) => [one.field ?? []].flat())
  return Object.fromEntries(
    fields.flatMap(({ name, value }) => {
      const key = textOf(`${what}.name`, name)
      if (key === undefined) return []
      const text = textOf(`${what}.${key}`, value) ?? ''
      return [[readText(what, key, maxName), readText(`${what}.${key}`, text, maxValue)] as const]
    }),
  )
}
