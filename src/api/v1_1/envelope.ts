import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type TProperties } from 'typebox'
import { badParameter, catalogue, type Code, Refusal } from '../../errors.ts'
import type { Answer } from '../../retries/stored-answers.ts'
import type { Query } from '../query-parameters.ts'
import { readEnum } from '../query-parameters.ts'
import { toXml } from './xml.ts'

/** Booleans are text in these calls, but for those that say otherwise. */
export const flag = (value: boolean): 'true' | 'false' => (value ? 'true' : 'false')

const requestStatus = Type.Object({
  success: Type.String({ description: 'true, false, or partial: some items failed.' }),
  code: Type.Integer(),
  message: Type.String(),
})
const itemStatusSchema = Type.Object({
  success: Type.String({ description: 'true or false.' }),
  code: Type.Integer(),
  message: Type.String(),
})

/** `item_status` of an answer's items. */
export const itemFields = { item_status: itemStatusSchema }

/** One item is an object, several are a list. */
export const oneOrSeveral = <Properties extends TProperties>(properties: Properties) => {
  const item = Type.Object(properties)
  return Type.Union([item, Type.Array(item)])
}

/** An answer with what it holds beside the status. */
export const answerSchema = (content: TProperties, before: TProperties = {}) =>
  Type.Object({ response: Type.Object({ ...before, status: requestStatus, ...content }) })

const failure = Type.Object(
  { response: Type.Object({ status: requestStatus }) },
  { description: 'The request could not be carried out.' },
)

/** An answer in which every item failed has the shape of the success. */
export const responses = (success: ReturnType<typeof answerSchema>) => ({
  200: success,
  400: Type.Union([failure, success]),
  ...Object.fromEntries([401, 403, 404, 405, 413, 415, 422, 500, 503].map((status) => [status, failure])),
})

export const formatParameter = {
  format: Type.Optional(
    Type.String({ description: 'json or xml; without it what Accept says, by default json.' }),
  ),
}

/** Media types of a call, for the description. */
export const produces = ['application/json', 'application/xml']
export const consumes = ['application/json', 'application/xml', 'text/xml']

const formats = ['json', 'xml'] as const
export type Format = (typeof formats)[number]

/** What comes first of the two decides; weights are not looked at. */
function acceptedFormat(accept: string | undefined): Format {
  const [first] = /application\/json|application\/xml|text\/xml/i.exec(accept ?? '') ?? []
  return first?.toLowerCase().endsWith('xml') === true ? 'xml' : 'json'
}

/** The form that a request wants its answer in. @throws Refusal 400 for one that there is not. */
export function readFormat(request: FastifyRequest): Format {
  const query = (request.query ?? {}) as Query
  return readEnum(query, 'format', formats) ?? acceptedFormat(request.headers.accept)
}

/** The same for a request that failed already. */
export function formatOfFailure(request: FastifyRequest): Format {
  try {
    return readFormat(request)
  } catch {
    return 'json'
  }
}

/** An answer as text. */
export const render = (format: Format, wire: object): string =>
  format === 'xml' ? toXml(wire) : JSON.stringify(wire)

export const contentTypes: Readonly<Record<Format, string>> = {
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
}

/** An item of an answer, and whether it failed. */
export interface Item {
  readonly wire: object
  readonly isFailed: boolean
}

/**
 * How the whole went, by its items. When all of them failed the text says 500, as the contract prints it, and the HTTP
 * status is 400: a refused coupon is no fault of the server.
 */
export function statusOf(items: readonly Item[]) {
  const failed = items.filter(({ isFailed }) => isFailed).length
  if (failed === 0) return { success: 'true', code: 200, message: 'Success' }
  return failed < items.length
    ? { success: 'partial', code: 201, message: 'One or more requests have failed due to errors' }
    : { success: 'false', code: 500, message: 'All requests have failed due to errors' }
}

export const httpStatusOf = (items: readonly Item[]): 200 | 400 =>
  items.length > 0 && items.every(({ isFailed }) => isFailed) ? 400 : 200

/** One item as an object, several as a list. */
export function unwrapped(items: readonly Item[]): object {
  const wires = items.map(({ wire }) => wire)
  const [only] = wires
  return wires.length === 1 && only !== undefined ? only : wires
}

export const itemStatus = (isOk: boolean, code: number, message: string) => ({
  success: flag(isOk),
  code,
  message,
})
export const itemRefused = (code: Code, message: string = catalogue[code].message) =>
  itemStatus(false, code, message)

/** Sends an answer. */
export function sendWire(
  reply: FastifyReply,
  request: FastifyRequest,
  httpStatus: number,
  wire: object,
): FastifyReply {
  const format = readFormat(request)
  return reply
    .code(httpStatus)
    .type(contentTypes[format])
    .serializer((text: unknown) => String(text))
    .send(render(format, wire))
}

/** @param isKept false: no item could be carried out; with a key too, another try starts afresh. */
export function answerOfItems(
  format: Format,
  items: readonly Item[],
  isKept: boolean,
  content: object,
): Answer {
  const body = render(format, { response: { status: statusOf(items), ...content } })
  return { httpStatus: httpStatusOf(items), body, ...(!isKept && { isKept: false }) }
}

/** What is refused of one item is told in the item, and the others go on. @throws what is no refusal of an item. */
export async function orRefusal<Result>(read: () => Promise<Result> | Result): Promise<Result | Refusal> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Refusal && error.httpStatus < 500) return error
    throw error
  }
}

/** Items of a request, one or several. @throws Refusal 1060 beyond the limit. */
export function readItems<Wanted>(items: Wanted | readonly Wanted[], maxItems: number): readonly Wanted[] {
  const list = [items].flat() as Wanted[]
  if (list.length === 0) throw badParameter('root.coupon', '', `1 to ${maxItems} coupons`)
  if (list.length > maxItems)
    throw new Refusal(1060, `${list.length} coupons in one request: at most ${maxItems}`)
  return list
}

/** A comma list of codes or ids. @throws Refusal 629 beyond the limit. */
export function checkCount(name: string, values: readonly unknown[], maxItems: number): void {
  if (values.length > maxItems)
    throw new Refusal(629, `Invalid Input: ${values.length} values for ${name}, at most ${maxItems}`)
}
