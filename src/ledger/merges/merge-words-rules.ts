import type { IdentifierType } from '../../values/identifier.ts'
import type { MergePreview, MergeSide, ReachedLimit } from './preview-merge.ts'

const identifierWords: Readonly<Record<IdentifierType, string>> = {
  mobile: 'mobile number',
  email: 'e-mail address',
  externalId: 'external id',
}

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

const nameOf = ({ firstName, lastName }: MergeSide): string => `${firstName} ${lastName}`.trim()

function ofIdentifiers({ survivor, retired }: MergePreview): string[] {
  const shownTypes = new Set(survivor.identifiers.filter((one) => one.isShown).map(({ type }) => type))
  return retired.identifiers.map(({ type, value, isShown }) =>
    isShown && !shownTypes.has(type)
      ? `The ${identifierWords[type]} ${value} is added to customer ${survivor.id}.`
      : `The ${identifierWords[type]} ${value} finds customer ${survivor.id}, but is not shown.`,
  )
}

function ofName({ survivor, retired }: MergePreview): string[] {
  const [kept, other] = [nameOf(survivor), nameOf(retired)]
  if (other === '' || kept === other) return []
  return [kept === '' ? `The name becomes ${other}.` : `The name ${kept} remains, and ${other} is dropped.`]
}

const limitWords = {
  redemptions: (used: number, max: number) =>
    `the redemptions of both add up to ${used}, and a customer may redeem ${max}`,
  coupons: (used: number, max: number) =>
    `both together hold ${counted(used, 'coupon', 'coupons')}, and a customer may get ${max}`,
  budget: (used: number, max: number) =>
    `the discounts of both add up to ${used}, and the budget of a customer is ${max}`,
} as const

const ofLimit = ({ description, limit, used, max }: ReachedLimit): string =>
  `${description}: ${limitWords[limit](used, max)}. What was done stays valid, and nothing further is possible.`

/** What a merge will do, in sentences. @returns at least one; the last says that it is for good. */
export function mergeInWords(preview: MergePreview): string[] {
  const { survivor, retired, revokedCoupons, supersededCoupons, reachedLimits } = preview
  const moved = [
    `${counted(retired.coupons, 'coupon', 'coupons')} (${retired.workingCoupons} working)`,
    counted(retired.redemptions, 'redemption', 'redemptions'),
    counted(retired.notes, 'note', 'notes'),
  ]
  return [
    `${moved.slice(0, -1).join(', ')} and ${moved.at(-1)} of customer ${retired.id} change over to customer ${survivor.id}.`,
    ...(retired.liveHolds === 0
      ? []
      : [
          `${counted(retired.liveHolds, 'checkout that has', 'checkouts that have')} reserved coupons can go on.`,
        ]),
    ...ofName(preview),
    ...ofIdentifiers(preview),
    `The id ${retired.id} leads to customer ${survivor.id} in every call.`,
    ...(retired.isBlocked && !survivor.isBlocked
      ? [`Customer ${retired.id} is blocked, so customer ${survivor.id} becomes blocked.`]
      : []),
    ...(revokedCoupons === 0
      ? []
      : [
          `Both hold the same common code: ${counted(revokedCoupons, 'unredeemed coupon is', 'unredeemed coupons are')} revoked, so that one is left.`,
        ]),
    ...(supersededCoupons === 0
      ? []
      : [
          `Both have redeemed the same common code: ${counted(supersededCoupons, 'coupon remains', 'coupons remain')} for the record and cannot be redeemed again.`,
        ]),
    ...reachedLimits.map(ofLimit),
    'This cannot be undone.',
  ]
}
