interface IgnoredField {
  /** Names of fields, in any letter case. */
  readonly names: readonly string[]
  readonly reason: string
}

/** Fields that are not compared, because they differ even between services that judge alike. */
const ignoredFields: readonly IgnoredField[] = [
  {
    names: ['message', 'appendedErrorMessage', 'statusMessage'],
    reason: 'Texts for people, which each service words differently; their codes are compared.',
  },
  {
    names: ['requestId', 'request_id', 'apiRequestId'],
    reason: 'Each service names its own requests.',
  },
  {
    names: ['redemptionId', 'redemption_id'],
    reason: 'A redemption gets its id where it is made; in a check it has none.',
  },
  {
    names: ['createdDate', 'created_date', 'date'],
    reason:
      'The original prints a local time with a Z, which is another instant; the ISO fields are compared.',
  },
  {
    names: [
      'updated_on',
      'modified',
      'lastUpdatedOn',
      'last_updated',
      'lastModified',
      'createDate',
      'autoUpdateTime',
    ],
    reason: 'The time at which each service stored the record.',
  },
  {
    names: ['storeId', 'store_id', 'tillId', 'till_id', 'createdBy', 'created_by', 'org_id', 'orgId'],
    reason: 'Stores, tills and organisations get their ids from each service; their codes are compared.',
  },
  {
    names: [
      'loyalty_points',
      'lifetime_points',
      'lifetime_purchases',
      'current_slab',
      'loyaltyInfo',
      'segments',
      'subscriptions',
      'transactions',
      'fraud_details',
      'side_effects',
      'sideEffects',
    ],
    reason: 'Points, tiers, segments and transactions exist only in the original.',
  },
]

const ignored = new Set(ignoredFields.flatMap(({ names }) => names.map((name) => name.toLowerCase())))

export const isIgnored = (name: string): boolean => ignored.has(name.toLowerCase())
