import { Type, type Static } from 'typebox'
import { editVersionOn } from '../../identity/organisations/require-version.ts'
import type { Context } from '../../ledger/context.ts'
import { readItemRules, setItemRules, type ItemRules } from '../../ledger/series/set-item-rules.ts'
import { lockOneSeries } from '../../ledger/post/lock.ts'
import { recordedOn } from '../../platform/author.ts'
import { badParameter } from '../../values/errors.ts'
import type { App } from '../../http/app.ts'
import { readIfMatch, tellVersion } from '../../http/if-match.ts'
import { route } from '../../http/route.ts'
import { productGroups, productGroupsToWire, productsBody, readProducts } from '../v2/series-lists.ts'
import { admin, answers, idParams, nullable, readPathId } from './fields.ts'

const tags = ['Series']
const maxQuantity = 1_000_000

const stated = Type.Object({
  excludedProducts: productsBody,
  minQuantity: Type.Optional(
    nullable(Type.Integer({ minimum: 1, maximum: maxQuantity, description: 'Null: any quantity.' })),
  ),
})

export const itemRulesSchema = Type.Object({
  excludedProducts: productGroups,
  minQuantity: nullable(Type.Integer({ description: 'Of the products that the series applies to.' })),
})

/** `/admin/v1/series/{id}/item-rules`: rules for the items of a bill, which the contract does not have. */
export function registerSeriesItemRules(app: App, context: Context): void {
  const { pool } = context.database
  route(app, 'GET /admin/v1/series/:id/item-rules', {
    access: ['campaign', 'read'],
    ...admin,
    schema: {
      operationId: 'getItemRules',
      summary: 'Rules of a series for the items of a bill',
      tags,
      params: idParams,
      response: answers(itemRulesSchema),
    },
    handler: async ({ orgId }, { params }, reply) => {
      const { version, rules } = await readItemRules(pool, orgId, readPathId(params.id))
      tellVersion(reply, version)
      return rulesToWire(rules)
    },
  })
  route(app, 'PUT /admin/v1/series/:id/item-rules', {
    access: ['campaign', 'write'],
    ...admin,
    edits: {
      table: 'series',
      current: async ({ orgId }, id) => {
        const { version, rules } = await readItemRules(pool, orgId, id)
        return { version, record: rulesToWire(rules) }
      },
    },
    schema: {
      operationId: 'setItemRules',
      summary: 'Set the rules of a series for the items of a bill',
      description:
        'Products that coupons of the series do not apply to, and how many of the products that they apply to must be on the bill. A rule that is omitted or null does not apply. The rules are judged if a call of /till/v1 states the items.',
      tags,
      params: idParams,
      body: stated,
      response: answers(itemRulesSchema),
    },
    handler: async (caller, request, reply) => {
      const { orgId } = caller
      const id = readPathId(request.params.id)
      const rules = readRules(request.body)
      const expected = readIfMatch(request)
      const set = await recordedOn(pool, caller, async (client) => {
        await lockOneSeries(client, orgId, id)
        return editVersionOn(client, ['series', orgId, id], expected, () =>
          setItemRules(client, orgId, id, rules),
        )
      })
      tellVersion(reply, set.version)
      return rulesToWire(set.rules)
    },
  })
}

function readRules({ excludedProducts, minQuantity = null }: Static<typeof stated>): ItemRules {
  const products = readProducts('excludedProducts', excludedProducts)
  const at = products?.findIndex(({ productType }) => productType === 'ATTRIBUTE') ?? -1
  // A list without an effect is refused, since callers would expect it to be judged.
  if (at !== -1)
    throw badParameter(`excludedProducts.${at}.productType`, 'ATTRIBUTE', 'one of SKU, CATEGORY, BRAND')
  return { excludedProducts: products, minQuantity }
}

const rulesToWire = ({ excludedProducts, minQuantity }: ItemRules): Static<typeof itemRulesSchema> => ({
  excludedProducts: productGroupsToWire({ products: excludedProducts }) ?? [],
  minQuantity,
})
