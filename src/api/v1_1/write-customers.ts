import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { mergeCustomer, type MergedCustomer } from '../../ledger/customers/merge-customer.ts'
import { findTill } from '../../identity/organisations/find-till.ts'
import type { Done } from '../../platform/idempotency/idempotent.ts'
import { catalogue, type Code, Refusal, refuse } from '../../values/errors.ts'
import type { IdentifierType } from '../../values/identifier.ts'
import { sendItems, type Item } from '../../http/v1_1-envelope.ts'
import type { Scalar } from './customer.ts'
import { readWantedCustomer, type WantedCustomer } from './customer-request.ts'
import {
  countedStatus,
  countedStatusOf,
  customerItemStatus,
  customerStatus,
  writtenCustomer,
  type CustomerWarning,
} from './customer-wire.ts'
import { customerCodeOf } from './refusals.ts'
import { answerSchema, textOrNull } from './schemas.ts'
import { writeItems, type IdempotencyKey } from './write-items.ts'

/** What the additions and updates of customers share. */
export type Way = 'add' | 'update'

const {
  user_id: userId,
  firstname,
  lastname,
  mobile,
  email,
  external_id: externalId,
  ...others
} = writtenCustomer.properties
const names = { firstname, lastname, mobile, email, external_id: externalId }

export const writtenAnswer = answerSchema(
  {
    customers: Type.Object({
      customer: Type.Array(
        Type.Union([
          Type.Object({ user_id: userId, ...names, ...others, item_status: customerItemStatus }),
          Type.Object(
            {
              mobile: Type.Optional(textOrNull),
              email: Type.Optional(textOrNull),
              external_id: Type.Optional(textOrNull),
              firstname: Type.Optional(textOrNull),
              lastname: Type.Optional(textOrNull),
              item_status: customerItemStatus,
            },
            { description: 'Refused: what was sent.' },
          ),
        ]),
      ),
    }),
  },
  {},
  countedStatus,
)

/** Writes the customers of a request. */
export async function writeCustomers(
  context: Context,
  caller: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
  way: Way,
): Promise<FastifyReply> {
  const { root } = request.body as { root: { customer: WantedCustomer | WantedCustomer[] } }
  const { items, isReplay } = await writeItems(
    caller,
    request,
    root.customer,
    (sent, key) => writeOne(context, caller, request, sent, way, key),
    (sent, written) =>
      written instanceof Refusal ? refusedToWire(sent, written, way) : writtenToWire(written, caller),
  )
  return sendItems(
    reply,
    request,
    {
      items,
      status: countedStatusOf(items),
      content: { customers: { customer: items.map(({ wire }) => wire) } },
    },
    { isReplay },
  )
}

interface Written extends Done<MergedCustomer> {
  readonly warnings: readonly CustomerWarning[]
}

async function writeOne(
  context: Context,
  caller: Caller,
  request: FastifyRequest,
  sent: WantedCustomer,
  way: Way,
  idempotencyKey: IdempotencyKey,
): Promise<Written> {
  const { tillCode, warnings: read, ...wanted } = readWantedCustomer(sent, caller, request.headers)
  const till =
    tillCode === undefined ? caller.tillId : await findTill(context.database.queries, caller.orgId, tillCode)
  const warnings = till === undefined ? [...read, refuse.registeringTillUnknown()] : read
  const done = await mergeCustomer(context, caller, {
    ...wanted,
    isAdded: way === 'add',
    tillId: till ?? caller.tillId,
    idempotencyKey,
    requestId: request.id,
  })
  return { ...done, warnings }
}

const nameOf = { mobile: 'Mobile', email: 'Email', externalId: 'External id' } as const

const keptWarning = (type: IdentifierType): CustomerWarning =>
  refuse.identifierKept(`${nameOf[type]} update is not allowed`)
const takenWarning = (type: IdentifierType): CustomerWarning =>
  refuse.identifierLeftOut(`${nameOf[type]} belongs to another customer and was left out`)

/** Warnings that are also part of the message of the item. */
const isRepeated = ({ code }: CustomerWarning): boolean => code === 1017 || code === 91_006

function writtenToWire({ outcome, warnings: read }: Written, { timeZone }: Caller): Item {
  const { details, isNew } = outcome
  const warnings = [...read, ...outcome.kept.map(keptWarning), ...outcome.taken.map(takenWarning)]
  const done = isNew ? 'Customer registration successful' : 'Customer successfully updated'
  const repeated = new Set(warnings.filter(isRepeated).map((one) => one.message))
  const message = [done, ...repeated].join(', ')
  return {
    isFailed: false,
    wire: {
      ...writtenCustomer.toWire({ customer: details, timeZone }),
      item_status: customerStatus(true, 1000, message, warnings),
    },
  }
}

/** Maps refusals of the verbs to the codes of these calls. */
const olderCodes: Partial<Record<Code, Code>> = { 8014: 1001, 8018: 1046, 8130: 1007 }
const isOfCustomers = (code: Code): boolean => (code >= 1001 && code <= 1047) || code === 8109

const failureOf = { add: refuse.customerNotAdded, update: refuse.customerNotUpdated } as const

/** The code of a refused item; an error without such a code fails the whole request. */
function refusalToWire(refusal: Refusal, way: Way): { code: Code; message: string } {
  const code = olderCodes[refusal.code] ?? customerCodeOf(refusal)
  if (!isOfCustomers(code)) return failureOf[way](refusal.message)
  return { code, message: code === refusal.code ? refusal.message : catalogue[code].message }
}

function refusedToWire(sent: WantedCustomer, refusal: Refusal, way: Way): Item {
  const { code, message } = refusalToWire(refusal, way)
  const shown = (name: 'mobile' | 'email' | 'external_id' | 'firstname' | 'lastname') =>
    textAsSent(sent[name])
  return {
    isFailed: true,
    wire: {
      mobile: shown('mobile'),
      email: shown('email'),
      external_id: shown('external_id'),
      firstname: shown('firstname'),
      lastname: shown('lastname'),
      item_status: customerStatus(false, code, message),
    },
  }
}

const textAsSent = (value: Scalar): string | undefined =>
  value === undefined || value === null ? undefined : String(value)
