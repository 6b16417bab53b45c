import type { Outcome } from './clients.ts'
import { thousandthsOf } from './money.ts'

/** A hold as an answer tells of it. Discounts are thousandths. */
interface ClaimedHold {
  readonly id: number
  readonly reference: string
  readonly status: string
  readonly expiresAtMs: number
  readonly codes: readonly { readonly code: string; readonly discount: number }[]
  /** It replaced a live one. */
  readonly isReplacement: boolean
}

/** A return as an answer tells of it. Amounts are thousandths. */
export interface ClaimedReturn {
  /** Null: nothing of the discount fell to the items, and nothing was recorded. */
  readonly id: number | null
  readonly redemptionId: number
  readonly amount: number
  readonly isUseReturned: boolean
  /** What the redemption took off its bill, what went back with this return and before, and what is left. */
  readonly given: number
  readonly returned: number
  readonly left: number
}

/** The claims of an answer, read from its published shape. */
export interface Claims {
  readonly issued: readonly { readonly id: number; readonly code: string; readonly seriesId: number }[]
  readonly redeemed: readonly {
    readonly id: number
    /** Undefined: the answer does not tell. */
    readonly couponId: number | undefined
    readonly code: string
    /** In thousandths; undefined: the answer does not tell. */
    readonly discount?: number
  }[]
  /** A hold that was made, extended or released. */
  readonly hold?: ClaimedHold
  /** What codes are quoted to be worth, in thousandths. */
  readonly quoted?: readonly { readonly code: string; readonly discount: number }[]
  readonly reversed: readonly number[]
  readonly returned: readonly ClaimedReturn[]
  readonly revoked: readonly {
    readonly id: number
    readonly code: string
    readonly customerId: number | null
  }[]
  readonly isExpiryChanged: boolean
  /** Refusal codes with the code, series or redemption id that they concern. */
  readonly refusals: readonly { readonly code: number; readonly about: string }[]
}

export const nothing: Claims = {
  issued: [],
  redeemed: [],
  reversed: [],
  returned: [],
  revoked: [],
  isExpiryChanged: false,
  refusals: [],
}

interface Status {
  code: number
  message: string
}
interface RedeemedItem {
  redemptionId?: string
  id?: number
  code: string
  redemptionStatus: { code: number; success: boolean }
}

function redeemClaims(items: readonly RedeemedItem[]): Claims {
  const good = items.filter(({ redemptionStatus }) => redemptionStatus.success)
  return {
    ...nothing,
    redeemed: good.map(({ redemptionId, id, code }) => ({
      id: Number(redemptionId),
      couponId: id ?? 0,
      code,
    })),
    refusals: items
      .filter(({ redemptionStatus }) => !redemptionStatus.success)
      .map(({ redemptionStatus, code }) => ({ code: redemptionStatus.code, about: code })),
  }
}

function errorsOf(errors: readonly Status[], about: string): Claims['refusals'] {
  return errors.map(({ code, message }) => ({ code, about: / (\d+)$/.exec(message)?.[1] ?? about }))
}

interface TillRefusals {
  readonly code?: number
  /** Of a return: the redemption that was refused. */
  readonly redemptionId?: number
  readonly refusals?: readonly { readonly code: string; readonly refusal: { readonly code: number } }[]
}

/** Why a call of a checkout was refused: for each code, for a redemption, or as a whole. */
function problemClaims(body: unknown): Claims {
  const { code, refusals, redemptionId } = body as TillRefusals
  if (refusals === undefined)
    return { ...nothing, refusals: [{ code: code ?? 0, about: String(redemptionId ?? 'hold') }] }
  return { ...nothing, refusals: refusals.map((one) => ({ code: one.refusal.code, about: one.code })) }
}

type HoldBody = Pick<ClaimedHold, 'id' | 'reference' | 'status'> & {
  readonly expiresAt: string
  readonly codes: readonly { readonly code: string; readonly discount: string }[]
}

function holdOf(body: unknown, status: number): ClaimedHold {
  const { id, reference, status: holdStatus, expiresAt, codes } = body as HoldBody
  return {
    id,
    reference,
    status: holdStatus,
    expiresAtMs: Date.parse(expiresAt),
    codes: codes.map(({ code, discount }) => ({ code, discount: thousandthsOf(discount) })),
    isReplacement: status === 200,
  }
}

interface ReturnBody {
  readonly id: number | null
  readonly redemptionId: number
  readonly amount: string
  readonly useReturned: boolean
  readonly discountAmount: string
  readonly returned: string
  readonly left: string
}

const returnOf = (one: ReturnBody): ClaimedReturn => ({
  id: one.id,
  redemptionId: one.redemptionId,
  amount: thousandthsOf(one.amount),
  isUseReturned: one.useReturned,
  given: thousandthsOf(one.discountAmount),
  returned: thousandthsOf(one.returned),
  left: thousandthsOf(one.left),
})

/** Claims of the calls of a checkout; undefined: it is none. */
function checkoutClaims({ wish, answer }: Outcome): Claims | undefined {
  if (answer === undefined || !wish.path.startsWith('/till/v1')) return undefined
  const body = JSON.parse(answer.text) as Record<string, unknown>
  if (answer.status >= 400) return problemClaims(body)
  if (wish.path.startsWith('/till/v1/holds')) return { ...nothing, hold: holdOf(body, answer.status) }
  if (wish.kind === 'return') return { ...nothing, returned: [returnOf(body as unknown as ReturnBody)] }
  if (wish.kind === 'return bill')
    return { ...nothing, returned: (body['returns'] as ReturnBody[]).map(returnOf) }
  if (wish.kind === 'quote') {
    const codes = body['codes'] as { code: string; discount: string; refusal: { code: number } | null }[]
    return {
      ...nothing,
      quoted: codes.flatMap(({ code, discount, refusal }) =>
        refusal === null ? [{ code, discount: thousandthsOf(discount) }] : [],
      ),
      refusals: codes.flatMap(({ code, refusal }) =>
        refusal === null ? [] : [{ code: refusal.code, about: code }],
      ),
    }
  }
  const redemptions = body['redemptions'] as { id: number; code: string; discountAmount: string }[]
  return {
    ...nothing,
    redeemed: redemptions.map(({ id, code, discountAmount }) => ({
      id,
      couponId: undefined,
      code,
      discount: thousandthsOf(discountAmount),
    })),
  }
}

/** Reads an answer. @throws if it does not have its published shape. */
export function claimsOf(outcome: Outcome): Claims {
  const { wish, answer } = outcome
  if (answer === undefined) return nothing
  const ofCheckout = checkoutClaims(outcome)
  if (ofCheckout !== undefined) return ofCheckout
  const body = JSON.parse(answer.text) as Record<string, unknown>
  const seriesId = wish.seriesIds[0] ?? 0
  const errors = body['errors'] as Status[] | undefined
  switch (wish.kind) {
    case 'issue one':
      if (answer.status !== 200) return { ...nothing, refusals: errorsOf(errors ?? [], String(seriesId)) }
      return { ...nothing, issued: [{ id: Number(body['id']), code: String(body['code']), seriesId }] }
    case 'issue each': {
      const items = (body['response'] ?? []) as {
        entityId: number
        result?: { id: number; code: string }
        errors: Status[]
      }[]
      return {
        ...nothing,
        issued: items.flatMap(({ entityId, result }) =>
          result ? [{ id: result.id, code: result.code, seriesId: entityId }] : [],
        ),
        refusals: [
          ...items.flatMap((item) => errorsOf(item.errors, String(item.entityId))),
          ...errorsOf(errors ?? [], ''),
        ],
      }
    }
    case 'issue many': {
      const coupons = (body['coupons'] ?? []) as { couponId: number; code: string }[]
      return {
        ...nothing,
        issued: coupons.map(({ couponId, code }) => ({ id: couponId, code, seriesId })),
        refusals: errorsOf(errors ?? [], String(seriesId)),
      }
    }
    case 'redeem':
    case 'redeem by header':
    case 'redeem by reference':
      return redeemClaims((body['redemption'] ?? []) as RedeemedItem[])
    case 'redeem bulk':
      return redeemClaims(
        ((body['response'] ?? []) as { result: RedeemedItem }[]).map(({ result }) => result),
      )
    case 'reverse': {
      const entity = body['entity'] as { redemptions: { id: number }[] } | undefined
      return {
        ...nothing,
        reversed: entity?.redemptions.map(({ id }) => id) ?? [],
        refusals: errorsOf(errors ?? [], ''),
      }
    }
    case 'revoke':
    case 'revoke all': {
      const entity = body['entity'] as
        | {
            revokedCoupons: { couponId: number; couponCode: string; issuedToUserId?: number }[]
            failedToRevoke: { errorCode: number; couponCodes: string[] }[]
          }
        | undefined
      return {
        ...nothing,
        revoked: (entity?.revokedCoupons ?? []).map((one) => ({
          id: one.couponId,
          code: one.couponCode,
          customerId: one.issuedToUserId ?? null,
        })),
        refusals: [
          ...errorsOf(errors ?? [], wish.codes[0]?.code ?? ''),
          ...(entity?.failedToRevoke ?? []).flatMap(({ errorCode, couponCodes }) =>
            couponCodes.map((about) => ({ code: errorCode, about })),
          ),
        ],
      }
    }
    case 'expire': {
      const entity = body['entity'] as
        | { successCount: number; unprocessedCoupons: { errorCode: number; couponCode: string }[] }
        | undefined
      return {
        ...nothing,
        isExpiryChanged: entity?.successCount === 1,
        refusals: [
          ...errorsOf(errors ?? [], wish.codes[0]?.code ?? ''),
          ...(entity?.unprocessedCoupons ?? []).map(({ errorCode, couponCode }) => ({
            code: errorCode,
            about: couponCode,
          })),
        ],
      }
    }
    case 'ask':
    case 'history':
    case 'quote':
    case 'hold':
    case 'hold again':
    case 'extend':
    case 'release':
    case 'redeem at the till':
    case 'redeem hold':
    case 'return':
    case 'return bill':
      break
  }
  return nothing
}
