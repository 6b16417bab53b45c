import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { writeHeaders } from '../../http/envelope.ts'
import { maxItems } from '../../http/v1_1-envelope.ts'
import { wantedCustomer } from './customer-request.ts'
import { consumes, formatParameter, itemsBody, produces, responses } from './schemas.ts'
import { writeCustomers, writtenAnswer, type Way } from './write-customers.ts'

interface Words {
  readonly operationId: string
  readonly summary: string
  readonly description: string
}

const words: Readonly<Record<Way, Words>> = {
  add: {
    operationId: 'addCustomers',
    summary: 'Register customers, or update those who exist',
    description: `At most ${maxItems} customers. An identifier that a customer has already is not replaced: a warning says so.`,
  },
  update: {
    operationId: 'updateCustomers',
    summary: 'Change customers',
    description: `At most ${maxItems} customers, found by id, mobile, external_id and email in this order. Identifiers fill in what is missing and replace nothing.`,
  },
}

const registerWay =
  (way: Way) =>
  (app: App, context: Context, prefix: string, suffix: string): void => {
    const { operationId, ...described } = words[way]
    route(app, `POST ${prefix}/customer/${way}`, {
      access: ['customer', 'write'],
      failure: 'v1.1',
      alsoWith: 'PUT',
      schema: {
        operationId: `${operationId}${suffix}`,
        ...described,
        tags: ['Version 1.1'],
        consumes,
        produces,
        headers: writeHeaders,
        querystring: Type.Object(formatParameter),
        body: itemsBody('customer', wantedCustomer),
        response: responses(writtenAnswer),
      },
      handler: (caller, request, reply) => writeCustomers(context, caller, request, reply, way),
    })
  }

/** `POST /v1.1/customer/add`: registers customers, and updates existing ones. */
export const registerAddCustomer = registerWay('add')

/** `POST /v1.1/customer/update`, or PUT in newer pages of the contract: changes customers. */
export const registerUpdateCustomer = registerWay('update')
