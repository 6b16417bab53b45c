import type { App } from '../../src/http/app.ts'
import type { Method } from './write-cases.ts'

/** The operations of the OpenAPI document, with the access that each declares. */

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly minLength?: number
  readonly minimum?: number
  readonly minItems?: number
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

interface Described {
  readonly operationId: string
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

export interface Operation {
  readonly id: string
  readonly method: Method
  /** The path with `{names}`. */
  readonly path: string
  /**
   * `public`, `session`, or lists of permissions such as `coupon:write`; a caller must have all permissions of one
   * list.
   */
  readonly access: 'public' | 'session' | readonly (readonly string[])[]
  readonly body: { readonly type: string; readonly schema: Schema } | undefined
}

export function operationsOf(app: App): readonly Operation[] {
  const { paths } = app.swagger() as unknown as { paths: Record<string, Record<string, Described>> }
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId, security, requestBody }]): Operation => {
      const [body] = Object.entries(requestBody?.content ?? {})
      return {
        id: operationId,
        method: method.toUpperCase() as Method,
        path,
        access: accessOf(security),
        body: body && { type: body[0], schema: body[1].schema },
      }
    }),
  )
}

function accessOf(security: Described['security']): Operation['access'] {
  if (security.length === 0) return 'public'
  const needs = security.flatMap((one) => (one['basic'] === undefined ? [] : [one['basic']]))
  return needs.length === 0 ? 'session' : needs
}

/** The smallest value that a schema accepts. */
export function leastOf(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.anyOf !== undefined) return leastOf(schema.anyOf[0] ?? {})
  if (schema.type === 'string') return 'x'.repeat(schema.minLength ?? 0)
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1
  if (schema.type === 'boolean') return true
  if (schema.type === 'array')
    return Array.from({ length: schema.minItems ?? 0 }, () => leastOf(schema.items ?? {}))
  const required = (schema.required ?? []).map((name) => [name, leastOf(schema.properties?.[name] ?? {})])
  return Object.fromEntries(required)
}
