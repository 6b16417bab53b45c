import type { Caller } from '../../values/caller.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { countRefusals } from '../../platform/refusals/count-refusals.ts'
import type { Refused } from '../../platform/refusals/refusal-counts.ts'
import type { Context } from '../context.ts'
import type { CustomerProfile } from '../customers/customer-profile.ts'
import { admitLookups } from '../lookups/guard-lookups.ts'
import type { RememberedSeries } from '../series/series-terms.ts'
import type { HeldCoupon, IssueRefusal, OwnIssueRefusal } from './issue-rules.ts'
import type { IssueRequest } from './issue-state.ts'

/** Independent requests that are answered together: each succeeds or fails on its own. */
export interface IssueCommand extends IdempotentCommand {
  readonly requests: readonly IssueRequest[]
  readonly place: { readonly storeId: number | null; readonly tillId: number | null }
  readonly timeZone: string
  /** Reason and origin of the issue; stored with the event. */
  readonly metadata: Readonly<Record<string, string>> | null
}

/** The series data reported with the coupons. */
export type IssuedSeries = Pick<
  RememberedSeries,
  | 'id'
  | 'description'
  | 'info'
  | 'discountCode'
  | 'discountType'
  | 'discountValue'
  | 'discountUpto'
  | 'validUntilS'
  | 'clientHandlingType'
  | 'isExistingCouponWithheld'
>

/** The coupons of one series for one customer. */
export interface IssuedInSeries {
  /** Undefined: the customer is unknown. */
  readonly customer?: CustomerProfile
  readonly seriesId: number
  /** Undefined: the series does not exist. */
  readonly series?: IssuedSeries
  readonly asked: number
  /** New coupons, or the one that the customer already holds. */
  readonly coupons: readonly HeldCoupon[]
  /** Why fewer coupons were issued than requested; null: all were issued. */
  readonly refusal: IssueRefusal | null
  readonly ownRefusal?: OwnIssueRefusal
}

export interface IssueOutcome {
  /** One per request, in the same order. */
  readonly requests: readonly IssuedInSeries[]
}

/**
 * Issues coupons to customers within the limits of the series, the customer and the pool of codes.
 *
 * @throws Refusal 429 after too many unknown customers, 422 if the idempotency key was used for another request, 503
 * under overload.
 */
export async function issueCoupons(
  context: Context,
  caller: Caller,
  command: IssueCommand,
): Promise<Done<IssueOutcome>> {
  const customers = customersOf(command.requests)
  const lookup = await admitLookups(context, caller, { customers })
  try {
    const done = await context.lanes.issue.submit(caller, command)
    if (done.isReplay) return done
    const unknown = done.outcome.requests.filter(({ customer }) => customer === undefined).length
    lookup.settle({ unknownCustomers: customers === 1 ? Math.min(1, unknown) : unknown })
    countRefusals(context, caller, refusalsOf(done.outcome))
    return done
  } catch (error) {
    throw lookup.failed(error)
  } finally {
    lookup.release()
  }
}

/** A command for coupons of several series usually concerns one customer. */
const customersOf = (requests: readonly IssueRequest[]): number =>
  requests.length === 1 ? 1 : new Set(requests.map(({ customer }) => JSON.stringify(customer))).size

function refusalsOf({ requests }: IssueOutcome): Refused[] {
  return requests.flatMap(({ series, refusal, ownRefusal }) =>
    refusal === null
      ? []
      : [{ operation: 'issue' as const, seriesId: series?.id, code: ownRefusal ?? refusal }],
  )
}
