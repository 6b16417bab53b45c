import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { writeHeaders } from '../../http/envelope.ts'
import { maxItems } from '../../http/v1_1-envelope.ts'
import { wantedCustomer } from './customer-request.ts'
import { consumes, formatParameter, itemsBody, produces, responses } from './schemas.ts'
import { writeCustomers, writtenAnswer } from './write-customers.ts'

/** `POST /v1.1/customer/add`: registers customers, and updates those who are there already. */
export function registerAddCustomer(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `POST ${prefix}/customer/add`, {
    access: ['customer', 'write'],
    failure: 'v1.1',
    alsoWith: 'PUT',
    schema: {
      operationId: `addCustomers${suffix}`,
      summary: 'Register customers, or update those who exist',
      description: `At most ${maxItems} customers. An identifier that a customer has already is not replaced: a warning says so.`,
      tags: ['Version 1.1'],
      consumes,
      produces,
      headers: writeHeaders,
      querystring: Type.Object(formatParameter),
      body: itemsBody('customer', wantedCustomer),
      response: responses(writtenAnswer),
    },
    handler: (caller, request, reply) => writeCustomers(context, caller, request, reply, 'add'),
  })
}
