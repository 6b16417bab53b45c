import type { Outcome } from './clients.ts'

/** The claims of an answer, read from its published shape. */
export interface Claims {
  readonly issued: readonly { readonly id: number; readonly code: string; readonly seriesId: number }[]
  readonly redeemed: readonly { readonly id: number; readonly couponId: number; readonly code: string }[]
  readonly reversed: readonly number[]
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

/** Reads an answer. @throws if it does not have its published shape. */
export function claimsOf({ wish, answer }: Outcome): Claims {
  if (answer === undefined) return nothing
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
      break
  }
  return nothing
}
