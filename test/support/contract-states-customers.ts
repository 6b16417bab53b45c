import { readExample } from './contract-examples.ts'
import { nothing, type ContractShop, type State } from './contract-shop.ts'

/** Preconditions of examples that create, change and read series, customers and places. */

const seriesIds = (shop: ContractShop) => ({ 100737: shop.orgId, 75197941: shop.tillId })

export const seriesStates: Record<string, State> = {
  'series: creation': async (shop) => ({ known: seriesIds(shop), free: ['id', 'seriesCode'] }),
  'series: creation with limits': async (shop) => ({ known: seriesIds(shop), free: ['id'] }),
  'series: creation of what is listed': async (shop) => ({
    known: seriesIds(shop),
    free: ['id', 'seriesCode'],
  }),
  'series: change': async (shop) => ({
    known: { ...seriesIds(shop), 923222: await shop.created() },
    // The clock of the database.
    free: ['lastUsed', 'dvsExpiryDate', 'redemptionValidFrom'],
  }),
  'series: list': async (shop) => {
    const { body } = readExample('series', 'creation of what is listed')
    const id = (await shop.post('/v2/coupon/series', body ?? {})).at('id') as number
    for (let n = 0; n < 3; n++) {
      const customerId = await shop.customer()
      // The series is for customers who registered in the first hours of 1970.
      const loyaltyInfo = { attributionV2: { createDate: '1970-01-01T01:00:00Z' } }
      await shop.put(`/v2/customers/${customerId}?source=INSTORE`, { profiles: [{}], loyaltyInfo })
      await shop.issue(id, customerId)
    }
    return { known: { ...seriesIds(shop), 520591: id }, free: ['entity.seriesCode'] }
  },
}

const registeredNoor = {
  firstName: ' Noor ',
  lastName: 'Sand',
  mobile: '9400488244',
  fields: { shoe_size: '38' },
  commChannels: [
    {
      type: 'mobile',
      value: '919400488244',
      primary: true,
      verified: false,
      meta: { residence: true, office: false },
    },
  ],
}

const customer =
  (id: string, more: object = {}): State =>
  async (shop) => {
    const customerId = await shop.registered({ ...registeredNoor, ...more })
    await shop.update(customerId, { extendedFields: { gender: 'female' } })
    return { known: { [id]: customerId, ...shop.till } }
  }
const withMail = { email: 'noor@example.com' }

export const customerStates: Record<string, State> = {
  'register-customer: a new customer': async () => ({ free: ['createdId'] }),
  'register-customer: a known customer': customer('306', withMail),
  'customer-calls: look-up': customer('306'),
  'customer-calls: details': customer('306'),
  'customer-calls: details by look-up': customer('306'),
  'customer-calls: an unknown customer': nothing,
  'customer-calls: change': customer('329', withMail),
  'customer-calls: change by look-up': customer('329', withMail),
  'customer-calls: change of identifiers': customer('306', withMail),
  'customer-calls: search': customer('306', withMail),
  'places: creation of a till': async (shop) => ({
    known: { 'till-7': `till-7-${shop.orgId}`, 50143656: shop.storeId },
    free: ['createdId'],
    headers: await shop.administrator(),
  }),
  'places: creation of a store': async (shop) => ({
    free: ['createdId'],
    headers: await shop.administrator(),
  }),
  'places: a till': async (shop) => {
    const headers = await shop.administrator()
    const name = `till-7-${shop.orgId}`
    const body = { name, password: 'a till of its own', storeId: shop.storeId, description: 'By the door' }
    const created = await shop.post('/v2/orgEntity/till', body, { headers })
    return { known: { 'till-7': name, 75161978: created.at('createdId') as number } }
  },
  'token: an access token': async (shop) => ({
    known: { 'a-key': shop.clientKey, 'a-secret': shop.clientSecret },
    free: ['data.accessToken'],
  }),
}
