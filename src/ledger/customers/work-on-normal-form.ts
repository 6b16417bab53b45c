import type { Context } from '../context.ts'
import { bringIntoNormalForm as bring } from './normal-form.ts'

/** Converts identifiers of an earlier release to the current normal form and logs the result. */
export async function bringIntoNormalForm(
  { database, log }: Pick<Context, 'database' | 'log'>,
  isStopped?: () => boolean,
): Promise<void> {
  const { renewed, collisions } = await bring(database.pool, isStopped)
  if (renewed > 0) log.info({ renewed }, 'converted identifiers to the normal form of this release')
  if (collisions > 0)
    log.warn(
      { collisions },
      'two customers have the same identifier in different spellings; counterfoil doctor lists them',
    )
}
