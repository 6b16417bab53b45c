import type { FastifyReply, FastifyRequest } from 'fastify'
import { badParameter, catalogue, type Code, Refusal, refuse } from '../values/errors.ts'
import type { Done } from '../platform/idempotency/idempotent.ts'
import { sendAnswer, type Answer } from './answer.ts'
import { readEnum, type Query } from './query-parameters.ts'
import { flag, partial, type TwoWays, writeWire, type Writing } from './v1_1-values.ts'

const formats = ['json', 'xml'] as const
export type Format = (typeof formats)[number]

/** What says in which form a request wants its answer. */
type Asked = Pick<FastifyRequest, 'query' | 'headers'> & Partial<Pick<FastifyRequest, 'caller'>>

/** XML is for those that accept it and no JSON; weights are not looked at. */
function acceptedFormat(accept = ''): Format {
  return /\b(application|text)\/xml\b/i.test(accept) && !/\bjson\b/i.test(accept) ? 'xml' : 'json'
}

/** The form that a request wants its answer in. @throws Refusal 400 for an unknown form. */
export function readFormat({ query, headers }: Asked): Format {
  return readEnum((query ?? {}) as Query, 'format', formats) ?? acceptedFormat(headers.accept)
}

const writingOf = (format: Format, { caller }: Asked): Writing =>
  format === 'json' && caller?.settings.v1Types === 'typed' ? 'typed json' : format

/** The form of the answer to a failed request: JSON if the request asks for an unknown form. */
export function writingOfFailure(request: Asked): Writing {
  try {
    return writingOf(readFormat(request), request)
  } catch {
    return writingOf('json', request)
  }
}

/** An item of an answer, and whether it failed. */
export interface Item {
  readonly wire: object
  readonly isFailed: boolean
}

/** How the whole went, by its items. */
export function statusOf(items: readonly Item[]) {
  const failed = items.filter(({ isFailed }) => isFailed).length
  if (failed === 0) return { success: flag(true), code: 200, message: 'Success' }
  return failed < items.length
    ? { success: partial, code: 201, message: catalogue[201].message }
    : { success: flag(false), code: 500, message: 'All requests have failed due to errors' }
}

/** The same in calls that print a boolean; for some items there is none, and the text stays. */
export function booleanStatusOf(items: readonly Item[]) {
  const { success, ...status } = statusOf(items)
  return { success: success === partial ? success : success === flag(true), ...status }
}

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

/** An answer of items: what is printed beside the status, and the status itself where a call has one of its own. */
export interface ItemsAnswer {
  readonly items: readonly Item[]
  readonly content: object
  readonly status?: object
  /** Printed before the status. */
  readonly before?: object
}

/** Sends what is reported of the items of a request. */
export function sendItems(
  reply: FastifyReply,
  request: FastifyRequest,
  answer: ItemsAnswer,
  { format = readFormat(request), isReplay = false }: { format?: Format; isReplay?: boolean } = {},
): FastifyReply {
  const { items, content, before } = answer
  const status = answer.status ?? statusOf(items)
  const failed = items.filter(({ isFailed }) => isFailed).length
  const [first] = items
  reply.headers({
    status_code: String(codeOf(first?.wire ?? {}) ?? 200),
    success: String(items.length - failed),
    fail: String(failed),
  })
  const wire = { response: { ...before, status, ...content } }
  return sendAnswer(reply, answerIn(format, request, httpStatusOf(items, request), wire), isReplay)
}

type Coded = { readonly item_status?: { readonly code?: number | TwoWays } }
const codeOf = (wire: Coded): number | TwoWays | undefined => wire.item_status?.code

/** When every item failed the body says 500; which HTTP status goes with it is a setting of the caller. */
function httpStatusOf(items: readonly Item[], { caller }: Asked): number {
  const isAllFailed = items.length > 0 && items.every(({ isFailed }) => isFailed)
  return isAllFailed ? Number(caller?.settings.v1AllFailedStatus ?? 200) : 200
}

const answerIn = (format: Format, request: Asked, httpStatus: number, wire: object): Answer => ({
  httpStatus,
  body: writeWire(writingOf(format, request), wire),
  type: format,
})

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
  request: FastifyRequest,
  { outcome, presentation, isReplay }: Done<{ readonly requests: readonly Outcome[] }>,
  toWire: (item: Outcome | RefusedItem, at: number) => Item,
  answerOf: (items: readonly Item[]) => Omit<ItemsAnswer, 'items'>,
): FastifyReply {
  const { format, refusedItems } = presentation as ItemsPresentation
  const told: (Outcome | RefusedItem)[] = [...outcome.requests]
  // In ascending order of their places.
  for (const refused of refusedItems) told.splice(refused.at, 0, refused)
  const items = told.map(toWire)
  return sendItems(reply, request, { items, ...answerOf(items) }, { format, isReplay })
}

/**
 * A refusal of one item is stated in that item, and the others go on.
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

/** The most items of one request. */
export const maxItems = 50

/** Items of a request, one or several. @throws Refusal 400 when there is none, 1060 beyond the limit. */
export function readItems<Wanted>(name: string, items: Wanted | readonly Wanted[]): readonly Wanted[] {
  const list = [items].flat() as Wanted[]
  if (list.length === 0) throw badParameter(`root.${name}`, '', `1 to ${maxItems} items`)
  checkCount(name, list)
  return list
}

/** Items of a query or a body. @throws Refusal 1060 beyond the limit. */
export function checkCount(name: string, values: readonly unknown[]): void {
  if (values.length > maxItems)
    throw refuse.batchTooLarge(`${values.length} values for ${name} in one request: at most ${maxItems}`)
}
