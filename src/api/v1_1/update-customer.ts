import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { writeHeaders } from '../../http/envelope.ts'
import { maxItems } from '../../http/v1_1-envelope.ts'
import { wantedCustomer } from './customer-request.ts'
import { consumes, formatParameter, itemsBody, produces, responses } from './schemas.ts'
import { writeCustomers, writtenAnswer } from './write-customers.ts'

/** `POST /v1.1/customer/update`, which newer documents call with PUT: changes customers, each by itself. */
export function registerUpdateCustomer(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `POST ${prefix}/customer/update`, {
    access: ['customer', 'write'],
    failure: 'v1.1',
    alsoWith: 'PUT',
    schema: {
      operationId: `updateCustomers${suffix}`,
      summary: 'Change customers',
      description: `At most ${maxItems} customers, found by id, mobile, external_id and email in this order. Identifiers fill in what is missing and replace nothing.`,
      tags: ['Version 1.1'],
      consumes,
      produces,
      headers: writeHeaders,
      querystring: Type.Object(formatParameter),
      body: itemsBody('customer', wantedCustomer),
      response: responses(writtenAnswer),
    },
    handler: (caller, request, reply) => writeCustomers(context, caller, request, reply, 'update'),
  })
}
