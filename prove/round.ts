import { claimsOf } from './answers.ts'
import { Clients, type Outcome } from './clients.ts'
import type { Cluster } from './cluster.ts'
import type { Findings } from './findings.ts'
import type { RoundPlan } from './plan.ts'
import type { Random } from './random.ts'
import { WishMaker, type Known, type Wish } from './requests.ts'
import type { World } from './world.ts'

export interface Played {
  readonly outcomes: readonly Outcome[]
  readonly clients: Clients
}

const remembered = 2_000

/** Adds the content of an answer to what clients can request next. */
function learn(known: Known, outcome: Outcome): void {
  const claims = claimsOf(outcome)
  for (const { id, code, seriesId } of claims.issued) {
    if (known.codes.length < remembered && !known.codes.some((one) => one.couponId === id))
      known.codes.push({ code, couponId: id, seriesId, customerId: outcome.wish.customerId })
  }
  const { codes, customerId, bill, tag } = outcome.wish
  known.redemptions.push(...claims.redeemed.map(({ id }) => ({ id, tag, bill })))
  const { hold } = claims
  if (hold !== undefined && bill !== undefined)
    known.holds.push({ id: hold.id, reference: hold.reference, tag, codes, customerId, bill })
}

const isRead = ({ method, kind }: Wish): boolean => method === 'GET' || kind === 'quote'

type Manner =
  | 'key'
  | 'key, hanging up'
  | 'twins'
  | 'shared key'
  | 'once'
  | 'once, hanging up'
  | 'repeating till'

function mannerOf(random: Random, plan: RoundPlan, wish: Wish): Manner {
  if (plan.recognisesRetries && wish.kind.startsWith('redeem')) return 'repeating till'
  // Without its answer, the effect of a single issue or of a change of a hold could not be found.
  const isFindable = !['issue one', 'extend', 'release'].includes(wish.kind)
  return random.weighted<Manner>({
    key: 40,
    'key, hanging up': 10,
    // What a hold that has ended is refused with depends on how it ended.
    twins: wish.kind === 'extend' ? 0 : 18,
    'shared key': 6,
    once: isFindable ? 20 : 0,
    'once, hanging up': isFindable ? 6 : 0,
  })
}

/** Plays a round: all its clients concurrently, until its requests are sent or the time is up. */
export async function playRound(
  cluster: Cluster,
  plan: RoundPlan,
  world: World,
  random: Random,
  findings: Findings,
  limits: { readonly untilMs: number; readonly isUnderFire: boolean },
): Promise<Played> {
  const known: Known = {
    codes: [...world.imported, ...[...world.pools.values()].flat().slice(0, 20)],
    redemptions: [],
    holds: [],
  }
  const wishes = new WishMaker(random, plan, world, known)
  const clients = new Clients(cluster, world.tenant.authorization, random, findings)
  clients.isUnderFire = limits.isUnderFire
  const outcomes: Outcome[] = []
  let left = plan.requests

  const seesOwnRedemption = async (outcome: Outcome): Promise<void> => {
    const [first] = claimsOf(outcome).redeemed
    // A customer who redeems a shared code redeems a coupon of their own.
    const isShared = world.series.some(({ plan: { handling } }) => handling === 'GENERIC')
    const holder = isShared ? outcome.wish.customerId : outcome.wish.codes[0]?.customerId
    if (first === undefined || holder === null || !random.chance(0.1)) return
    const read = await clients.read({
      ...wishes.make('history'),
      path: `/v2/customers/coupons?id=${holder}&limit=1000`,
    })
    const text = read.answer?.text ?? ''
    const isSeen =
      text.includes(`"id":${first.id},`) || !text.includes(`"code":"${first.code.toUpperCase()}"`)
    findings.expect(
      isSeen,
      'an acknowledged redemption is in the next read',
      () => `redemption ${first.id} of ${first.code}`,
    )
  }

  const seesOwnReturn = async (outcome: Outcome): Promise<void> => {
    const [first] = claimsOf(outcome).returned
    if (first === undefined || first.id === null || !random.chance(0.1)) return
    const path = `/till/v1/redemptions/${first.redemptionId}/returns`
    const read = await clients.read({ ...wishes.make('history'), path })
    findings.expect(
      read.answer?.text.includes(`"id":${first.id},`) ?? true,
      'an acknowledged return is in the next read',
      () => `return ${first.id} of redemption ${first.redemptionId}: ${read.answer?.text.slice(0, 300)}`,
    )
  }

  const deliver = async (wish: Wish): Promise<Outcome[]> => {
    if (isRead(wish)) return [await clients.read(wish)]
    const manner = mannerOf(random, plan, wish)
    switch (manner) {
      case 'key':
      case 'key, hanging up':
        return [await clients.withKey(wish, manner !== 'key')]
      case 'twins':
        return [await clients.twins(wish)]
      case 'shared key': {
        const other = wishes.other(wish)
        return other ? clients.sharedKey(wish, other) : [await clients.withKey(wish, false)]
      }
      case 'once':
      case 'once, hanging up':
        return [await clients.once(wish, manner !== 'once')]
      case 'repeating till':
        break
    }
    return [await clients.repeatingTill(wish)]
  }

  const client = async (): Promise<void> => {
    while (left > 0 && Date.now() < limits.untilMs) {
      left -= 1
      for (const outcome of await deliver(wishes.next())) {
        outcomes.push(outcome)
        learn(known, outcome)
        await seesOwnRedemption(outcome)
        await seesOwnReturn(outcome)
      }
    }
  }
  await Promise.all(Array.from({ length: plan.clients }, client))
  return { outcomes, clients }
}
