import type { ContractCall } from './contract.ts'
import { entityFailure } from './shared-fields.ts'

const catalogues = 'The catalogue is not kept: always −1.'

export const placeCalls: readonly ContractCall[] = [
  {
    call: 'GET /v2/organization/till/{id}',
    what: 'A till',
    answer: `
      id code description name type referenceId adminType isActive isOuEnabled timeZoneId currencyId languageId
      customField default warnings`,
    failure: entityFailure,
    differs: { 'answer timeZoneId currencyId languageId': catalogues },
  },
  {
    call: 'GET /v2/locations',
    what: 'Stores, tills, zones and concepts',
    query: 'type entityCodes q isActive isAdmin isOrgUnit limit offset',
    failure: entityFailure,
    missing: { 'query isAdmin isOrgUnit': 'Passed over: tills and stores are of one kind.' },
    notes: ['The contract does not publish the answer: it is the family’s paging with the fields below.'],
  },
  {
    call: 'POST /v2/orgEntity/till',
    what: 'Create a till',
    body: 'name password storeId description billable',
    answer: 'createdId warnings',
    failure: entityFailure,
    missing: { 'body billable': 'Passed over: nothing is billed.' },
  },
  {
    call: 'POST /v2/orgEntity/store',
    what: 'Create a store',
    body: `
      code name description type adminType isActive timeZoneId currencyId languageId parentZoneId parentConceptId
      externalIds email mobile`,
    answer: 'createdId warnings',
    failure: entityFailure,
    missing: {
      'body type adminType timeZoneId currencyId languageId email mobile':
        'Passed over: they decide no coupon rule. Time zone and currency are the organisation’s.',
    },
  },
  {
    call: 'POST /v2/orgEntity/associate',
    what: 'Put places into each other',
    isMissing: 'Known by name only. A store is put into a zone or concept by `PATCH /admin/v1/stores/{id}`.',
  },
  {
    call: 'GET /v2/organization/till',
    what: 'All tills',
    isMissing: 'Known by name only; `GET /v2/locations?type=TILL` lists them.',
  },
  {
    call: 'GET /v2/organization/activeTill',
    what: 'Tills that are active',
    isMissing: 'Known by name only; `GET /v2/locations?type=TILL&isActive=true` lists them.',
  },
  {
    call: 'GET /v2/organization/programs',
    what: 'Loyalty programmes',
    isMissing: 'There are none.',
  },
  {
    call: 'GET /v2/organization/configkeyvalue',
    what: 'Settings of the organisation',
    isMissing: 'They are of the hosted service; ours are at `GET /admin/v1/organisation`.',
  },
]
