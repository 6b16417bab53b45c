import type { FastifyReply, FastifyRequest } from 'fastify'
import { badParameter, catalogue, type Code, Refusal, refuse } from '../values/errors.ts'
import type { Done } from '../platform/idempotency/idempotent.ts'
import { sendAnswer, type Answer } from './answer.ts'
import { readEnum, type Query } from './query-parameters.ts'
import { toXml } from './xml.ts'

/** Booleans are text in these calls, but for those that say otherwise. */
export const flag = (value: boolean): 'true' | 'false' => (value ? 'true' : 'false')

const formats = ['json', 'xml'] as const
export type Format = (typeof formats)[number]

/** What says it. */
type Asked = Pick<FastifyRequest, 'query' | 'headers'>

/** What comes first of the two decides; weights are not looked at. */
function acceptedFormat(accept: string | undefined): Format {
  const [first] = /application\/json|application\/xml|text\/xml/i.exec(accept ?? '') ?? []
  return first?.toLowerCase().endsWith('xml') === true ? 'xml' : 'json'
}

/** The form that a request wants its answer in. @throws Refusal 400 for one that there is not. */
export function readFormat({ query, headers }: Asked): Format {
  return readEnum((query ?? {}) as Query, 'format', formats) ?? acceptedFormat(headers.accept)
}

/** The same for a request that failed already. */
export function formatOfFailure(request: Asked): Format {
  try {
    return readFormat(request)
  } catch {
    return 'json'
  }
}

const answerIn = (format: Format, httpStatus: number, wire: object): Answer => ({
  httpStatus,
  body: format === 'xml' ? toXml(wire) : JSON.stringify(wire),
  type: format,
})

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

/** Sends the answer to a question. */
export function sendWire(
  reply: FastifyReply,
  request: FastifyRequest,
  httpStatus: number,
  wire: object,
): FastifyReply {
  return sendAnswer(reply, answerIn(readFormat(request), httpStatus, wire))
}

/** The same of items: the status of the whole, then what is reported of them. */
export function sendItems(
  reply: FastifyReply,
  request: FastifyRequest,
  items: readonly Item[],
  content: object,
): FastifyReply {
  return sendAnswer(reply, itemsAnswer(readFormat(request), items, content))
}

const itemsAnswer = (format: Format, items: readonly Item[], content: object): Answer =>
  answerIn(format, httpStatusOf(items), { response: { status: statusOf(items), ...content } })

/** An item that could not be read, by its place in the request. */
export interface RefusedItem {
  readonly at: number
  readonly code: Code
  readonly message: string
}

/**
 * What the items of a write are presented with. It is kept with their outcome: when the request is sent again, an item could
 * be read differently, and the answer is given in the form of the first one.
 */
interface ItemsPresentation {
  readonly format: Format
  readonly refusedItems: readonly RefusedItem[]
}

/** What can be executed of the items of a write, and what is wrong with the others. */
export function sortItems<Request>(
  format: Format,
  read: readonly (Request | Refusal)[],
): { readonly requests: readonly Request[]; readonly presentation: ItemsPresentation } {
  const refusedItems = read.flatMap((one, at) =>
    one instanceof Refusal ? [{ at, code: one.code, message: one.message }] : [],
  )
  return {
    requests: read.flatMap((one) => (one instanceof Refusal ? [] : [one])),
    presentation: { format, refusedItems },
  }
}

/** Sends what came of the items of a write, in their order: each was executed, or could not be read. */
export function sendWrittenItems<Outcome>(
  reply: FastifyReply,
  { outcome, presentation, isReplay }: Done<{ readonly requests: readonly Outcome[] }>,
  toWire: (item: Outcome | RefusedItem, at: number) => Item,
  contentOf: (wires: object) => object,
): FastifyReply {
  const { format, refusedItems } = presentation as ItemsPresentation
  const told: (Outcome | RefusedItem)[] = [...outcome.requests]
  // In ascending order of their places.
  for (const refused of refusedItems) told.splice(refused.at, 0, refused)
  const items = told.map(toWire)
  return sendAnswer(reply, itemsAnswer(format, items, contentOf(unwrapped(items))), isReplay)
}

/**
 * What is refused of one item is told in the item, and the others go on.
 *
 * @throws what is no refusal of an item: failures of the server, and 429, which is about the caller.
 */
export async function orRefusal<Result>(read: () => Promise<Result> | Result): Promise<Result | Refusal> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Refusal && error.httpStatus < 500 && error.httpStatus !== 429) return error
    throw error
  }
}

/** Items of a request, one or several. @throws Refusal 1060 beyond the limit. */
export function readItems<Wanted>(items: Wanted | readonly Wanted[], maxItems: number): readonly Wanted[] {
  const list = [items].flat() as Wanted[]
  if (list.length === 0) throw badParameter('root.coupon', '', `1 to ${maxItems} coupons`)
  if (list.length > maxItems)
    throw refuse.batchTooLarge(`${list.length} coupons in one request: at most ${maxItems}`)
  return list
}

/** A comma list of codes or ids. @throws Refusal 629 beyond the limit. */
export function checkCount(name: string, values: readonly unknown[], maxItems: number): void {
  if (values.length > maxItems)
    throw refuse.invalidInput(`Invalid Input: ${values.length} values for ${name}, at most ${maxItems}`)
}
