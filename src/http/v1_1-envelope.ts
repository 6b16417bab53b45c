import type { FastifyReply, FastifyRequest } from 'fastify'
import { badParameter, catalogue, type Code, Refusal, refuse } from '../values/errors.ts'
import type { Done } from '../platform/idempotency/idempotent.ts'
import { sendAnswer, type Answer } from './answer.ts'
import { readEnum, type Query } from './query-parameters.ts'
import { flag, partial, type TwoWays, writeWire, type Writing } from './v1_1-values.ts'

const formats = ['json', 'xml'] as const
export type Format = (typeof formats)[number]

/** The parts of a request that determine the form of its answer. */
type Asked = Pick<FastifyRequest, 'query' | 'headers'> & Partial<Pick<FastifyRequest, 'caller'>>

/** XML is sent to callers that accept it and not JSON; weights are ignored. */
function acceptedFormat(accept = ''): Format {
  return /\b(application|text)\/xml\b/i.test(accept) && !/\bjson\b/i.test(accept) ? 'xml' : 'json'
}

/** The requested form of the answer. @throws Refusal 400 for an unknown form. */
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

/** The overall status that follows from the items. */
export function statusOf(items: readonly Item[]) {
  const failed = items.filter(({ isFailed }) => isFailed).length
  if (failed === 0) return { success: flag(true), code: 200, message: 'Success' }
  return failed < items.length
    ? { success: partial, code: 201, message: catalogue[201].message }
    : { success: flag(false), code: 500, message: 'All requests have failed due to errors' }
}

/** The same for calls that print a Boolean. Partial success remains a text, since it has no Boolean. */
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

/** An answer of items: its content beside the status, and the status itself if the call has a special one. */
export interface ItemsAnswer {
  readonly items: readonly Item[]
  readonly content: object
  readonly status?: object
  /** Printed before the status. */
  readonly before?: object
}

/** Sends the results of the items of a request. */
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

/** If every item failed, the body has 500, and the HTTP status depends on a client setting. */
function httpStatusOf(items: readonly Item[], { caller }: Asked): number {
  const isAllFailed = items.length > 0 && items.every(({ isFailed }) => isFailed)
  return isAllFailed ? Number(caller?.settings.v1AllFailedStatus ?? 200) : 200
}

const answerIn = (format: Format, request: Asked, httpStatus: number, wire: object): Answer => ({
  httpStatus,
  body: writeWire(writingOf(format, request), wire),
  type: format,
})

/** An invalid item, by its index in the request. */
export interface RefusedItem {
  readonly at: number
  readonly code: Code
  readonly message: string
}

/**
 * The data for presenting the items of a write. It is stored with their outcome, because a repeated request could be
 * read differently, and its answer must have the form of the first one.
 */
interface ItemsPresentation {
  readonly format: Format
  readonly refusedItems: readonly RefusedItem[]
}

/** Splits the items of a write into the valid ones and the refusals of the others. */
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

/** Sends the results of the items of a write in order: each was executed, or is invalid. */
export function sendWrittenItems<Outcome>(
  reply: FastifyReply,
  request: FastifyRequest,
  { outcome, presentation, isReplay }: Done<{ readonly requests: readonly Outcome[] }>,
  toWire: (item: Outcome | RefusedItem, at: number) => Item,
  answerOf: (items: readonly Item[]) => Omit<ItemsAnswer, 'items'>,
): FastifyReply {
  const { format, refusedItems } = presentation as ItemsPresentation
  const told: (Outcome | RefusedItem)[] = [...outcome.requests]
  // In ascending order of their indexes.
  for (const refused of refusedItems) told.splice(refused.at, 0, refused)
  const items = told.map(toWire)
  return sendItems(reply, request, { items, ...answerOf(items) }, { format, isReplay })
}

/**
 * Reports the refusal of an item in that item, without affecting the others.
 *
 * @throws all other errors: failures of the server, and 429, which concerns the caller.
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

/** The items of a request, one or several. @throws Refusal 400 without any, 1060 beyond the limit. */
export function readItems<Wanted>(name: string, items: Wanted | readonly Wanted[]): readonly Wanted[] {
  const list = [items].flat() as Wanted[]
  if (list.length === 0) throw badParameter(`root.${name}`, '', `1 to ${maxItems} items`)
  checkCount(name, list)
  return list
}

/** The items of a query or a body. @throws Refusal 1060 beyond the limit. */
export function checkCount(name: string, values: readonly unknown[]): void {
  if (values.length > maxItems)
    throw refuse.batchTooLarge(`${values.length} values for ${name} in one request: at most ${maxItems}`)
}
