import { Type } from 'typebox'
import { recorded } from '../../platform/author.ts'
import type { Context } from '../../ledger/context.ts'
import { blockCustomer } from '../../ledger/customers/block-customer.ts'
import { eraseCustomer } from '../../operate/erase-customer.ts'
import { guardLookups } from '../../ledger/lookups/guard-lookups.ts'
import type { App } from '../../http/app.ts'
import { answers, config, idParams, readPathId, signInAdministrator, tags } from './fields.ts'

/** `/admin/v1/customers/{id}`: blocking a customer, and erasing a person. */
export function registerCustomers(app: App, context: Context): void {
  const { queries } = context.database
  app.patch(
    '/admin/v1/customers/:id',
    {
      config,
      schema: {
        operationId: 'blockCustomer',
        summary: 'Block a customer, or lift the block',
        tags,
        params: idParams,
        body: Type.Object({ isBlocked: Type.Boolean() }),
        response: answers(Type.Object({ id: Type.Integer(), isBlocked: Type.Boolean() })),
      },
    },
    async (request) => {
      const caller = await signInAdministrator(request, 'write')
      const { orgId } = caller
      const id = readPathId(request.params.id)
      const { isBlocked } = request.body
      await guardLookups(context, caller, { customers: 1 }, () =>
        recorded(queries, caller, (transaction) => blockCustomer(transaction, orgId, id, isBlocked)),
      )
      return { id, isBlocked }
    },
  )

  app.delete(
    '/admin/v1/customers/:id',
    {
      config,
      schema: {
        operationId: 'eraseCustomer',
        summary: 'Erase a person',
        description:
          'Removes every identifier, name and field and what stored answers hold. Coupons and redemptions stay under the id. It cannot be undone.',
        tags,
        params: idParams,
        response: answers(
          Type.Object({
            id: Type.Integer(),
            identifiersErased: Type.Integer(),
            storedAnswersErased: Type.Integer(),
          }),
        ),
      },
    },
    async (request) => {
      const caller = await signInAdministrator(request, 'write')
      const { orgId } = caller
      const id = readPathId(request.params.id)
      const { identifiers, answers } = await guardLookups(context, caller, { customers: 1 }, () =>
        recorded(queries, caller, (transaction) => eraseCustomer(transaction, orgId, id)),
      )
      return { id, identifiersErased: identifiers, storedAnswersErased: answers }
    },
  )
}
