import type { ContractCall } from './contract.ts'

/** Uploads and webhooks. A row whose call has come loses its `isMissing`. */

const notBuilt = 'Not built yet.'
const job = `
  jobId uploadStatus createdOn updatedOn errorFileUrl successFileUrl uploadedFileUrl totalUploadedCount actualRowCount
  errorCount uploadTableName uploadedFileName audienceGroupId audienceGroupVersionId`
const redeemJob = `
  jobId uploadRedeemedCouponStatus createdOn updatedOn errorFileUrl successFileUrl uploadedFileUrl totalUploadedCount
  actualRowCount errorCount uploadTableName uploadedFileName`

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
  ...(
    [
      ['POST /v3/webHooks', 'Subscribe to events'],
      ['GET /v3/webHooks', 'Subscriptions'],
      ['GET /v3/webHooks/eventLog', 'Deliveries'],
      ['GET /v3/webHooks/eventLog/requestId', 'Deliveries of a request'],
      ['GET /v3/webHooks/eventLog/refId', 'Deliveries of an effect'],
    ] as const
  ).map(([call, what]) => ({
    call,
    what,
    isMissing: `${notBuilt} Every effect writes a row into \`events\` of the database.`,
  })),
]
