import { Type, type Static } from 'typebox'
import { optional, readText } from '../../http/fields.ts'
import { scalar, textOf } from './customer.ts'

const field = Type.Object({ name: scalar, value: scalar })
const wrapper = Type.Object({ field: optional(Type.Union([field, Type.Array(field, { maxItems: 1_000 })])) })

/** Named values: `{"field":[…]}`, `{"field":{…}}` or `[{"field":{…}}]`. */
export const fieldListBody = optional(Type.Union([wrapper, Type.Array(wrapper, { maxItems: 1_000 })]))

type Sent = Static<typeof fieldListBody> | undefined

/** Names and values as they were sent; fields without a name are ignored. */
export function listedFields(what: string, sent: Sent): (readonly [name: string, value: string])[] {
  const fields = [sent ?? []].flat().flatMap((one) => [one.field ?? []].flat())
  return fields.flatMap(({ name, value }) => {
    const key = textOf(`${what}.name`, name)
    return key === undefined ? [] : [[key, textOf(`${what}.${key}`, value) ?? ''] as const]
  })
}

/** The last value of a name counts. @throws Refusal 400 for a text that is too long. */
export function readFieldList(
  what: string,
  sent: Sent,
  { maxName, maxValue }: { maxName: number; maxValue: number },
): Record<string, string> {
  return Object.fromEntries(
    listedFields(what, sent).map(([name, value]) => [
      readText(what, name, maxName),
      readText(`${what}.${name}`, value, maxValue),
    ]),
  )
}
