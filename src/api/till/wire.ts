import { Type, type Static } from 'typebox'
import type { BearerRefusal } from '../../ledger/money/find-holder.ts'
import { redemptionRules } from '../../ledger/redemptions/ordered-redemption-rules.ts'
import { catalogue, type Code } from '../../values/errors.ts'
import { describedProblem, problemFields, problemsOf } from '../../http/problem.ts'

export const till = { failure: 'problem' } as const
export const tags = ['Till']

export const money = (description: string) => Type.String({ description })
export const currency = Type.Union([Type.String(), Type.Null()], {
  description: 'ISO 4217; null: neither the organisation nor the bill states one.',
})

export const refusalFields = Type.Object(
  {
    code: Type.Integer({ description: 'A code of the catalogue of errors.' }),
    rule: Type.String({ description: 'The name of the rule, as in the explanation of a coupon.' }),
    message: Type.String(),
  },
  { title: 'Refusal' },
)

/** The failures of a call as a whole. */
export const failures = problemsOf([400, 401, 403, 405, 413, 415, 429, 500, 503])

/** The failures of a write. 409 states why each coupon was refused. */
export const writeFailures = {
  ...failures,
  ...problemsOf([422]),
  409: describedProblem(
    Type.Object({
      ...problemFields,
      rule: Type.Optional(Type.String({ description: 'The rule of the first refused coupon.' })),
      refusals: Type.Optional(Type.Array(Type.Object({ code: Type.String(), refusal: refusalFields }))),
    }),
    'A coupon was refused, and none was redeemed or reserved; or the hold has ended.',
  ),
}

/** Names of rules that are not among the ordered rules of redemption. */
const otherRules = {
  701: 'customer',
  702: 'knownCode',
  749: 'otherCoupons',
  9001: 'exclusions',
  9011: 'hold',
  9012: 'hold',
} as const

const messages: Partial<Record<BearerRefusal, string>> = {
  701: 'Nobody holds the coupon: name the customer who is to redeem it',
}

/** @param ownRefusal the refusal of a rule for which the contract has no code. */
export function refusalToWire(refusal: BearerRefusal, ownRefusal?: Code): Static<typeof refusalFields> {
  const code = ownRefusal ?? refusal
  const broken = redemptionRules.find((one) => (one.ownCode ?? one.code) === code)
  const rule = broken?.name ?? otherRules[code as keyof typeof otherRules]
  const message = code === refusal ? messages[refusal] : undefined
  return { code, rule, message: message ?? catalogue[code].message }
}
