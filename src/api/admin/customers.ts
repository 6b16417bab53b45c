import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { blockCustomer } from '../../ledger/customers/block-customer.ts'
import { eraseCustomer } from '../../operate/erase-customer.ts'
import { guardLookups } from '../../ledger/lookups/guard-lookups.ts'
import type { App } from '../../http/app.ts'
import { recordedChange, recordedEdit } from '../../http/recorded-change.ts'
import { editedRecords } from './edited.ts'
import { route } from '../../http/route.ts'
import { admin, answers, idParams, readPathId, tags } from './fields.ts'

/** `/admin/v1/customers/{id}`: blocking a customer, and erasing a person. */
export function registerCustomers(app: App, context: Context): void {
  const records = editedRecords(context)
  route(app, 'PATCH /admin/v1/customers/:id', {
    access: ['organisation', 'write'],
    ...admin,
    edits: records.customer,
    needsReason: { words: 'to block', isNeeded: ({ isBlocked }) => isBlocked === true },
    schema: {
      operationId: 'blockCustomer',
      summary: 'Block a customer, or lift the block',
      tags,
      params: idParams,
      body: Type.Object({ isBlocked: Type.Boolean() }),
      response: answers(Type.Object({ id: Type.Integer(), isBlocked: Type.Boolean() })),
    },
    handler: async (caller, request) => {
      const { orgId } = caller
      const id = readPathId(request.params.id)
      const { isBlocked } = request.body
      await guardLookups(context, caller, { customers: 1 }, () =>
        recordedEdit(context, caller, request, ['customers', id], (transaction) =>
          blockCustomer(transaction, orgId, id, isBlocked),
        ),
      )
      return { id, isBlocked }
    },
  })

  route(app, 'DELETE /admin/v1/customers/:id', {
    access: ['organisation', 'write'],
    ...admin,
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
    handler: async (caller, request) => {
      const { orgId } = caller
      const id = readPathId(request.params.id)
      const { identifiers, answers } = await guardLookups(context, caller, { customers: 1 }, () =>
        recordedChange(context, caller, (transaction) => eraseCustomer(transaction, orgId, id)),
      )
      return { id, identifiersErased: identifiers, storedAnswersErased: answers }
    },
  })
}
