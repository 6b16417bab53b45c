import type { Context } from '../context.ts'
import { keepWorking } from '../../platform/keep-working.ts'
import { bringIntoNormalForm as bring } from './normal-form.ts'

const everyMs = 60 * 60_000

/** Brings identifiers of an earlier release into the current normal form, and tells what came of it. */
export async function bringIntoNormalForm(
  { database, log }: Pick<Context, 'database' | 'log'>,
  isStopped?: () => boolean,
): Promise<void> {
  const { renewed, collisions } = await bring(database.pool, isStopped)
  if (renewed > 0) log.info({ renewed }, 'identifiers were brought into the normal form of this release')
  if (collisions > 0)
    log.warn(
      { collisions },
      'two customers have one identifier in two spellings; counterfoil doctor names them',
    )
}

/** Looks hourly for what processes of the release before have added since. @returns what ends it. */
export function startBringingIntoNormalForm(context: Context): () => Promise<void> {
  let nextAtMs = Date.now() + everyMs
  const step = async (isStopped: () => boolean): Promise<boolean> => {
    if (Date.now() < nextAtMs) return false
    nextAtMs = Date.now() + everyMs
    await bringIntoNormalForm(context, isStopped)
    return false
  }
  return keepWorking(context, step, 'identifiers could not be brought into their normal form')
}
