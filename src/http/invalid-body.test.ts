import { Ajv } from 'ajv'
import type { FastifyError } from 'fastify'
import { Type, type TSchema } from 'typebox'
import { describe, expect, test } from 'vitest'
import { invalidBody } from './invalid-body.ts'

const ajv = new Ajv({ verbose: true })

function refusalOf(schema: TSchema, body: unknown) {
  const validate = ajv.compile(schema)
  expect(validate(body)).toBe(false)
  return invalidBody({ validation: validate.errors } as unknown as FastifyError)
}

describe('an invalid field is refused with what is allowed in it, in plain English', () => {
  const cases: [schema: TSchema, value: unknown, allowed: string][] = [
    [Type.String(), 1, 'be a text'],
    [Type.Union([Type.String(), Type.Null()]), 1, 'be a text or null'],
    [Type.Union([Type.Number(), Type.String()]), true, 'be a number or a text'],
    [Type.Union([Type.Literal('refuse'), Type.Literal('part')]), 'all', 'be one of refuse, part'],
    [
      Type.Union([Type.Literal('day'), Type.Literal('week'), Type.Null()]),
      'hour',
      'be one of day, week or null',
    ],
    [
      Type.Union([Type.Union([Type.Number(), Type.String()]), Type.Null()]),
      [],
      'be a number, a text or null',
    ],
    [Type.Literal('USER'), 'OTHER', 'be USER'],
    [Type.String({ enum: ['a', 'b'] }), 'c', 'be one of a, b'],
    [Type.String({ minLength: 1 }), '', 'have at least 1 character'],
    [Type.String({ maxLength: 2 }), 'abc', 'have at most 2 characters'],
    [Type.Array(Type.String(), { minItems: 1 }), [], 'have at least 1 item'],
    [Type.Array(Type.String(), { maxItems: 1 }), ['a', 'b'], 'have at most 1 item'],
    [Type.Array(Type.String(), { uniqueItems: true }), ['a', 'a'], 'have each item only once'],
    [Type.Integer(), 1.5, 'be a whole number'],
    [Type.Integer({ minimum: 1 }), 0, 'be at least 1'],
    [Type.Integer({ maximum: 5 }), 6, 'be at most 5'],
    [Type.Number({ exclusiveMinimum: 0 }), 0, 'be more than 0'],
    [Type.Number({ exclusiveMaximum: 1 }), 1, 'be less than 1'],
    [Type.Number({ multipleOf: 5 }), 7, 'be a multiple of 5'],
    [Type.String({ pattern: '^[0-9]+$' }), 'x', 'match the pattern ^[0-9]+$'],
    [
      Type.Object({ a: Type.String() }, { additionalProperties: false }),
      { a: '', b: 1 },
      'not have the field b',
    ],
    [Type.Object({}, { minProperties: 1 }), {}, 'have at least 1 field'],
  ]
  test.each(cases)('%j', (schema, value, allowed) => {
    expect(refusalOf(Type.Object({ field: schema }), { field: value })).toMatchObject({
      code: 400,
      field: 'field',
      allowed: `it must ${allowed}`,
      message: `Invalid value "${typeof value === 'string' ? value : JSON.stringify(value)}" for field: it must ${allowed}`,
    })
  })
})

test('where alternatives differ inside, the first of them is named', () => {
  const schema = Type.Union([Type.Object({ a: Type.String() }), Type.Object({ b: Type.String() })])
  expect(refusalOf(schema, { a: 1 })).toMatchObject({ field: 'a', allowed: 'it must be a text' })
})

test('a missing field is named with its place', () => {
  const schema = Type.Object({ bill: Type.Object({ amount: Type.Number() }) })
  expect(refusalOf(schema, { bill: {} }).message).toBe('The field bill.amount is missing')
})
