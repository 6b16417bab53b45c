import type { ContractCall } from './contract.ts'

/** Uploads and webhooks. */

const job = `
  jobId uploadStatus createdOn updatedOn errorFileUrl successFileUrl uploadedFileUrl totalUploadedCount actualRowCount
  errorCount uploadTableName uploadedFileName audienceGroupId audienceGroupVersionId`
const redeemJob = `
  jobId uploadRedeemedCouponStatus createdOn updatedOn errorFileUrl successFileUrl uploadedFileUrl totalUploadedCount
  actualRowCount errorCount uploadTableName uploadedFileName`

const registration = `
  active name eventNames webHookUrl webHookType methodType webHookHeaders { * } maxAllowedConnections slaInSeconds
  customerIdentifiersToBeEnriched`
const webhook = `
  webHookId ${registration.replace(' { * }', '')} consumerGroupId noOfRetryAttempts tillDetailsEnrichmentEnabled
  storeDetailsEnrichmentEnabled attribution`

export const otherCalls: readonly ContractCall[] = [
  {
    call: 'POST /coupon/api/v1/upload/file/{couponSeriesId}',
    also: ['/v1/upload/file/{couponSeriesId}'],
    what: 'Upload codes',
    body: 'file customerIdentifier customerIdentifierColumn',
    answer: `success status result { orgId couponSeriesId uploadJobStatuses { ${job} } fileName }`,
  },
  {
    call: 'GET /coupon/api/v1/upload/getUploadStatus/{couponSeriesId}',
    also: ['/v1/upload/getUploadStatus/{couponSeriesId}'],
    what: 'What became of uploaded codes',
    answer: `success status result { orgId couponSeriesId uploadJobStatuses { ${job} } }`,
  },
  {
    call: 'POST /coupon/api/v1/upload/redeemFile/{couponSeriesId}',
    also: ['/v1/upload/redeemFile/{couponSeriesId}'],
    what: 'Upload redemptions',
    body: 'file customerIdentifier couponIdentifier uploadHeaders',
    answer: `success status result { orgId couponSeriesId redeemUploadJobStatuses { ${redeemJob} } fileName }`,
  },
  {
    call: 'GET /coupon/api/v1/upload/getUploadRedeemedCouponStatus/{couponSeriesId}',
    also: [
      '/v1/upload/getUploadRedeemedCouponStatus/{couponSeriesId}',
      '/v2/upload/getUploadRedeemedCouponStatus/{couponSeriesId}',
    ],
    what: 'What became of uploaded redemptions',
    answer: `success status result { orgId couponSeriesId redeemUploadJobStatuses { ${redeemJob} } }`,
  },
  {
    call: 'GET /coupon/api/v1/upload/files/{name}',
    also: ['/v1/upload/files/{name}'],
    what: 'The rows that were refused, or that came in: what `errorFileUrl` and `successFileUrl` lead to',
    notes: ['CSV. The contract has the names of these files and does not say where they are.'],
  },
  {
    call: 'POST /v3/webHooks',
    what: 'Subscribe to events',
    body: registration,
    answer: `data { ${webhook} }`,
    differs: {
      'body webHookType': 'HTTP only: there is no queue to put events into.',
      'body methodType': 'POST only.',
      'body customerIdentifiersToBeEnriched':
        'Mobile, e-mail and external id; other types are passed over, as customers have none.',
      'answer data.webHookHeaders': 'Names only; values are never shown again.',
      'answer data.consumerGroupId': 'Always −1: there are no consumer groups.',
      'answer data.tillDetailsEnrichmentEnabled data.storeDetailsEnrichmentEnabled':
        'Always false: messages carry the till’s id.',
    },
    notes: [
      'The contract does not publish the envelope of the answer: it is that of its other calls of version 3.',
    ],
  },
  {
    call: 'GET /v3/webHooks',
    what: 'Subscriptions',
    answer: `data { ${webhook} }`,
  },
  ...(
    [
      ['', 'Deliveries', ''],
      ['/requestId', 'Deliveries of a request', 'requestId'],
      ['/refId', 'Deliveries of an effect', 'refId'],
    ] as const
  ).map(([path, what, query]) => ({
    call: `GET /v3/webHooks/eventLog${path}`,
    what,
    query,
    notes: [
      'The contract publishes neither parameters nor answer. It writes webHooks and webhooks; paths are read in any case.',
    ],
  })),
]
