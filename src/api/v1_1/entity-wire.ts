import { Type } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import type { Entity, EntityQuery } from '../../identity/organisations/list-entities.ts'
import { constant, shapeOf } from '../../http/shape.ts'
import { itemStatus } from '../../http/v1_1-envelope.ts'
import { currencyOf, offsetAt } from './locale.ts'
import { itemFields } from './schemas.ts'
import { fieldList, localTime } from './wire.ts'

export interface OutgoingEntity {
  readonly entity: Entity
  readonly type: EntityQuery['type']
  readonly caller: Caller
  /** ISO 4217; null: not stated. */
  readonly currency: string | null
  readonly withParent: boolean
  readonly withLocale: boolean
}

const text = (from: (given: OutgoingEntity) => string) => ({ schema: Type.String(), from })
const optionalText = (from: (given: OutgoingEntity) => string | undefined) => ({
  schema: Type.Optional(Type.String()),
  from,
})
const noFields = { schema: fieldList, from: () => ({ field: [] as { name: string; value: string }[] }) }

/** Nested texts such as `timezones { base_timezone { … } }`, which are omitted together with the locales. */
const locale = (name: string, from: (given: OutgoingEntity) => Readonly<Record<string, string>>) => ({
  schema: Type.Optional(Type.Object({ [name]: Type.Object({}, { additionalProperties: Type.String() }) })),
  from: (given: OutgoingEntity) => (given.withLocale ? { [name]: from(given) } : undefined),
})

const externalIdOf = (wanted: EntityQuery['type'], at: number) =>
  text(({ entity, type }) => (type === wanted ? (entity.externalIds[at] ?? '') : ''))

const parentType: Readonly<Record<EntityQuery['type'], string>> = {
  TILL: 'STORE',
  STORE: 'ZONE',
  ZONE: '',
  CONCEPT: '',
}

/** A till, a store, a zone or a concept; fields that are not stored are empty. */
export const entityShape = shapeOf<OutgoingEntity>()({
  item_status: {
    schema: itemFields.item_status,
    from: () => itemStatus(true, 3200, 'Entity search successful'),
  },
  id: text(({ entity }) => String(entity.id)),
  is_active: text(({ entity }) => (entity.isActive ? '1' : '0')),
  code: text(({ entity }) => entity.code),
  name: text(({ entity }) => entity.name),
  description: text(({ entity }) => entity.description),
  last_updated_by: constant(''),
  last_updated_on: text(({ entity, caller }) => localTime(caller.timeZone, entity.createdAtS)),
  custom_fields: noFields,
  language_translations: noFields,
  time_zone_id: constant('0'),
  currency_id: constant('0'),
  language_id: constant('0'),
  timezones: locale('base_timezone', ({ caller: { timeZone } }) => ({
    label: timeZone,
    offset: offsetAt(timeZone, Date.now() / 1000),
  })),
  currencies: locale('base_currency', ({ currency }) => ({
    symbol: currencyOf(currency).symbol,
    label: currency ?? '',
  })),
  language_code: constant('en'),
  language_locale: constant('en_US'),
  languages: locale('base_language', () => ({ lang: 'English', locale: 'en_US' })),
  parent: {
    schema: Type.Object({
      id: Type.Optional(Type.String()),
      code: Type.Optional(Type.String()),
      name: Type.Optional(Type.String()),
      type: Type.Optional(Type.String()),
    }),
    from: ({ entity: { parent }, type, withParent }) =>
      withParent && parent !== null
        ? { id: String(parent.id), code: parent.code, name: parent.name, type: parentType[type] }
        : {},
  },
  parent_code: optionalText(({ entity, withParent }) =>
    withParent ? (entity.parent?.code ?? '') : undefined,
  ),
  parent_concept_code: optionalText(({ entity, withParent }) =>
    withParent ? (entity.concept?.code ?? '') : undefined,
  ),
  parent_concept_name: optionalText(({ entity, withParent }) =>
    withParent ? (entity.concept?.name ?? '') : undefined,
  ),
  country_code: text(({ caller }) => caller.country),
  username: text(({ entity, type }) => (type === 'TILL' ? entity.code : '')),
  last_login: constant(''),
  external_id: externalIdOf('STORE', 0),
  external_id_1: externalIdOf('STORE', 1),
  external_id_2: externalIdOf('STORE', 2),
  parent_external_id: externalIdOf('TILL', 0),
  parent_external_id_1: externalIdOf('TILL', 1),
  parent_external_id_2: externalIdOf('TILL', 2),
  type: text(({ type }) => type),
})
