import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CustomerProfile } from '../ledger/customers/customer-profile.ts'
import { badParameter, catalogue, Refusal, type Code } from '../values/errors.ts'
import type { Answer, GivenAnswer } from '../platform/idempotency/stored-answers.ts'
import { readEnum, type Query } from './query-parameters.ts'
import { about, sendAnswer } from './retry-key.ts'
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

const render = (format: Format, wire: object): string =>
  format === 'xml' ? toXml(wire) : JSON.stringify(wire)

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
  return sendAnswer(reply, { httpStatus, body: render(readFormat(request), wire), isReplay: false })
}

/** The same of items: the status of the whole, then what is told of them. */
export function sendItems(
  reply: FastifyReply,
  request: FastifyRequest,
  items: readonly Item[],
  content: object,
): FastifyReply {
  const wire = { response: { status: statusOf(items), ...content } }
  return sendWire(reply, request, httpStatusOf(items), wire)
}

/** What an item of a request is told of: the verdict of its wish, or why there was no wish. */
export type Told<Verdict> = Verdict | Refusal | undefined

interface ItemsWrite<Wish, Verdict> {
  /** What each item of the request asks for; a Refusal: nothing that could be carried out. */
  readonly read: readonly (Wish | Refusal)[]
  readonly toWire: (told: Told<Verdict>, at: number) => Item
  /** What the answer holds beside its status. */
  readonly content: (items: readonly Item[]) => object
  readonly carryOut: (
    wishes: readonly Wish[],
    present: (verdicts: readonly Verdict[]) => Answer,
  ) => Promise<GivenAnswer>
}

/**
 * Carries out what can be carried out of a request, and answers all its items in their order. When no wish found its
 * customer the answer is not kept: with a key too, another try starts afresh.
 */
export function writeItems<Wish, Verdict extends { readonly customer: CustomerProfile | undefined }>(
  format: Format,
  { read, toWire, content, carryOut }: ItemsWrite<Wish, Verdict>,
): Promise<GivenAnswer> {
  const present = (verdicts: readonly Verdict[]): Answer => {
    const left = [...verdicts]
    const items = read.map((one, at) => toWire(one instanceof Refusal ? one : left.shift(), at))
    const known = verdicts.flatMap(({ customer }) => customer?.id ?? [])
    const body = render(format, { response: { status: statusOf(items), ...content(items) } })
    return about(known, {
      httpStatus: httpStatusOf(items),
      body,
      ...(known.length === 0 && { isKept: false }),
    })
  }
  const wishes = read.flatMap((one) => (one instanceof Refusal ? [] : [one]))
  return wishes.length === 0
    ? Promise.resolve({ ...present([]), isReplay: false })
    : carryOut(wishes, present)
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
    throw new Refusal(1060, `${list.length} coupons in one request: at most ${maxItems}`)
  return list
}

/** A comma list of codes or ids. @throws Refusal 629 beyond the limit. */
export function checkCount(name: string, values: readonly unknown[], maxItems: number): void {
  if (values.length > maxItems)
    throw new Refusal(629, `Invalid Input: ${values.length} values for ${name}, at most ${maxItems}`)
}
