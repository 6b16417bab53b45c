import type { Fields } from './contract.ts'

/** Fields that several calls have in common. */

export const status: Fields = 'status code message'

export const itemStatus: Fields = `statusCode { ${status} } warnings warningsAsStatusCode code success message`

export const identifiers: Fields = 'type value'

export const shortCustomer: Fields = `
  id
  profiles {
    firstName lastName fields { * } allFields { * } identifiers { ${identifiers} } commChannels userId accountId
    autoUpdateTime identifiersAll { ${identifiers} }
  }`

export const metadata: Fields = 'sourceType sourceId sourceActivity notes reason'

export const entityFailure: Fields = `warnings errors { ${status} } success`

export const errorsFailure: Fields = `errors { ${status} }`

export const customerFailure: Fields = `pagination { limit offset total } warnings errors { ${status} }`

export const cards = 'Cards are not kept: a customer is named by id, mobile, email or external id.'

export const accounts = 'One register of customers for all sources: there are no accounts within a source.'
