import type { ClientBase } from 'pg'
import { badParameter, refuse } from '../../values/errors.ts'
import { formatInstant } from '../../values/calendar.ts'
import { epochSecondsOf } from '../../platform/clock.ts'
import { extendKeeperSql } from '../post/extend.ts'
import { readSeries } from './read-series.ts'

/** When a series issues and redeems, to the second. Null: from its creation. */
export interface Schedule {
  readonly issueFromS: number | null
  readonly redeemableFromS: number | null
  readonly endsAtS: number
}

/** Marks the series as edited, so that an import no longer changes its end. */
const updateSql = `
update series set is_imported = false, issue_valid_from = $3, redemption_valid_from = $4, valid_until = $5
where org_id = $1 and id = $2`

const instantOf = (atS: number | null): Date | null => (atS === null ? null : new Date(atS * 1000))

/**
 * Replaces the schedule of a series, in a transaction that holds its lock. Coupons keep their own expiry, but none
 * works after the end of the series.
 *
 * @throws Refusal 404 if the organisation has no such series, 400 with the field's name for an end that is moved into
 * the past or a beginning after the end.
 */
export async function setSchedule(
  client: ClientBase,
  { orgId, timeZone }: { readonly orgId: number; readonly timeZone: string },
  id: number,
  { issueFromS, redeemableFromS, endsAtS }: Schedule,
  now: Date | null,
): Promise<void> {
  const kept = await readSeries(client, orgId, id, 0)
  if (kept === undefined) throw refuse.notFound(`There is no coupon series ${id}`)
  const nowS = await epochSecondsOf(client, now)
  const shown = (atS: number): string => formatInstant(timeZone, atS)
  if (endsAtS < nowS && endsAtS !== kept.validUntilS)
    throw badParameter('endsAt', shown(endsAtS), 'an end that is not in the past')
  for (const [name, atS] of [
    ['issueFrom', issueFromS],
    ['redeemableFrom', redeemableFromS],
  ] as const)
    if (atS !== null && atS > endsAtS)
      throw badParameter(name, shown(atS), `not after the end of the series, ${shown(endsAtS)}`)
  const endsAt = new Date(endsAtS * 1000)
  await client.query(updateSql, [orgId, id, instantOf(issueFromS), instantOf(redeemableFromS), endsAt])
  if (kept.genericCode !== null) await client.query(extendKeeperSql, [orgId, id, endsAt])
}
