import { type Refusal, refuse } from './errors.ts'

/** The refusal of a call about an erased customer: only the id is still known, and the customer will not return. */
export function erasedCustomer(): Refusal {
  return refuse.customerUnknown('Customer is deleted after PII delete request', { isErased: true })
}

/** The refusal of a change of a customer who was merged into another one. */
export function mergedCustomer(customerId: number, survivorId: number): Refusal {
  return refuse.conflict(`Customer ${customerId} was merged into customer ${survivorId}: use that id`)
}
