export { createClient, type CounterfoilClient } from './create-client.js'
export type { Credentials } from './credentials.js'
export { CounterfoilError, type ErrorDetail, type FailureKind } from './errors.js'
export type { CallOptions, ClientOptions, Patience } from './options.js'
// Bodies and answers of every method, under its name: RedeemCouponBody, RedeemCouponAnswer.
export type * from './api.gen.js'
