import type { ContractCall } from './contract.ts'
import { couponReads } from './coupon-reads.ts'
import { couponWrites } from './coupon-writes.ts'
import { customerCalls } from './customer-calls.ts'
import { otherCalls } from './other-calls.ts'
import { placeCalls } from './place-calls.ts'
import { seriesCalls } from './series-calls.ts'
import { signInCalls } from './sign-in-calls.ts'
import { v1Calls } from './v1-calls.ts'

/** Every call of the contract, by what it is about. */
export const areas: readonly { readonly title: string; readonly calls: readonly ContractCall[] }[] = [
  { title: 'Coupons', calls: [...couponReads, ...couponWrites] },
  { title: 'Series', calls: seriesCalls },
  { title: 'Customers', calls: customerCalls },
  { title: 'Places', calls: placeCalls },
  { title: 'Sign-in', calls: signInCalls },
  { title: 'v1.1', calls: v1Calls },
  { title: 'Uploads and webhooks', calls: otherCalls },
]
