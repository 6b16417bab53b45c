import { Type } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { readStore, type Store } from '../../identity/organisations/read-store.ts'
import { catalogue, refuse } from '../../values/errors.ts'
import { parseId } from '../../values/ids.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readText } from '../../http/query-parameters.ts'
import { constant, shapeOf } from '../../http/shape.ts'
import { sendItems, type Item } from '../../http/v1_1-envelope.ts'
import { flag, whole } from '../../http/v1_1-values.ts'
import { currencyOf, offsetsOf, regionOf } from './locale.ts'
import { answerSchema, figureSchema, formatParameter, itemFields, produces, responses } from './schemas.ts'

/** This call prints the codes of items as text. */
const storeStatus = Type.Object({ ...itemFields.item_status.properties, code: figureSchema })
const statusOf = (isOk: boolean, code: number, message: string) => ({
  success: flag(isOk),
  code: whole(code),
  message,
})

interface OutgoingStore {
  readonly store: Store
  readonly caller: Caller
}

const text = (from: (given: OutgoingStore) => string) => ({ schema: Type.String(), from })
const group = (fields: Readonly<Record<string, (given: OutgoingStore) => string>>) => ({
  schema: Type.Object(Object.fromEntries(Object.keys(fields).map((name) => [name, Type.String()]))),
  from: (given: OutgoingStore) =>
    Object.fromEntries(Object.entries(fields).map(([name, from]) => [name, from(given)])),
})
const unknown = constant('')
const none = () => ''

/** A store; fields that are not stored are empty texts. */
const shape = shapeOf<OutgoingStore>()({
  id: text(({ store }) => String(store.id)),
  name: text(({ store }) => store.name),
  code: text(({ store }) => store.code),
  location: group({ latitude: none, longitude: none }),
  currency: {
    schema: Type.Object({
      name: Type.String(),
      symbol: Type.String(),
      iso_code: Type.Object({ alpha: Type.String(), numeric: Type.String() }),
    }),
    from: ({ store }) => {
      const { name, symbol } = currencyOf(store.currency)
      return { name, symbol, iso_code: { alpha: store.currency ?? '', numeric: '' } }
    },
  },
  language: constant('English'),
  time_zone: {
    schema: Type.Object({
      coordinates: Type.String(),
      offset: Type.Object({ std: Type.String(), summer: Type.String() }),
    }),
    from: ({ caller }) => ({ coordinates: '', offset: offsetsOf(caller.timeZone) }),
  },
  mobile: unknown,
  email: unknown,
  land_line: unknown,
  external_id: text(({ store }) => store.externalIds[0] ?? ''),
  external_id_1: text(({ store }) => store.externalIds[1] ?? ''),
  external_id_2: text(({ store }) => store.externalIds[2] ?? ''),
  country_name: text(({ caller }) => regionOf(caller.country)),
  state_name: unknown,
  city_name: unknown,
  area_name: unknown,
  template: {
    schema: Type.Object({
      sms: Type.Object({ name: Type.String(), email: Type.String(), mobile: Type.String() }),
      email: Type.Object({ name: Type.String(), mobile: Type.String(), email: Type.String() }),
    }),
    from: ({ store: { name } }) => ({
      sms: { name, email: '', mobile: '' },
      email: { name, mobile: '', email: '' },
    }),
  },
  item_status: { schema: storeStatus, from: () => statusOf(true, 900, catalogue[900].message) },
})

const { item_status, ...fields } = shape.properties
const answer = answerSchema({
  stores: Type.Object({
    store: Type.Object(
      { ...Type.Partial(Type.Object(fields)).properties, item_status },
      { description: 'Of an unknown store what was sent, and item_status.' },
    ),
  }),
})

/** `GET /v1.1/store/get`: a store by its id, its code or any of its external ids. */
export function registerGetStore(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `GET ${prefix}/store/get`, {
    access: {
      any: [
        ['coupon', 'read'],
        ['organisation', 'read'],
      ],
    },
    failure: 'v1.1',
    schema: {
      operationId: `getStore${suffix}`,
      summary: 'A store',
      tags: ['Version 1.1'],
      produces,
      querystring: Type.Object({
        ...formatParameter,
        id: Type.Optional(Type.String({ description: 'The store’s id.' })),
        external_id: Type.Optional(Type.String({ description: 'Any of its external ids.' })),
        code: Type.Optional(Type.String({ description: 'Its code.' })),
      }),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const id = readText(query, 'id')
      const externalId = readText(query, 'external_id')
      const code = readText(query, 'code')
      const by =
        id !== undefined
          ? { id: parseId(id) ?? 0 }
          : externalId !== undefined
            ? { externalId }
            : code !== undefined
              ? { code }
              : undefined
      if (by === undefined) throw refuse.storeIdMissing()
      const store = await readStore(context.database.queries, caller.orgId, by)
      const item: Item =
        store === undefined
          ? {
              isFailed: true,
              wire: {
                id,
                external_id: externalId,
                code,
                item_status: statusOf(false, 902, catalogue[902].message),
              },
            }
          : { isFailed: false, wire: shape.toWire({ store, caller }) }
      return sendItems(reply, request, { items: [item], content: { stores: { store: item.wire } } })
    },
  })
}
