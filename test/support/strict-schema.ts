import { Ajv } from 'ajv'
import type { App } from '../../src/http/app.ts'

type Schema = Readonly<Record<string, unknown>>

/** The schema without additional properties, so that an answer with more than the document describes does not match. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).map(([key, one]) => [key, closed(one)] as const)
  const isOpen = 'properties' in schema && !('additionalProperties' in schema)
  return { ...Object.fromEntries(entries), ...(isOpen && { additionalProperties: false }) }
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>
  >
}

/** The most literal template of the document that matches a path. Paths match in any letter case. */
export function templateOf(paths: readonly string[], path: string): string | undefined {
  const [asked = ''] = path.split('?')
  const fits = (template: string) =>
    new RegExp(`^${template.replaceAll(/\{[^}]*\}/g, '[^/]+')}$`, 'i').test(asked)
  return paths.filter(fits).sort((a, b) => a.split('{').length - b.split('{').length)[0]
}

const ajv = new Ajv({ strict: false, allErrors: true })
const compiled = new Map<string, ReturnType<typeof ajv.compile>>()

/** The document's schema for an answer with this status to a call, permitting nothing else. */
export function strictSchema(app: App, method: string, path: string, status: number) {
  const { paths = {} } = app.swagger() as unknown as { paths?: Record<string, Record<string, Operation>> }
  const operations = paths[templateOf(Object.keys(paths), path) ?? '']
  // Calls that some clients send with PATCH are in the document only with POST.
  const operation =
    operations?.[method.toLowerCase()] ?? (method === 'PATCH' ? operations?.['post'] : undefined)
  const schema = operation?.responses[status]?.content['application/json']?.schema
  if (schema === undefined) throw new Error(`${method} ${path} declares no ${status}`)
  const text = JSON.stringify(closed(schema))
  const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object)
  compiled.set(text, validate)
  return {
    errorsOf: (json: unknown): string[] => {
      return (validate(json) === true ? [] : (validate.errors ?? [])).map(
        ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
      )
    },
  }
}
