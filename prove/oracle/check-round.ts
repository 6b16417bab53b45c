import type { Cluster } from '../cluster.ts'
import type { Findings } from '../findings.ts'
import type { Random } from '../random.ts'
import type { Played } from '../round.ts'
import type { World } from '../world.ts'
import { checkAcknowledged, readClaims } from './acknowledged.ts'
import { checkBudgets } from './budgets.ts'
import { checkCounters, checkEvents, checkPools } from './counters.ts'
import { checkDiscounts } from './discounts.ts'
import { heldUsesOf } from './held-uses.ts'
import { checkHistories } from './history.ts'
import { checkHolds, checkHoldReads } from './holds.ts'
import { checkRefusals } from './refusals.ts'
import { replay } from './replay.ts'
import { checkReturnReads, checkReturns } from './returns.ts'
import { takeSnapshot } from './snapshot.ts'

const sentAgain = 25

/** Checks everything that a round did, once no work is left. */
export async function checkRound(
  findings: Findings,
  cluster: Cluster,
  world: World,
  { outcomes, clients }: Played,
  random: Random,
): Promise<void> {
  // A repeated request must get the same answer, and must have no effect.
  const keyed = outcomes.filter(
    ({ key, answer, wish }) =>
      key !== undefined && answer !== undefined && !(answer.status >= 400 && wish.forgetsRefusals),
  )
  for (const outcome of random.pickSome(keyed, sentAgain)) {
    const again = await clients.again(outcome)
    // A failing server is a violation in itself.
    if (again === undefined || again.status >= 500) continue
    findings.expect(
      again.text === outcome.answer?.text && again.isReplay,
      'a retry gets the first answer',
      () =>
        `${outcome.wish.kind} ${outcome.key}: ${outcome.answer?.text.slice(0, 200)} THEN ${again.text.slice(0, 200)}`,
    )
  }
  findings.expect(
    await cluster.database.settle(),
    'everything that was sent comes to an end',
    () => 'still busy',
  )
  const snapshot = await takeSnapshot(cluster.database, world)
  const claimed = readClaims(findings, outcomes)
  const held = heldUsesOf(claimed, snapshot)
  const tracks = replay(findings, snapshot, held)
  checkCounters(findings, snapshot)
  checkEvents(findings, snapshot)
  checkPools(findings, snapshot)
  checkAcknowledged(findings, claimed, snapshot)
  checkHolds(findings, claimed, snapshot, held)
  checkReturns(findings, claimed, snapshot)
  checkDiscounts(findings, claimed, snapshot, held, tracks)
  checkBudgets(findings, snapshot)
  checkRefusals(findings, claimed, snapshot, tracks, held)
  await checkHistories(findings, cluster, world, snapshot, held)
  await checkHoldReads(findings, cluster, world, snapshot)
  await checkReturnReads(findings, cluster, world, snapshot)
}
